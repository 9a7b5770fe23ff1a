"""Whose words: cases over one another, cases that nothing links with their documents, selections that stand twice."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from helpers.exchange import refi
from helpers.exchange.refi_speakers import spoken

NVIVO = "NVivo for Windows 20.1"
TALK = "I hope so. Yes. " * 10


def guid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def qdpx(folder: Path, inside: str, texts: dict[str, bytes | str] | None = None, **project: str) -> Path:
    """A project with these elements and texts, signed by a tool."""
    given = {"name": "Pilot", "origin": "Some tool 1.0"} | project
    head = "".join(f' {name}="{value}"' for name, value in given.items())
    path = folder / "pilot.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", f'<Project xmlns="urn:QDA-XML:project:1.0"{head}>{inside}</Project>')
        for name, text in (texts if texts is not None else {"a.txt": TALK}).items():
            archive.writestr(f"Sources/{name}", text)
    return path


def users(*names: str) -> str:
    return (
        "<Users>" + "".join(f'<User guid="{guid(n)}" name="{name}"/>' for n, name in enumerate(names, 1)) + "</Users>"
    )


def code(number: int, name: str, inside: str = "", **more: str) -> str:
    head = "".join(f' {key}="{value}"' for key, value in more.items())
    return f'<Code guid="{guid(number)}" name="{name}" isCodable="true"{head}>{inside}</Code>'


def book(*codes: str) -> str:
    return f"<CodeBook><Codes>{''.join(codes)}</Codes></CodeBook>"


def coding(number: int, user: int | None = 1, inside: str = "") -> str:
    who = f' creatingUser="{guid(user)}"' if user else ""
    return f'<Coding guid="{guid(number + 5000)}"{who}><CodeRef targetGUID="{guid(number)}"/>{inside}</Coding>'


def selection(start: int, end: int, *codings: str, user: int | None = 1, inside: str = "", own: int = 900) -> str:
    who = f' creatingUser="{guid(user)}"' if user else ""
    place = f'startPosition="{start}" endPosition="{end}"'
    return f'<PlainTextSelection guid="{guid(own)}" {place}{who}>{inside}{"".join(codings)}</PlainTextSelection>'


def source(*inside: str, number: int = 100, name: str = "Ann.docx", path: str = "internal://a.txt") -> str:
    head = f'guid="{guid(number)}" name="{name}" plainTextPath="{path}"'
    return f"<TextSource {head}>{''.join(inside)}</TextSource>"


def sources(*inside: str) -> str:
    return f"<Sources>{''.join(inside)}</Sources>"


def case(number: int, name: str, inside: str = "") -> str:
    return f'<Case guid="{guid(number)}" name="{name}">{inside}</Case>'


def value(variable: int, words: str, tag: str = "TextValue") -> str:
    return f'<VariableValue><VariableRef targetGUID="{guid(variable)}"/><{tag}>{words}</{tag}></VariableValue>'


def variable(number: int, name: str, kind: str = "Text") -> str:
    return f'<Variable guid="{guid(number)}" name="{name}" typeOfVariable="{kind}"/>'


def ref(tag: str, number: int) -> str:
    return f'<{tag} targetGUID="{guid(number)}"/>'


def spans(study) -> list[tuple[str, str]]:
    return list(zip(study.codings["code"], study.codings["quote"], strict=True))


def told(study) -> str:
    return "\n".join(study.about.imported)


def turns(study) -> list[tuple[int, int, str]]:
    frame = study.turns
    return list(zip(frame["start"], frame["end"], frame["participant"], strict=True))


def nvivo(folder, *inside: str, text: str = TALK, cases: str = "", tree: str = "", more: str = "", **named):
    """A project of NVivo with two cases that are codes, and one document."""
    tree = book(tree or code(50, "Ann") + code(51, "School"), code(10, "Hope"))
    body = users("Eva", "Ole") + tree + more + f"<Cases>{cases or case(50, 'Ann') + case(51, 'School')}</Cases>"
    return refi.read(qdpx(folder, body + sources(source(*inside, **named)), {"a.txt": text}, origin=NVIVO))


def test_a_case_covers_a_document_whose_last_line_ends_it_leaves_out(tmp_path):
    """Of a short text the line ends are more than a hundredth; two such cases are two, and not the first one's."""
    text = "\r\nI hope so.\r\n\r\n"
    marks = [selection(2, 12, coding(n), own=900 + n) for n in (50, 51)]
    study = nvivo(tmp_path, *marks, selection(4, 8, coding(10)), text=text)
    assert study.documents["participant"].tolist() == [""] and turns(study) == []
    assert "1 document ('Ann.docx') with several cases: no one participant's" in told(study)


def test_within_the_passage_of_a_group_its_people_speak(tmp_path):
    marks = [selection(a, b, coding(n), own=900 + a) for a, b, n in ((0, 70, 51), (10, 20, 50), (30, 40, 50))]
    study = nvivo(tmp_path, *marks)
    assert turns(study) == [(0, 10, "School"), (10, 20, "Ann"), (20, 30, "School"), (30, 40, "Ann"), (40, 70, "School")]
    assert "1 passage of a case cut where a shorter passage of another case lies over it" in told(study)


