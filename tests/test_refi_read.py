"""REFI-QDA projects as other tools write them, in small: each test is one rule of how real files differ."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from helpers.errors import StudyError
from helpers.exchange import refi

TEXT = "I hope so. 😀 Ann said yes.\r\nWe waited for an hour."


def guid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def qdpx(folder: Path, inside: str, texts: dict[str, bytes | str] | None = None, **project: str) -> Path:
    """A project with these elements and texts, signed by a tool."""
    given = {"name": "Pilot", "origin": "Some tool 1.0"} | project
    head = "".join(f' {name}="{value}"' for name, value in given.items())
    path = folder / "pilot.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", f'<Project xmlns="urn:QDA-XML:project:1.0"{head}>{inside}</Project>')
        for name, text in (texts if texts is not None else {"a.txt": TEXT}).items():
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


def spans(study) -> list[tuple[str, str]]:
    return list(zip(study.codings["code"], study.codings["quote"], strict=True))


def told(study) -> str:
    return "\n".join(study.about.imported)


# --- positions ---------------------------------------------------------------------------------------------------


def test_nvivo_counts_utf16_units_and_crlf_as_two(tmp_path):
    words = TEXT.encode("utf-16-le")
    start = len(words[: words.index("We".encode("utf-16-le"))]) // 2
    body = users("Ann") + book(code(10, "Waiting")) + sources(source(selection(start, start + 9, coding(10))))
    path = qdpx(tmp_path, body, {"a.txt": "\ufeff" + TEXT}, origin="NVivo for Windows 20.1")
    study = refi.read(path)
    assert spans(study) == [("waiting", "We waited")]
    assert study.documents["text"].iat[0] == TEXT, "line endings and emoji are as they were, the mark is gone"
    assert "1 of 1 text selection begins and ends on word boundaries, counted in UTF-16 units" in told(study)
    assert "counted in code points, 0 would" in told(study)


def test_others_count_code_points(tmp_path):
    start = TEXT.index("We")
    body = users("Ann") + book(code(10, "Waiting")) + sources(source(selection(start, start + 9, coding(10))))
    assert spans(refi.read(qdpx(tmp_path, body))) == [("waiting", "We waited")]


def test_atlas_counts_crlf_as_one(tmp_path):
    start = TEXT.replace("\r\n", "\n").index("We")
    body = users("Ann") + book(code(10, "Waiting")) + sources(source(selection(start, start + 9, coding(10))))
    study = refi.read(qdpx(tmp_path, body, origin="ATLAS.ti 23"))
    assert spans(study) == [("waiting", "We waited")]


def test_texts_that_clearly_decide_win_over_the_rule(tmp_path):
    words = ["hope", "wait", "hour", "said", "year", "work"]
    text = "😀 " + " ".join(words)
    at = [text.index(w) + 1 for w in words]
    chosen = [selection(a, a + 4, coding(10), own=900 + n) for n, a in enumerate(at)]
    body = users("Ann") + book(code(10, "Word")) + sources(source(*chosen))
    study = refi.read(qdpx(tmp_path, body, {"a.txt": text}))
    assert list(study.codings["quote"]) == words
    assert "the standard's rule says code points, but the texts decide" in told(study)


@pytest.mark.parametrize("counted", [True, False])
def test_the_mark_of_the_byte_order_counts_where_a_program_kept_it_in_the_text(tmp_path, counted):
    """Programs that read a file as it is take the mark for its first character, and write it back with the rest."""
    words = "We hope and wait and fear and work and laugh and sing."
    spans_ = [(0, 2), *((words.index(w), words.index(w) + len(w)) for w in ("hope", "wait", "fear", "work", "sing"))]
    inside = [
        selection(start + counted, end + counted, coding(10), own=900 + n) for n, (start, end) in enumerate(spans_)
    ]
    inside += [selection(0, 3, coding(10), own=990)] * counted  # the mark is in it
    other = source(selection(2, 6, coding(10), own=991), number=101, name="Bo", path="internal://b.txt")
    body = users("Ann") + book(code(10, "Hope")) + sources(source(*inside), other)
    study = refi.read(qdpx(tmp_path, body, {"a.txt": f"\ufeff{words}", "b.txt": "I hope so."}))
    quotes = [words[start:end] for start, end in spans_]
    assert [quote for _, quote in spans(study)] == [*quotes, "hope"], "a text without the mark is as it was"
    assert study.documents["text"].iat[0] == words
    assert ("but the texts decide" in told(study)) is counted
    assert ("counted in code points, the mark of the byte order as one" in told(study)) is counted


def test_a_better_other_reading_is_warned_of_when_it_does_not_decide(tmp_path):
    text = "😀 hope and wait"
    body = users("Ann") + book(code(10, "Word")) + sources(source(selection(3, 7, coding(10))))
    study = refi.read(qdpx(tmp_path, body, {"a.txt": text}))
    assert spans(study) == [("word", "ope ")]
    assert "although UTF-16 units would fit more of the selections" in told(study)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(tmp_path, encoding):
    text = "Ståle håpet på det."
    body = users("Ann") + book(code(10, "Hope")) + sources(source(selection(6, 11, coding(10))))
    study = refi.read(qdpx(tmp_path, body, {"a.txt": text.encode(encoding)}))
    assert spans(study) == [("hope", "håpet")]
    assert ("read as Windows-1252" in told(study)) == (encoding == "cp1252")


@pytest.mark.parametrize(
    ("declared", "stored"),
    [
        ("utf-16", "utf-8"),
        ("utf-16", "utf-8-sig"),
        ("utf-8", "utf-16"),
        ("utf-8", "utf-16-le"),
        ("utf-16", "utf-16-be"),
    ],
)
def test_the_bytes_tell_the_encoding_of_the_xml_and_not_its_declaration(tmp_path, declared, stored):
    path = tmp_path / "book.qdc"
    inside = f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>{code(1, "Håp")}</Codes></CodeBook>'
    path.write_bytes(f'<?xml version="1.0" encoding="{declared}"?>{inside}'.encode(stored))
    assert refi.recognises(path)
    assert refi.read(path).codes["name"].tolist() == ["Håp"]


def test_words_without_blanks_between_them_say_little(tmp_path):
    body = users("Ann") + book(code(10, "Hope")) + sources(source(selection(2, 4, coding(10))))
    study = refi.read(qdpx(tmp_path, body, {"a.txt": "私は希望を持つ。"}))
    assert spans(study) == [("hope", "希望")]
    assert "1 of 1 text selection begins and ends on word boundaries" in told(study)
    assert "the texts put no blanks between words, so that these numbers say little of positions" in told(study)


def test_selections_of_no_length_and_outside_the_text(tmp_path):
    inside = [
        selection(*pair, coding(10), own=900 + n) for n, pair in enumerate([(4, 4), (50, 900), (900, 910), (9, 2)])
    ]
    study = refi.read(qdpx(tmp_path, users("Ann") + book(code(10, "Hope")) + sources(source(*inside))))
    codings = study.codings
    assert codings["start"].tolist()[:2] == [4, 50] and codings["end"].tolist()[:2] == [4, len(TEXT)]
    assert codings["locator"].tolist()[2:] == ["characters 900–910 of the file", "characters 9–2 of the file"]
    assert "of no length" in told(study) and "running past the end" in told(study) and "outside the text" in told(study)


def test_text_inside_the_xml(tmp_path):
    content = f'<TextSource guid="{guid(100)}" name="Ann"><PlainTextContent>I hope so.</PlainTextContent>'
    body = users("Ann") + book(code(10, "Hope")) + sources(content + selection(2, 6, coding(10)) + "</TextSource>")
    assert spans(refi.read(qdpx(tmp_path, body, {}))) == [("hope", "hope")]


def test_text_that_is_not_there(tmp_path):
    body = users("Ann") + book(code(10, "Hope")) + sources(source(selection(2, 6, coding(10))))
    study = refi.read(qdpx(tmp_path, body, {}))
    assert study.codings[["start", "end"]].values.tolist() == [[2, 6]] and study.about.texts == "withheld"
    assert "not in the project" in told(study)


def test_text_inside_the_xml_stands_in_for_a_file_that_is_gone(tmp_path):
    head = f'<TextSource guid="{guid(100)}" name="Ann" plainTextPath="internal://gone.txt">'
    inside = head + "<PlainTextContent>I hope so.</PlainTextContent>" + selection(2, 6, coding(10)) + "</TextSource>"
    study = refi.read(qdpx(tmp_path, users("Ann") + book(code(10, "Hope")) + sources(inside), {}))
    assert spans(study) == [("hope", "hope")] and study.about.texts == ""


@pytest.mark.parametrize("files", [{f"{guid(100)}.txt": "I hope so."}, {}])
@pytest.mark.parametrize("kind", ["TextSource", "PDFSource"])
def test_a_source_that_names_no_text(tmp_path, kind, files):
    """The file with its GUID is its text; without one the positions stay, for nothing says that they are wrong."""
    inside = f'<{kind} guid="{guid(100)}" name="Ann">{selection(2, 6, coding(10))}</{kind}>'
    study = refi.read(qdpx(tmp_path, users("Ann") + book(code(10, "Hope")) + sources(inside), files))
    assert study.codings[["start", "end"]].values.tolist() == [[2, 6]]
    assert study.codings["quote"].tolist() == ["hope" if files else ""]
    assert ("1 text ('Ann') not in the project" in told(study)) is not bool(files)


@pytest.mark.parametrize("data", [b"PK\x03\x04\x14\x00", b"%PDF-1.7\n\xe2\xe3", rb"{\rtf1 I hope so.}"])
def test_a_document_where_plain_text_should_be(tmp_path, data):
    body = users("Ann") + book(code(10, "Hope")) + sources(source(selection(2, 6, coding(10)), path="internal://a.x"))
    study = refi.read(qdpx(tmp_path, body, {"a.x": data}))
    assert study.codings[["start", "end"]].values.tolist() == [[2, 6]] and study.documents["text"].tolist() == [""]
    what = "a file of a word processor or a PDF where plain text should be, and not read"
    assert f"Not represented: 1 text ('Ann.docx'): {what}." in told(study)


def test_a_text_with_a_damaged_byte(tmp_path):
    text = "Ståle håpet på det, sa hån, når år går.".encode() + b"\xff"
    body = users("Ann") + book(code(10, "Hope")) + sources(source(selection(6, 11, coding(10))))
    study = refi.read(qdpx(tmp_path, body, {"a.txt": text}))
    assert spans(study) == [("hope", "håpet")] and study.documents["text"].iat[0].endswith("år går.\ufffd")
    assert "bytes that are no letters" in told(study)


def test_two_texts_under_one_guid(tmp_path):
    """The same source once more gives its selections; another text is another document, whatever its GUID."""
    same = source(selection(0, 1, coding(10), own=901))
    other = source(selection(0, 3, coding(10), own=902), name="Bo", path="internal://b.txt")
    body = users("Ann") + book(code(10, "Hope")) + sources(source(selection(2, 6, coding(10))), same, other)
    study = refi.read(qdpx(tmp_path, body, {"a.txt": TEXT, "b.txt": "Yes."}))
    assert list(study.documents["document"]) == ["Ann", "Bo"]
    assert study.codings[["document", "quote"]].values.tolist() == [["Ann", "hope"], ["Ann", "I"], ["Bo", "Yes"]]


# --- where the files are -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "member"),
    [
        ("internal://a.txt", "Sources/a.txt"),
        ("internal://A.TXT", "sources/a.txt"),
        ("a.txt", "Sources/a.txt"),
        ("relative:///a.txt", "a.txt"),
        ("absolute:///C:/Users/ann/a.txt", "Sources/sub/a.txt"),
        ("internal://Anne%20M.txt", "Sources/Anne M.txt"),
        ("internal://gone.txt", f"Sources/{guid(100)}.txt"),
        ("internal://a.txt", "Sources\\a.txt"),
    ],
)
def test_paths_and_member_names(tmp_path, path, member):
    body = users("Ann") + book(code(10, "Hope")) + sources(source(selection(2, 6, coding(10)), path=path))
    archive = qdpx(tmp_path, body, {})
    with zipfile.ZipFile(archive, "a") as out:
        out.writestr(member, TEXT)
    assert spans(refi.read(archive)) == [("hope", "hope")]


@pytest.mark.parametrize("name", ["project.qde", "Project.qde", "my study.qde", "folder/project.qde"])
def test_the_project_file_has_many_names(tmp_path, name):
    path = tmp_path / "x.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Sources/a.txt", TEXT)
        archive.writestr(name, f'<Project xmlns="urn:QDA-XML:project:0:10" name="x">{book(code(10, "Hope"))}</Project>')
    assert refi.recognises(path) and list(refi.read(path).codes["code"]) == ["hope"]


def test_loose_project_beside_its_sources(tmp_path):
    body = users("Ann") + book(code(10, "Hope")) + sources(source(selection(2, 6, coding(10))))
    archive = qdpx(tmp_path, body)
    folder = tmp_path / "loose"
    with zipfile.ZipFile(archive) as out:
        out.extractall(folder)
    for place in (folder, folder / "project.qde"):
        assert refi.recognises(place)
        study = refi.read(place)
        assert spans(study) == [("hope", "hope")] and study.name == "loose"
        assert set(study.inputs) == {"project.qde", "a.txt"}


# --- codes -------------------------------------------------------------------------------------------------------


def test_codes_are_keyed_by_path(tmp_path):
    tree = (
        code(1, "Help", "<Description>Any help.</Description>" + code(2, "Family"), color="#0F8"),
        code(3, "Harm", code(4, "Family") + code(5, "Family")),
        code(6, "!?"),
    )
    study = refi.read(qdpx(tmp_path, book(*tree), {}))
    assert list(study.codes["code"]) == ["help", "help/family", "harm", "harm/family", "harm/family-2", "code"]
    assert list(study.codes["parent"]) == ["", "help", "", "harm", "harm", ""]
    assert study.codes[["definition", "colour"]].values.tolist()[0] == ["Any help.", "#00FF88"]
    assert "kept apart" in told(study)


def test_codes_below_a_code_may_have_an_element_around_them(tmp_path):
    inside = f"<SubCodes>{code(11, 'Faith')}</SubCodes>"
    study = refi.read(qdpx(tmp_path, book(code(10, "Hope", inside)) + sources(source(selection(2, 6, coding(11))))))
    assert spans(study) == [("hope/faith", "hope")] and "Not represented" not in told(study)


def test_a_code_that_is_not_in_the_codebook_is_entered_there(tmp_path):
    body = users("Ann") + book(code(10, "Hope")) + sources(source(selection(2, 6, coding(77))))
    study = refi.read(qdpx(tmp_path, body))
    assert len(study.codings) == 1 and "not in the codebook" in study.codes["name"].iat[1]


def test_guids_in_braces_and_capitals(tmp_path):
    body = users("Ann") + book(code(10, "Hope")) + sources(source(selection(2, 6, coding(10))))
    body = body.replace(f'targetGUID="{guid(10)}"', f'targetGUID="{{{guid(10).upper()}}}"')
    assert spans(refi.read(qdpx(tmp_path, body))) == [("hope", "hope")]


# --- coders ------------------------------------------------------------------------------------------------------


def test_nvivo_signs_the_selection_with_the_coder(tmp_path):
    inside = [selection(2, 6, coding(10, 1), user=2), selection(0, 1, coding(10, 1), user=3, own=901)]
    body = users("admin", "Ann", "Bo") + book(code(10, "Hope")) + sources(source(*inside))
    study = refi.read(qdpx(tmp_path, body, origin="NVivo for Mac 12.7"))
    assert list(study.codings["coder"]) == ["Ann", "Bo"]
    assert "2 of 2 codings name another user on the coding" in told(study)
    assert "1 user ('admin') coded nothing" in told(study)


def test_elsewhere_codings_of_several_people_are_believed(tmp_path):
    inside = selection(2, 6, coding(10, 2), coding(11, 3), user=1)
    body = users("admin", "Ann", "Bo") + book(code(10, "Hope"), code(11, "Fear")) + sources(source(inside))
    study = refi.read(qdpx(tmp_path, body))
    assert list(study.codings["coder"]) == ["Ann", "Bo"]


def test_nvivo_that_signs_every_selection_with_one_user_is_asked_for_its_codings(tmp_path):
    inside = selection(2, 6, coding(10, 2), coding(11, 3), user=1)
    body = users("admin", "Ann", "Bo") + book(code(10, "Hope"), code(11, "Fear")) + sources(source(inside))
    study = refi.read(qdpx(tmp_path, body, origin="NVivo for Mac 15.0.0"))
    assert list(study.codings["coder"]) == ["Ann", "Bo"]
    assert "the coder is the user of the coding; 2 of 2 codings name another user on the selection." in told(study)


def test_a_name_may_sign_where_a_guid_should(tmp_path):
    """A name of the list is that user's; another one is a coder, by its own letters."""
    by = ("Ann Berg", "AB", "João", guid(9), "Ada")
    inside = "".join(
        selection(2, 6, coding(10 + n, None), user=None, own=900 + n).replace(
            "<Coding", f'<Coding creatingUser="{who}"'
        )
        for n, who in enumerate(by)
    )
    listed = f'<Users><User guid="{guid(1)}" name="Ann Berg" id="AB"/><User guid="{guid(2)}" name="Bo"/></Users>'
    body = listed + book(*(code(10 + n, f"Code {n}") for n in range(5))) + sources(source(inside))
    study = refi.read(qdpx(tmp_path, body))
    assert list(study.codings["coder"]) == ["Ann Berg", "Ann Berg", "João", "user 00000000", "Ada"]
    strangers = "3 users ('João', 'user 00000000', 'Ada') signed codings and are not in the file's list of users."
    assert f"Inferred: {strangers}" in told(study) and "1 user ('Bo') coded nothing" in told(study)


