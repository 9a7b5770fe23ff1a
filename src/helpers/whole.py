"""What is written appears whole or not at all, and never in the place of something else."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import StudyError


@contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """
    Give a free name beside a path; the file or folder written to it becomes the path's when the block ends well.

    Parameters
    ----------
    path : Path
        Of a file or folder that does not exist yet. Folders above it are made.

    Raises
    ------
    StudyError
        When something is there already, or cannot be written; then nothing of it stays.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with appearing(Path(folder) / "new" / "list.txt") as file:
    ...         _ = file.write_text("one")
    ...     sorted(path.name for path in (Path(folder) / "new").iterdir())
    ['list.txt']
    """
    if os.path.lexists(path):
        raise StudyError(f"{path} is there already; nothing was written")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # In a folder of its own beside the path, so that taking its place is a rename on the same disk.
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as temporary:
            target = Path(temporary) / path.name
            yield target
            os.rename(target, path)
    except OSError as error:
        raise StudyError(f"{path} cannot be written: {error.strerror or error}") from None