def test_two_coders_mark_a_speaker_a_little_differently(tmp_path):
    """The two passages are one; before, the second was left out, and what it alone held was nobody's."""
    marks = [selection(0, 20, coding(50)), selection(2, 26, coding(50), user=2, own=901)]
    assert turns(nvivo(tmp_path, *marks)) == [(0, 26, "Ann")]


def test_a_passage_of_two_cases_is_no_one_s(tmp_path):
    marks = [selection(0, 20, coding(n), own=900 + n) for n in (50, 51)]
    study = nvivo(tmp_path, *marks, selection(40, 50, coding(50)))
    assert turns(study) == [(40, 50, "Ann")] and "1 passage of several cases at once" in told(study)


def test_overlapping_passages_of_one_case_fill_no_document_twice(tmp_path):
    marks = [selection(0, 60, coding(50)), selection(2, 62, coding(50), own=901)]
    study = nvivo(tmp_path, *marks)
    assert study.documents["participant"].tolist() == [""], "62 of 160 characters are less than half"


def test_of_a_person_and_a_school_the_person_speaks(tmp_path):
    """NVivo: a document may be coded at the person who speaks and at the place; their classifications tell which."""
    more = f"<Variables>{variable(60, 'Person:Age')}{variable(61, 'Organisation:Size')}</Variables>"
    cases = case(50, "Ann", value(60, "34")) + case(51, "School", value(61, "big"))
    marks = [selection(0, len(TALK), coding(n), own=900 + n) for n in (51, 50)]
    study = nvivo(tmp_path, *marks, cases=cases, more=more)
    assert study.documents["participant"].tolist() == ["Ann"]
    assert "1 document ('Ann.docx') with several cases, one of them a person by its attributes" in told(study)
    assert study.participants["participant"].tolist() == ["Ann", "School"], "nothing is left out"


def test_passages_never_overlap_and_nothing_that_one_case_alone_holds_is_lost():
    rng = random.Random(7)
    for _ in range(200):
        parts = []
        for _ in range(rng.randrange(1, 9)):
            start = rng.randrange(30)
            parts.append((start, start + rng.randrange(0, 15), rng.randrange(3)))
        found = spoken(parts, lambda cases: cases).parts
        at = {n: {who for start, end, who in found if start <= n < end} for n in range(50)}
        for n, speakers in at.items():
            over = {who for start, end, who in parts if start <= n < end}
            assert speakers <= over and len(speakers) <= 1
            assert len(over) != 1 or speakers == over


def test_many_nested_passages_take_no_time():
    parts = [(n, 200_000 - n, n % 7) for n in range(50_000)]
    assert len(spoken(parts, lambda cases: cases).parts) > 0


def test_a_case_that_refers_to_the_code_of_its_name_speaks_where_that_codes(tmp_path):
    marks = selection(0, 30, coding(70)) + selection(2, 6, coding(10), own=901)
    tree = code(70, "ann") + code(51, "School")
    study = nvivo(tmp_path, marks, tree=tree, cases=case(50, "Ann", ref("CodeRef", 70)) + case(51, "School"), name="x")
    assert turns(study) == [(0, 30, "Ann")] and "ann" not in list(study.codes["code"])


def test_a_case_may_point_at_the_text_of_a_pdf(tmp_path):
    text = f'<Representation guid="{guid(200)}" plainTextPath="internal://a.txt"/>'
    letter = f'<PDFSource guid="{guid(100)}" name="Letter" path="internal://a.pdf">{text}</PDFSource>'
    body = f"<Cases>{case(50, 'Ann', ref('SourceRef', 200))}</Cases>" + sources(letter)
    assert refi.read(qdpx(tmp_path, body)).documents["participant"].tolist() == ["Ann"]


# --- cases by their names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Ida.docx", "Ida"),
        ("ida_2 (follow-up).txt", "Ida"),
        ("Interview with Tom", "Tom"),
        ("Tom Berg.pdf", "Tom Berg"),
        ("Ida's mother", ""),
        ("Tom and Ida", ""),
        ("Field notes", ""),
        ("7", "7"),
        ("School 7", ""),
    ],
)
def test_a_document_that_nothing_links_goes_by_its_case_s_name(tmp_path, name, person):
    """QualCoder writes no link of a case with a part of a text, and its case manager makes no other links."""
    cases = "".join(case(50 + n, who) for n, who in enumerate(("Ida", "Tom", "Tom Berg", "7")))
    body = users("Eva") + f"<Cases>{cases}</Cases>" + sources(source(name=name))
    study = refi.read(qdpx(tmp_path, body, origin="QualCoder 3.6"))
    assert study.documents["participant"].tolist() == [person]
    assert ("that of the case by whose name it goes" in told(study)) == bool(person)


def test_a_variable_that_names_a_case(tmp_path):
    inside = source(value(60, "ann"), name="first") + source(number=101, name="Notes")
    body = f"<Variables>{variable(60, 'Participant')}</Variables><Cases>{case(50, 'Ann')}</Cases>" + sources(inside)
    study = refi.read(qdpx(tmp_path, body))
    assert study.documents["participant"].tolist() == ["Ann", ""]


