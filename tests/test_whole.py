"""Files and folders appear whole or not at all."""

import pytest

from helpers.errors import StudyError
from helpers.exchange import exports, refi_write
from helpers.store import write as write_folder
from helpers.whole import appearing

WRITERS = {"s.csv": exports.write, "s.xlsx": exports.write, "s.qdpx": refi_write.write, "study": write_folder}


def test_what_is_written_is_there_when_the_block_ends(tmp_path):
    with appearing(tmp_path / "new" / "list.txt") as file:
        file.write_text("one")
        assert not (tmp_path / "new" / "list.txt").exists()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["list.txt"]
    assert (tmp_path / "new" / "list.txt").read_text() == "one"


def test_a_disk_that_fills_up_leaves_nothing_and_is_told(tmp_path):
    full = pytest.raises(StudyError, match=r"list\.txt cannot be written: No space left on device$")
    with full, appearing(tmp_path / "list.txt") as file:
        file.write_text("half of it")
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt), appearing(tmp_path / "list.txt") as file:
        file.write_text("half of it")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_link_that_leads_nowhere_is_not_written_over(tmp_path):
    (tmp_path / "list.txt").symlink_to("nowhere")
    with (
        pytest.raises(StudyError, match=r"list\.txt is there already; nothing was written$"),
        appearing(tmp_path / "list.txt"),
    ):
        raise AssertionError("nothing is to be written")
    assert (tmp_path / "list.txt").is_symlink()


@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_that_is_a_file_is_told_by_every_writer(made, tmp_path, name):
    study = made(codes={"code": ["fear"], "name": ["Fear"]})
    (tmp_path / "notes").write_text("a file")
    with pytest.raises(StudyError, match=rf"notes/{name} cannot be written: (Not a directory|File exists)$"):
        WRITERS[name](study, tmp_path / "notes" / name)
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]