def test_no_users_at_all(tmp_path):
    body = book(code(10, "Hope")) + sources(source(selection(2, 6, coding(10, None), user=None)))
    study = refi.read(qdpx(tmp_path, body))
    assert list(study.codings["coder"]) == ["unknown"] and "'unknown'" in told(study)


def test_one_person_with_two_users(tmp_path):
    inside = [selection(2, 6, coding(10, 1), user=1), selection(0, 1, coding(10, 2), user=2, own=901)]
    body = users("Florian Sipos", "floriansipos") + book(code(10, "Hope")) + sources(source(*inside))
    path = qdpx(tmp_path, body)
    study = refi.read(path)
    assert list(study.coders["coder"]) == ["Florian Sipos", "floriansipos"] and "may be one person" in told(study)
    for aliases in ({"floriansipos": "Sipos", "Florian Sipos": "Sipos"}, {"floriansipos": "Florian Sipos"}):
        merged = refi.read(path, aliases=aliases)
        assert list(merged.coders["coder"]) == [aliases["floriansipos"]] and len(merged.codings) == 2


def test_a_program_among_the_users_is_a_machine(tmp_path):
    inside = [selection(2, 6, coding(10), user=1), selection(2, 6, coding(10), user=2, own=901)]
    body = users("Ann", "ATLAS.ti AI Coding") + book(code(10, "Hope")) + sources(source(*inside))
    study = refi.read(qdpx(tmp_path, body))
    assert dict(study.coders[["coder", "kind"]].values) == {"Ann": "person", "ATLAS.ti AI Coding": "machine"}
    assert "1 coder ('ATLAS.ti AI Coding') of the kind 'machine', by the name" in told(study)


