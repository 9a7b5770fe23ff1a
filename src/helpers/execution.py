"""One chapter through papermill, in a kernel of its own that only this user can talk to."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import jupyter_start  # noqa: F401

# isort: split
import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.execute import execute_notebook
from papermill.translators import translate_parameters
from traitlets.config import Config

from . import provenance
from .parameters import STUDY, Value, declared

KERNEL, LANGUAGE = "python3", "python"
START_SECONDS = 120  # a kernel's first start on a slow disk

# papermill logs what a failing cell shows; a transcript does not belong on a terminal.
logging.getLogger("papermill").addHandler(logging.NullHandler())


@dataclass
class Job:
    """A chapter on its way through a kernel."""

    chapter: Path
    given: dict[str, Value]
    source: Path
    name: str
    sockets: Path
    cell_seconds: float
    cells: int = 0  # begun so far
    seconds: float = 0.0
    stopped: bool = False
    notebook: Any = None
    client: Any = None
    parameters: dict[str, Value] = field(default_factory=dict)

    def run(self) -> None:
        """Execute the chapter; its notebook is in `notebook` afterwards, as far as it came."""
        clock = time.monotonic()
        known = declared(self.chapter)
        self.parameters = {**{p.name: p.default for p in known.values()}, **self.given}
        injected = {**({STUDY: str(self.source)} if STUDY in known else {}), **self.given}
        # papermill formats paths with str.format.
        path = str(self.chapter.resolve()).replace("{", "{{").replace("}", "}}")
        options = {"engine_name": "themebook", "kernel_name": KERNEL, "language": LANGUAGE, "progress_bar": False}
        try:
            execute_notebook(path, None, injected, job=self, **options)
        finally:
            self.seconds = time.monotonic() - clock
            if self.notebook is not None:
                self._anonymise(injected)

    def stop(self) -> None:
        """End the kernel, wherever it is; called from another thread."""
        self.stopped = True
        provisioner = getattr(getattr(self.client, "km", None), "provisioner", None)
        process = getattr(provisioner, "process", None)
        if process is not None:
            process.kill()

    def step(self, **_: Any) -> None:
        """Count a cell that begins."""
        self.cells += 1
        if self.stopped:
            raise RuntimeError("stopped")

    def trace(self) -> provenance.Trace:
        """Return what the provenance tells of the chapter."""
        return provenance.Trace(self.chapter, self.parameters, self.seconds, self.notebook)

    def config(self) -> Config:
        """Let nobody but this user talk to the kernel: sockets in a private folder, encryption where there are none."""
        connection = str(self.sockets / f"{id(self):x}.json")
        if os.name == "posix" and len(connection) < 90:
            return Config({"KernelManager": {"transport": "ipc", "connection_file": connection}})
        return Config({"KernelManager": {"transport_encryption": "auto", "connection_file": connection}})

    def environment(self) -> dict[str, str]:
        """Make sets come out in one order in every run, and keep the user's own IPython start-up files out of it."""
        return {**os.environ, "PYTHONHASHSEED": "0", "IPYTHONDIR": str(self.sockets / "ipython")}

    def _anonymise(self, injected: dict[str, Value]) -> None:
        shown = {**injected, STUDY: self.name} if STUDY in injected else injected
        self.parameters.update(shown)
        meta = self.notebook.metadata.papermill
        meta.update(input_path=self.chapter.name, output_path=self.chapter.name, parameters=shown)
        for cell in self.notebook.cells:
            if "injected-parameters" in cell.metadata.get("tags", []):
                cell.source = translate_parameters(KERNEL, LANGUAGE, shown, "Parameters")
        provenance.without_paths(self.notebook, {str(self.source): self.name})


class _Engine(NBClientEngine):
    """papermill's engine, with the job at hand: to count cells, to stop the kernel, to keep a broken notebook."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, job: Job, **_: Any) -> None:
        job.notebook = nb_man.nb
        job.client = client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            startup_timeout=START_SECONDS,
            timeout=job.cell_seconds,
            iopub_timeout=60,
            shutdown_kernel="immediate",
            on_cell_start=job.step,
            config=job.config(),
            log=logging.getLogger("papermill"),
        )
        try:
            client.execute(cwd=str(job.chapter.resolve().parent), env=job.environment())
        except (DeadKernelError, CellTimeoutError) as error:
            # These leave no trace in the notebook: write one, so that papermill reports them like any failing cell.
            reason = "the kernel died" if isinstance(error, DeadKernelError) else "the cell took too long"
            begun = nb_man.nb.cells[: job.cells]
            begun[-1].execution_count = sum(cell.cell_type == "code" for cell in begun)
            begun[-1].outputs.append(
                nbformat.v4.new_output("error", ename=type(error).__name__, evalue=reason, traceback=[reason])
            )


papermill_engines.register("themebook", _Engine)
