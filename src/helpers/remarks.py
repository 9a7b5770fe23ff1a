"""What is not wrong with a study, but worth a look before its report is read."""

from __future__ import annotations

from .errors import listed
from .study import Study


def remarks(study: Study) -> list[str]:
    """
    List what a careful reader of the study folder would ask about.

    Returns
    -------
    list of str
        A sentence each; empty when there is nothing to ask.
    """
    said = []
    codes, documents = study.codes, study.documents
    undefined = list(codes.loc[codes["definition"] == "", "code"])
    if undefined:
        said.append(f"{len(undefined)} of {len(codes)} codes have no definition: {listed(undefined, 6)}.")
    unused = [c for c in codes["code"] if c not in set(study.codings["code"]) and c not in set(codes["parent"])]
    if unused:
        said.append(f"{len(unused)} codes are never used and keep their row with 0: {listed(unused, 6)}.")
    people = study.participants["participant"]
    heard = set(documents["participant"]) | set(study.turns["participant"])
    silent = [name for name in people if name not in heard]
    if silent:
        said.append(f"{len(silent)} participants are heard in no document and are in no base: {listed(silent, 6)}.")
    if study.assignments.empty and len(study.coders) > 1:
        said.append("There is no assignments.csv: who was asked to code what is assumed from the codings.")
    flow = study.about.recruitment
    if flow and flow[-1].n != len(people):
        said.append(f"The participant flow ends at {flow[-1].n}, but there are {len(people)} participants.")
    return said