def test_coders_names_become_file_names(tmp_path):
    body = users("uni\\ann", "UNI-ANN") + book(code(10, "Hope"))
    body += sources(source(selection(2, 6, coding(10, 1)), selection(0, 1, coding(10, 2), user=2, own=901)))
    study = refi.read(qdpx(tmp_path, body))
    names = dict(zip(study.coders["coder"], study.coders["name"], strict=True))
    assert names == {"uni-ann": "uni\\ann", "UNI-ANN-2": "UNI-ANN"}


def test_codings_in_places_that_have_none_are_told(tmp_path):
    body = book(code(10, "Hope", coding(10))) + sources(
        source(selection(2, 6, coding(10))), selection(2, 6, coding(10))
    )
    study = refi.read(qdpx(tmp_path, body))
    assert spans(study) == [("hope", "hope")]
    lost = "2 codings where the standard has none: neither in a selection nor a source."
    assert f"Not represented: {lost}" in told(study)


@pytest.mark.parametrize("part", ["Transcript", "Representation"])
def test_a_variable_within_a_part_of_a_source_has_its_name(tmp_path, part):
    kind = "AudioSource" if part == "Transcript" else "PDFSource"
    value = '<Variable name="Age" typeOfVariable="Text"><VariableValue>34</VariableValue></Variable>'
    inside = f'<{part} guid="{guid(101)}" plainTextPath="internal://a.txt">{value}</{part}>'
    study = refi.read(qdpx(tmp_path, sources(f'<{kind} guid="{guid(100)}" name="Ann">{inside}</{kind}>')))
    assert study.participants["Age"].tolist() == [34]