def test_a_link_counts_more_than_a_name(tmp_path):
    cases = case(50, "Ann", ref("SourceRef", 101)) + case(51, "Bo", ref("SourceRef", 100))
    two = source(name="Ann") + source(number=101, name="Bo")
    study = refi.read(qdpx(tmp_path, f"<Cases>{cases}</Cases>" + sources(two)))
    assert study.documents["participant"].tolist() == ["Bo", "Ann"]


def test_cases_without_a_name_that_a_variable_calls_alike_are_one_person(tmp_path):
    """MAXQDA: what a document says of its participant is a case without a name, one for each document."""
    names = "".join(variable(60 + n, name) for n, name in enumerate(("Participant ID", "Age", "Wave")))
    said = [("P1", "34", "first"), ("P1", "34", "second"), ("P2", "50", "second")]
    cases = "".join(
        f'<Case guid="{guid(50 + n)}">{"".join(value(60 + v, w) for v, w in enumerate(words))}'
        f"{ref('SourceRef', 100 + n)}</Case>"
        for n, words in enumerate(said)
    )
    four = "".join(source(number=100 + n, name=name) for n, name in enumerate(("a", "b", "c", "Notes")))
    body = f"<Variables>{names}</Variables><Cases>{cases}</Cases>" + sources(four)
    study = refi.read(qdpx(tmp_path, body, origin="MAXQDA 2022 (Release 22.4.0)"))
    assert study.documents["participant"].tolist() == ["P1", "P1", "P2", ""]
    assert study.participants[["participant", "Age"]].values.tolist() == [["P1", 34.0], ["P2", 50.0]]
    assert study.documents["Wave"].fillna("").tolist() == ["first", "second", "second", ""]
    assert "the variable 'Participant ID' names 2 participants of these sources" in told(study)


# --- selections that stand twice -----------------------------------------------------------------------------------


@pytest.mark.parametrize("same", ["selection", "coding", "words"])
def test_a_pdf_selection_and_its_text_are_one_however_they_are_known(tmp_path, same):
    """ATLAS.ti writes both; the text's comes after, and GUIDs may be new at each place."""
    who = f'creatingUser="{guid(1)}" creationDateTime="2024-01-02T03:04:05Z" name="hope"'
    one, two = (
        f'<Coding guid="{guid(n)}" creatingUser="{guid(1)}"><CodeRef targetGUID="{guid(10)}"/></Coding>'
        for n in (700, 700 if same == "coding" else 701)
    )
    box = 'page="0" firstX="1" firstY="2" secondX="3" secondY="4"'
    pdf = f'<PDFSelection guid="{guid(900)}" {who} {box}>{one}</PDFSelection>'
    again = guid(900 if same == "selection" else 901)
    text = f'<PlainTextSelection guid="{again}" {who} startPosition="2" endPosition="6">{two}</PlainTextSelection>'
    inside = f'{pdf}<Representation guid="{guid(200)}" plainTextPath="internal://a.txt">{text}</Representation>'
    body = users("Ann") + book(code(10, "Hope"))
    body += sources(f'<PDFSource guid="{guid(100)}" name="Letter" path="internal://a.pdf">{inside}</PDFSource>')
    study = refi.read(qdpx(tmp_path, body, {"a.txt": "I hope so."}, origin="ATLAS.ti Web"))
    assert spans(study) == [("hope", "hope")] and study.codings["locator"].tolist() == ["page 1, 1,2–3,4"]


def test_the_second_page_of_a_selection_stays(tmp_path):
    """ATLAS.ti: the same words, user, time and code on two pages, and one selection in the text."""
    who = f'creatingUser="{guid(1)}" creationDateTime="2024-01-02T03:04:05Z" name="hope"'
    box = 'firstX="1" firstY="2" secondX="3" secondY="4"'
    pages = "".join(
        f'<PDFSelection guid="{guid(900 + n)}" page="{n}" {who} {box}>{coding(10)}</PDFSelection>' for n in range(2)
    )
    text = f'<PlainTextSelection guid="{guid(900)}" {who} startPosition="2" endPosition="6">{coding(10)}</PlainTextSelection>'
    inside = f'{pages}<Representation guid="{guid(200)}" plainTextPath="internal://a.txt">{text}</Representation>'
    body = users("Ann") + book(code(10, "Hope"))
    body += sources(f'<PDFSource guid="{guid(100)}" name="Letter" path="internal://a.pdf">{inside}</PDFSource>')
    study = refi.read(qdpx(tmp_path, body, {"a.txt": "I hope so."}, origin="ATLAS.ti Web"))
    assert study.codings["locator"].tolist() == ["page 2, 1,2–3,4", "page 1, 1,2–3,4"]
    assert (
        "Inferred: 1 selection on pages with the name, user, time and codes of one in the text, as where that runs over "
        "two pages: codings of the second page count beside it."
    ) in told(study)
