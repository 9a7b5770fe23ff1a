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
        said.append(f"Without a definition: {len(undefined)} of {len(codes)} codes, {listed(undefined, 6)}.")
    used = {*study.codings["code"].unique(), *codes["parent"]}
    unused = [code for code in codes["code"] if code not in used]
    if unused:
        said.append(f"Never used, and kept with 0: {len(unused)} of {len(codes)} codes, {listed(unused, 6)}.")
    people = study.participants["participant"]
    heard = set(documents["participant"]) | set(study.turns["participant"])
    silent = [name for name in people if name not in heard]
    if silent:
        said.append(
            f"Heard in no document, and in no base: {len(silent)} of {len(people)} participants, {listed(silent, 6)}."
        )
    voiceless = set(documents.loc[documents["participant"] == "", "document"])
    voiceless -= set(study.turns.loc[study.turns["participant"] != "", "document"])
    if voiceless:
        said.append(f"Nobody is known to speak in {listed(sorted(voiceless), 6)}: what is coded there names no one.")
    idle = [coder for coder in study.coders["coder"] if coder not in set(study.codings["coder"].unique())]
    if idle:
        said.append(f"Have coded nothing: {len(idle)} of {len(study.coders)} coders, {listed(idle, 6)}.")
    if study.assignments.empty and len(study.coders) > 1:
        said.append("There is no assignments.csv: who was asked to code what is assumed from the codings.")
    unasked = _unasked(study)
    if unasked:
        said.append(f"Coded, though assignments.csv does not ask for it: {listed(unasked, 6)}.")
    flow = study.about.recruitment
    if flow and flow[-1].n != len(people):
        said.append(f"The participant flow ends at {flow[-1].n}, but there are {len(people)} participants.")
    return said


def _unasked(study: Study) -> list[str]:
    """Name documents that coders coded without an assignment; a consensus is not assigned, and not meant."""
    columns = ["document", "coder"]
    asked = set(study.assignments[columns].astype("str").itertuples(index=False, name=None))
    coded = study.codings[study.codings["document"] != ""].drop_duplicates(columns)[columns].astype("str")
    coders = {coder for _, coder in asked}
    pairs = coded.itertuples(index=False, name=None)
    return [f"{document} by {coder}" for document, coder in pairs if coder in coders and (document, coder) not in asked]