def test_codes_named_without_a_coding_or_several_in_one(tmp_path):
    """As no standard has it: each code that is named is a coding of the passage, or of the source."""
    named = [f'<CodeRef targetGUID="{guid(n)}"/>' for n in (10, 11)]
    both = f'<Coding guid="{guid(800)}" creatingUser="{guid(2)}">{"".join(named)}</Coding>'
    inside = [selection(2, 6, named[0], user=1), selection(7, 9, both, user=2, own=901), both]
    body = users("Ann", "Bo") + book(code(10, "Hope"), code(11, "Fear")) + sources(source(*inside))
    study = refi.read(qdpx(tmp_path, body))
    assert study.codings[["coder", "code", "quote"]].values.tolist() == [
        ["Ann", "hope", "hope"],
        ["Bo", "hope", "so"],
        ["Bo", "fear", "so"],
        ["Bo", "hope", ""],
        ["Bo", "fear", ""],
    ]
    assert "Not represented" not in told(study)


def test_repeated_elements_count_once(tmp_path):
    inside = [
        selection(2, 6, coding(10), inside=f"<Description>{m}</Description>", own=900 + n) for n, m in enumerate("aab")
    ]
    study = refi.read(qdpx(tmp_path, users("Ann") + book(code(10, "Hope")) + sources(source(*inside))))
    assert len(study.codings) == 1 and study.codings["memo"].iat[0] == "a\nb"
    assert "2 codings repeated" in told(study)


