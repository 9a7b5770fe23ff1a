"""A study that fits a screen, and ways to break it."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from helpers import StudyError, make_study, store
from helpers.about import about_from

# The same examples on every machine and in every run, however slow it is.
settings.register_profile("themebook", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("themebook")

PILOT = {
    "study.toml": 'title = "Pilot"\n\n[attributes.age]\nnumber = true\n',
    "participants.csv": "participant,age,job\nAnn,34,nurse\nBea,58,\n",
    "documents.csv": "document,participant\nann-1,Ann\nann-2,Ann\nbea-1,Bea\ngroup,\n",
    "turns.csv": "document,start,end,speaker,participant\ngroup,3,11,A,Ann\ngroup,15,25,B,Bea\n",
    "codes.csv": "code,name,parent\nhope,Hope,\nplan,Plans,hope\nwish,Wishes,hope\nfear,Fear,\nluck,Luck,\n",
    "codings/x.csv": """\
document,start,end,code,quote,memo
ann-1,7,14,plan,to work,
ann-1,2,14,wish,,as a wish
ann-1,18,33,fear,fear the winter,
group,3,11,plan,We plan.,
group,15,25,fear,,
""",
    "codings/y.csv": """\
document,start,end,code,quote,extent
ann-1,7,14,plan,,
bea-1,11,15,wish,hope,
,,,luck,,several
""",
    "texts/ann-1.txt": "I hope to work. I fear the winter.",
    "texts/ann-2.txt": "Now I work.",
    "texts/bea-1.txt": "Nothing to hope for 💛.",
    "texts/group.txt": "A: We plan.\nB: I fear it.\n",
}


def snapshot(folder: Path) -> dict[str, bytes | None]:
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None for p in folder.rglob("*")}


@pytest.fixture
def folder(tmp_path):
    """Write the pilot with changes, or a study of one's own: None leaves a file out, ... makes a folder of it."""

    def write(changes=None, *, base=PILOT, name="pilot"):
        for file, text in {**base, **(changes or {})}.items():
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is ...:
                path.mkdir()
            elif text is not None:
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / name

    return write


@pytest.fixture
def pilot(folder):
    return store.read(folder())


@pytest.fixture
def refused(folder):
    """Read a changed pilot, and return the lines of the error; nothing in the folder may have changed."""

    def read(changes):
        path = folder(changes)
        before = snapshot(path.parent)
        with pytest.raises(StudyError) as error:
            store.read(path)
        assert snapshot(path.parent) == before
        title, *problems = str(error.value).split("\n  ")
        many = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        assert title == f"pilot: {many}"
        return problems

    return read


@pytest.fixture
def made():
    """Build a study of literal columns: ``made(participants={"participant": ["Ann"]})``."""

    def build(about=None, **tables):
        record, problems = about_from(about or {})
        assert not problems
        return make_study("made", {name: pd.DataFrame(columns) for name, columns in tables.items()}, record)

    return build
