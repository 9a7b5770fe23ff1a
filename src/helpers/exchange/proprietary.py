"""Files that only their own tool can open, or that hold no codings: how to get what can be read."""

from __future__ import annotations

import re
from pathlib import Path

_REFI = "then open the .qdpx that it writes"
AGAIN = (
    "From the tool that was used for coding, export the project as REFI-QDA (.qdpx), or the coded segments as table "
    "(.csv, .xlsx), then open that"
)
TRANSANA = f"a Transana database. In Transana choose Project > Export > REFI-QDA, {_REFI}"
_TOOLS = {
    r"nvpx?": f"an NVivo project. In NVivo choose Share (or File) > Export > Export Project > REFI-QDA, {_REFI}",
    r"nvp(x)?_backup": f"a backup of an NVivo project. Restore it in NVivo, export it as REFI-QDA, {_REFI}",
    r"(mx|mex)\d{0,2}|mqda|mqmtr": (
        "a MAXQDA project. In MAXQDA choose Reports (or Home > External data) > Export > REFI-QDA project, "
        f"{_REFI}; or export the list of coded segments as Excel table"
    ),
    r"(atlproj|atlcb|hpr|hprx)\d*": (
        f"an ATLAS.ti project. In ATLAS.ti choose File > Export > QDPX project (REFI-QDA), {_REFI}; or export the "
        "quotations as an Excel report"
    ),
    r"(ppj|wpj)": f"a QDA Miner project. In QDA Miner choose Project > Export > REFI-QDA, {_REFI}",
    r"(f4a|f4p)": f"an f4analyse project. In f4analyse choose File > Export > REFI-QDA, {_REFI}",
    r"qrk": f"a Quirkos project. In Quirkos choose Export > REFI-QDA project, {_REFI}",
    r"tprj": TRANSANA,
    r"hs2|hrcx?": (
        "a HyperRESEARCH study. In HyperRESEARCH choose Report > Export as spreadsheet, then give the table with a "
        "column map"
    ),
    r"ddz": "a Dedoose backup. In Dedoose choose Export > Excerpts > Excel, then open the .xlsx",
    r"qdp": (
        "a Weft QDA project. In Weft QDA export the passages of each category to a file, and put them into one table "
        "(.csv, .xlsx) with columns document, code and text, then open that"
    ),
    r"(rds|rda|rdata)": (
        "a file of R, as qcoder keeps its projects in. In R write the table of codings with write.csv(), then give it "
        "with a column map"
    ),
    r"docx?|odt|rtf|pdf|html?|mht|pages": f"a document, and codings stand nowhere in it for certain. {AGAIN}",
    r"ods|xlsb|numbers": "a spreadsheet of another kind. Save its table as .xlsx or .csv, then open that",
    r"(zip|7z|rar|tar|tgz|gz)": "an archive. Unpack it, and open the project, study folder or table that is in it",
    r"(jpe?g|png|gif|tiff?|mp3|mp4|m4a|wav|avi|mov|jsonl?)": f"no table and no project. {AGAIN}",
}


def proprietary(path: str | Path) -> str | None:
    """
    Return how to get something that can be read, for a file that cannot; None for any other file.

    The name is all there is to go by: ask this last, when no reader recognised what the file holds.

    >>> proprietary("Interviews.nvp")[:68]
    "'Interviews.nvp' is an NVivo project. In NVivo choose Share (or File"
    >>> proprietary("table.csv") is None
    True
    """
    path = Path(path)
    ending = path.suffix.casefold().lstrip(".")
    for pattern, what in _TOOLS.items():
        if re.fullmatch(pattern, ending):
            return f"{path.name!r} is {what}."
    return None