# --- participants ------------------------------------------------------------------------------------------------


def case(number: int, name: str, inside: str = "") -> str:
    return f'<Case guid="{guid(number)}" name="{name}">{inside}</Case>'


def value(variable: int, words: str, tag: str = "TextValue") -> str:
    return f'<VariableValue><VariableRef targetGUID="{guid(variable)}"/><{tag}>{words}</{tag}></VariableValue>'


def variable(number: int, name: str, kind: str = "Text") -> str:
    return f'<Variable guid="{guid(number)}" name="{name}" typeOfVariable="{kind}"/>'


def ref(tag: str, number: int) -> str:
    return f'<{tag} targetGUID="{guid(number)}"/>'


def test_cases_with_sources_and_variables(tmp_path):
    cases = case(50, "Ann", value(60, "34", "IntegerValue") + ref("SourceRef", 100)) + case(51, "Bo", value(60, "40.5"))
    body = f"<Variables>{variable(60, 'Person:Age', 'Integer')}</Variables><Cases>{cases}</Cases>"
    study = refi.read(qdpx(tmp_path, body + sources(source(), source(number=101, name="Notes"))))
    assert study.participants.values.tolist() == [["Ann", 34.0], ["Bo", 40.5]]
    assert list(study.participants) == ["participant", "Age"]
    assert list(study.documents["participant"]) == ["Ann", ""]
    assert "1 document ('Notes') without a case" in told(study)


def test_cases_that_are_codes_and_values_on_sources(tmp_path):
    """NVivo: a case is a code with the case's GUID that covers a document; its attributes are on the source."""
    tree = book(code(40, "Cases", code(50, "Ann") + code(51, "Bo")), code(10, "Hope"))
    body = users("Eva") + tree + f"<Variables>{variable(60, 'Person:Age')}{variable(61, 'Interview:Date')}</Variables>"
    body += f"<Cases>{case(50, 'Ann')}{case(51, 'Bo')}</Cases>"
    one = source(
        selection(0, len(TEXT) + 1, coding(50)),
        selection(2, 6, coding(10), own=901),
        value(60, "34"),
        value(61, "Monday"),
    )
    two = source(coding(51), value(60, "Unassigned"), value(61, "Tuesday"), number=101, name="Bo 1")
    three = source(coding(51), value(60, "40"), value(61, "Friday"), number=102, name="Bo 2")
    four = source(value(60, "77"), number=103, name="Notes")
    study = refi.read(qdpx(tmp_path, body + sources(one, two, three, four), origin="NVivo for Windows 20.1"))
    assert list(study.documents["participant"]) == ["Ann", "Bo", "Bo", ""]
    assert study.documents["Age"].tolist()[3] == 77.0, "nobody's, so the document's"
    assert list(study.codes["code"]) == ["hope"], "cases, and the folder that holds nothing else, are no themes"
    assert len(study.codings) == 1
    assert study.participants.values.tolist() == [["Ann", 34.0], ["Bo", 40.0]]
    dates = study.documents["Date (variable)"]
    assert list(dates)[:3] == ["Monday", "Tuesday", "Friday"], "what differs by source is the document's"
    assert "2 codes that are cases" in told(study)


def test_a_case_that_covers_passages_has_turns(tmp_path):
    tree = book(code(50, "Ann"), code(51, "Bo"), code(10, "Hope"))
    inside = [(0, 10, 50), (12, 20, 51), (15, 25, 50)]
    marks = [selection(a, b, coding(c), own=900 + n) for n, (a, b, c) in enumerate(inside)]
    cases = case(50, "Ann") + case(51, "Bo", ref("SelectionRef", 950))
    body = users("Eva") + tree + f"<Cases>{cases}</Cases>"
    study = refi.read(qdpx(tmp_path, body + sources(source(*marks, selection(26, 30, own=950), name="Group"))))
    assert study.documents["participant"].tolist() == [""]
    assert study.turns[["start", "end", "participant"]].values.tolist() == [
        [0, 10, "Ann"],
        [12, 20, "Bo"],
        [20, 25, "Ann"],
        [26, 30, "Bo"],
    ]
    assert "1 passage of a case cut where a shorter passage" in told(study) and len(study.codings) == 0


def test_a_case_that_fills_most_of_a_document(tmp_path):
    """An interview coded by speaker: what the interviewer says is nobody's, and the document is the one case's."""
    marks = [selection(a, b, coding(50), own=900 + a) for a, b in ((2, 20), (25, 40))]
    body = users("Eva") + book(code(50, "Ann"), code(10, "Hope")) + f"<Cases>{case(50, 'Ann')}</Cases>"
    study = refi.read(qdpx(tmp_path, body + sources(source(*marks, selection(2, 6, coding(10))))))
    assert study.documents["participant"].tolist() == ["Ann"]
    assert study.turns["start"].tolist() == [2, 25] and "covers half or more" in told(study)


def test_case_and_the_group_it_lies_in(tmp_path):
    tree = book(code(52, "Teachers", code(50, "Ann")), code(51, "Bo"))
    cases = "".join(case(n, name) for n, name in ((52, "Teachers"), (50, "Ann"), (51, "Bo")))
    body = users("Eva") + tree + f"<Cases>{cases}</Cases>"
    one = source(coding(50), coding(52))
    two = source(coding(50), coding(51), number=101, name="Both")
    study = refi.read(qdpx(tmp_path, body + sources(one, two)))
    assert list(study.documents["participant"]) == ["Ann", ""], "the lower of two nested cases; of two others, none"
    assert "1 document ('Both') with several cases" in told(study)


def test_a_case_may_refer_to_its_themes(tmp_path):
    cases = case(50, "Ann", ref("CodeRef", 10) + ref("SourceRef", 100)) + case(51, "Bo", ref("CodeRef", 11))
    body = users("Eva") + book(code(10, "Hope"), code(11, "Bo's")) + f"<Cases>{cases}</Cases>"
    two = source(coding(11), number=101, name="b")
    study = refi.read(qdpx(tmp_path, body + sources(source(selection(2, 6, coding(10))), two)))
    assert list(study.codes["code"]) == ["hope"] and list(study.documents["participant"]) == ["Ann", "Bo"]


def test_cases_without_a_name_are_their_sources_variables(tmp_path):
    """MAXQDA and Quirkos: a case that only ties variables to a source."""
    cases = f'<Case guid="{guid(50)}">{value(60, "34")}{ref("SourceRef", 100)}</Case>'
    body = f"<Variables>{variable(60, 'Age')}</Variables><Cases>{cases}</Cases>"
    study = refi.read(qdpx(tmp_path, body + sources(source())))
    assert study.participants.values.tolist() == [["Ann", 34.0]]


@pytest.mark.parametrize(
    ("names", "people", "why"),
    [
        (["P01 first", "P02", "P01_second"], ["P01", "P02", "P01"], "their names hold a participant's number"),
        (["Interview ID731", "Int02_ID12", "ID731b"], ["ID731", "ID12", "ID731"], "their names hold"),
        (["Ann.docx", "Bo.txt", "Group"], ["Ann", "Bo", "Group"], "each source is one person"),
    ],
)
def test_no_cases(tmp_path, names, people, why):
    given = [source(number=100 + n, name=name) for n, name in enumerate(names)]
    study = refi.read(qdpx(tmp_path, sources(*given)))
    assert list(study.documents["participant"]) == people and why in told(study)


def test_a_variable_names_the_participants(tmp_path):
    inside = [source(value(60, who), number=100 + n, name=f"s{n}") for n, who in enumerate(("Ann", "Bo", "Ann"))]
    body = f"<Variables>{variable(60, 'Interview:Participant ID')}</Variables>" + sources(*inside)
    study = refi.read(qdpx(tmp_path, body))
    assert list(study.documents["participant"]) == ["Ann", "Bo", "Ann"]
    assert "'Interview:Participant ID' names them" in told(study)


def test_several_values_of_one_variable(tmp_path):
    cases = case(50, "Ann", value(60, "COPD") + value(60, "Asthma") + ref("SourceRef", 100))
    body = f"<Variables>{variable(60, 'Diagnoses')}</Variables><Cases>{cases}</Cases>" + sources(source())
    study = refi.read(qdpx(tmp_path, body))
    assert study.participants["Diagnoses"].tolist() == ["COPD; Asthma"]
    assert study.about.attribute("Diagnoses").multivalued


def test_variables_named_like_columns(tmp_path):
    values = value(60, "soon") + value(61, "x") + value(62, "y")
    body = f"<Variables>{variable(60, 'date')}{variable(61, '_hidden')}{variable(62, 'participant')}</Variables>"
    body += f"<Cases>{case(50, 'Ann', values)}</Cases>"
    study = refi.read(qdpx(tmp_path, body, {}))
    assert list(study.participants) == ["participant", "date", "hidden", "participant (variable)"]


def test_variables_that_are_the_documents_own_columns(tmp_path):
    names = "".join(variable(60 + n, name) for n, name in enumerate(("Interview:Date", "Round", "Minutes")))
    said = [
        value(60, "2024-05-01T00:00:00Z", "DateTimeValue") + value(61, "first") + value(62, "31,5"),
        value(60, "2024"),
    ]
    cases = case(50, "Ann", ref("SourceRef", 100) + ref("SourceRef", 101))
    two = [source(inside, number=100 + n, name=f"s{n}") for n, inside in enumerate(said)]
    study = refi.read(qdpx(tmp_path, f"<Variables>{names}</Variables><Cases>{cases}</Cases>" + sources(*two)))
    assert study.documents["date"].tolist() == ["2024-05-01", "2024"]
    assert study.documents["round"].tolist() == ["first", ""] and study.documents["minutes"].tolist()[0] == 31.5
    assert list(study.participants) == ["participant"]


# --- pictures, PDFs, recordings ------------------------------------------------------------------------------------


def test_selections_in_media_are_located(tmp_path):
    who = f'creatingUser="{guid(1)}"'
    body = users("Ann") + book(code(10, "Hope"))
    body += sources(
        f'<PictureSource guid="{guid(100)}" name="map.png" path="internal://m.png"><PictureSelection guid="{guid(1)}" '
        f'firstX="10" firstY="20" secondX="30" secondY="40" {who}>{coding(10)}</PictureSelection></PictureSource>'
        f'<PDFSource guid="{guid(101)}" name="paper.pdf"><PDFSelection guid="{guid(2)}" page="2" firstX="1" firstY="2" '
        f'secondX="3" secondY="4" {who}><Representation guid="{guid(3)}"><PlainTextContent>so many'
        f"</PlainTextContent></Representation>{coding(10)}</PDFSelection></PDFSource>"
        f'<AudioSource guid="{guid(102)}" name="talk.m4a"><AudioSelection guid="{guid(4)}" begin="70000" end="75500" '
        f"{who}>{coding(10)}</AudioSelection></AudioSource>"
        f'<VideoSource guid="{guid(103)}" name="film.mp4">{coding(10)}</VideoSource>'
    )
    study = refi.read(qdpx(tmp_path, body, {}))
    assert study.codings["start"].isna().all()
    assert list(study.codings["locator"]) == ["10,20–30,40", "page 3, 1,2–3,4", "00:01:10–00:01:15.500", ""]
    assert list(study.codings["quote"]) == ["", "so many", "", ""]
    assert list(study.documents["kind"]) == ["picture", "pdf", "audio", "video"]


def test_what_is_marked_on_a_page_stands_where_its_words_are_if_they_are_there_once(tmp_path):
    def marked(number, words):
        box = f'page="0" firstX="{number}" firstY="2" secondX="3" secondY="4"'
        said = f"<Representation><PlainTextContent>{words}</PlainTextContent></Representation>" if words else ""
        return f'<PDFSelection guid="{guid(900 + number)}" name="Quotation" {box}>{said}{coding(10)}</PDFSelection>'

    pdf = "".join(marked(n, words) for n, words in enumerate(["much to say", "so", "art", ""]))
    inside = f'{pdf}<Representation guid="{guid(101)}" plainTextPath="internal://a.txt"/>'
    body = users("Ann") + book(code(10, "Hope"))
    body += sources(f'<PDFSource guid="{guid(100)}" name="a.pdf">{inside}</PDFSource>')
    study = refi.read(qdpx(tmp_path, body, {"a.txt": "So I had much\nto say, and so it was so, for my part."}))
    assert study.codings[["start", "end", "quote", "locator"]].astype(object).fillna("").values.tolist() == [
        [9, 20, "much\nto say", "page 1, 0,2–3,4"],
        ["", "", "so", "page 1, 1,2–3,4"],
        ["", "", "art", "page 1, 2,2–3,4"],
        ["", "", "", "page 1, 3,2–3,4"],
    ]
    assert "Inferred: 1 selection on pages placed by their words, which stand in the text once." in study.about.imported


def test_a_pdf_selection_and_its_text_are_one(tmp_path):
    box = 'page="0" firstX="1" firstY="2" secondX="3" secondY="4"'
    body = (
        users("Ann")
        + book(code(10, "Hope"))
        + sources(
            f'<PDFSource guid="{guid(100)}" name="a.pdf">'
            f'<PDFSelection guid="{guid(900)}" {box}>{coding(10)}</PDFSelection>'
            f'<PDFSelection guid="{guid(901)}" {box}>{coding(10)}</PDFSelection>'
            f'<Representation guid="{guid(101)}" plainTextPath="internal://a.txt">{selection(2, 6, coding(10))}'
            "</Representation></PDFSource>"
        )
    )
    study = refi.read(qdpx(tmp_path, body))
    assert study.codings[["quote", "locator"]].values.tolist() == [["", "page 1, 1,2–3,4"], ["hope", "page 1, 1,2–3,4"]]


def test_what_is_said_of_the_text_of_a_pdf(tmp_path):
    inside = f"<Description>Scanned.</Description>{coding(10)}{ref('NoteRef', 80)}"
    body = users("Ann") + book(code(10, "Hope"))
    body += sources(
        f'<PDFSource guid="{guid(100)}" name="a.pdf"><Representation guid="{guid(101)}" plainTextPath="a.txt">{inside}'
        "</Representation></PDFSource>"
    )
    body += f"<Notes>{note(80, '', 'Blurred.')}{note(81, 'On it', 'Old.')}</Notes>"
    body = body.replace("Old.</PlainTextContent>", "Old.</PlainTextContent>" + ref("NoteRef", 100))
    study = refi.read(qdpx(tmp_path, body))
    assert (
        study.codings[["document", "code"]].values.tolist() == [["a", "hope"]] and study.codings["start"].isna().all()
    )
    assert study.documents["memo"].tolist() == ["Scanned.\nBlurred.\nOn it: Old."], "whichever of the two points at it"


def test_transcripts(tmp_path):
    points = "".join(
        f'<SyncPoint guid="{guid(n)}" timeStamp="{n}000" position="{position}"/>' for n, position in ((70, 2), (71, 6))
    )
    marks = f'<TranscriptSelection guid="{guid(5)}" fromSyncPoint="{guid(70)}" toSyncPoint="{guid(71)}">'
    body = (
        users("Ann")
        + book(code(10, "Hope"))
        + sources(
            f'<VideoSource guid="{guid(100)}" name="film.mp4"><Transcript guid="{guid(101)}" plainTextPath="internal://a.txt">'
            f"{points}{marks}{coding(10)}</TranscriptSelection></Transcript>"
            f'<Transcript guid="{guid(102)}" name="second" plainTextPath="internal://b.txt"/></VideoSource>'
            + source(selection(10, 13, coding(10)), number=103, path="internal://c.txt")
            + f'<AudioSource guid="{guid(104)}" name="talk"><Transcript guid="{guid(105)}" plainTextPath="internal://c.txt">'
            f"{points}{marks}{coding(10)}</TranscriptSelection></Transcript></AudioSource>"
        )
    )
    study = refi.read(qdpx(tmp_path, body, {"a.txt": TEXT, "b.txt": "Second.", "c.txt": "We hope for more."}))
    assert list(study.documents["document"]) == ["film", "second", "Ann", "talk"]
    assert list(study.documents["text"] != "") == [True, True, True, False], "a transcript that is a source too is one"
    rows = study.codings[["document", "quote", "locator"]].values.tolist()
    assert rows == [["film", "hope", "00:01:10–00:01:11"], ["Ann", "re", ""], ["Ann", " hop", "00:01:10–00:01:11"]] or (
        rows[0] == ["film", "hope", "00:01:10–00:01:11"] and len(rows) == 3
    )


def test_several_places_in_a_picture_are_several_codings(tmp_path):
    boxes = "".join(
        f'<PictureSelection guid="{guid(n)}" firstX="{n}" firstY="0" secondX="9" secondY="9">{coding(10)}'
        "</PictureSelection>"
        for n in (1, 2, 2)
    )
    body = users("Ann") + book(code(10, "Hope"))
    body += sources(f'<PictureSource guid="{guid(100)}" name="m">{boxes}</PictureSource>')
    study = refi.read(qdpx(tmp_path, body, {}))
    assert list(study.codings["locator"]) == ["1,0–9,9", "2,0–9,9"] and "1 coding repeated" in told(study)


# --- memos, sets, links --------------------------------------------------------------------------------------------


def note(number: int, name: str, words: str) -> str:
    return f'<Note guid="{guid(number)}" name="{name}"><PlainTextContent>{words}</PlainTextContent></Note>'


def test_memos_stand_with_what_they_are_about(tmp_path):
    refs = {n: ref("NoteRef", n) for n in (80, 81, 82, 83, 84)}
    body = users("Ann") + book(code(10, "Hope", "<Description>To expect.</Description>" + refs[80]))
    body += sources(
        source(selection(2, 6, coding(10, inside=refs[81]), inside="<Description>Said twice.</Description>"), refs[82])
    )
    body += f"<Notes>{note(80, 'On hope', 'Grows.')}{note(81, '', 'Loud.')}{note(82, '', 'Tired.')}"
    body += f"{note(83, 'Diary', 'Free.')}{note(84, '', 'All went well.')}{note(85, '', 'Linked.')}</Notes>"
    body += f'<Links><Link guid="{guid(90)}" name="memo" originGUID="{guid(85)}" targetGUID="{guid(900)}"/>'
    body += f'<Link guid="{guid(91)}" name="causes" originGUID="{guid(10)}" targetGUID="{guid(100)}"/></Links>'
    body += f'<Sets><Set guid="{guid(92)}" name="First; round">{ref("MemberSource", 100)}</Set>'
    body += f'<Set guid="{guid(93)}" name="Good">{ref("MemberCode", 10)}</Set></Sets>'
    body += f'<Graphs><Graph guid="{guid(94)}" name="Map"/></Graphs><Description>A pilot.</Description>{refs[84]}'
    study = refi.read(qdpx(tmp_path, body))
    assert study.codes["definition"].tolist() == ["To expect.\nOn hope: Grows."]
    assert study.codings["memo"].tolist() == ["Said twice.\nLinked.\nLoud."]
    assert study.documents[["sets", "memo"]].values.tolist() == [["First, round", "Tired."]]
    assert study.about.notes == ("A pilot.\nAll went well.",)
    assert study.codes["sets"].tolist() == ["Good"]
    assert study.memos[["title", "text"]].values.tolist() == [["Diary", "Free."]]
    for said in ("1 memo ('Diary') on nothing in particular", "Hope → Ann.docx (causes)", "1 graph ('Map')"):
        assert said in told(study)


def test_annotations_and_coded_memos(tmp_path):
    memo = f'<Note guid="{guid(80)}" name="Field note"><PlainTextContent>I hope so.</PlainTextContent>'
    body = (
        users("Ann") + book(code(10, "Hope")) + sources(source(selection(0, 4, inside="<Description>x</Description>")))
    )
    body += f"<Notes>{memo}{selection(2, 6, coding(10))}</Note></Notes>"
    study = refi.read(qdpx(tmp_path, body))
    assert "1 selection without a code, kept as a memo on its passage (in 'Ann.docx')." in told(study)
    assert "1 coded memo ('Field note')" in told(study)
    assert study.memos[["document", "start", "end", "text"]].values.tolist() == [["Ann", 0, 4, "x"]]
    assert study.codings[["document", "quote"]].values.tolist() == [["Field note", "hope"]]


# --- codebooks, other files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "space",
    [
        "urn:QDA-XML:codebook:1.0",
        "urn:QDA-XML:codebook:1:0",
        "urn:QDA-XML:codebook:0:4",
        "http://schema.qdasoftware.org/versions/Codebook/v1.0",
    ],
)
def test_codebook_alone(tmp_path, space):
    path = tmp_path / "book.qdc"
    inside = f'<Codes>{code(1, "Help", code(2, "Family"))}</Codes><Sets><Set guid="{guid(3)}" name="s">'
    path.write_text(
        f'<CodeBook xmlns="{space}" origin="T">{inside}<MemberCode guid="{guid(2)}"/></Set></Sets></CodeBook>'
    )
    assert refi.recognises(path)
    study = refi.read(path)
    assert list(study.codes["code"]) == ["help", "help/family"] and study.documents.empty
    assert study.codes["sets"].tolist() == ["", "s"]


def test_other_files_are_not_taken_for_projects(tmp_path):
    (tmp_path / "a.xml").write_text('<Project xmlns="http://schemas.microsoft.com/project"/>')
    (tmp_path / "b.csv").write_text("a,b\n1,2\n")
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    (tmp_path / "folder").mkdir()
    for name in ("a.xml", "b.csv", "c.xlsx", "folder", "none"):
        assert not refi.recognises(tmp_path / name)
    with pytest.raises(StudyError, match="not a REFI-QDA project"):
        refi.read(tmp_path / "a.xml")
    (tmp_path / "renamed.zip").write_bytes(qdpx(tmp_path, book(code(1, "Hope")), {}).read_bytes())
    assert refi.recognises(tmp_path / "renamed.zip"), "content decides"
