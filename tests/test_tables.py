"""Tables of coded segments as tools and people write them: each test is a shape, a language or an oddity of one."""

from __future__ import annotations

import csv
import io
import os
import random
import re
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import StudyError
from helpers.exchange import open_study, tables, tables_cells, tables_merged
from helpers.exchange.proprietary import proprietary
from helpers.exchange.tables_codes import Lists, paths
from helpers.exchange.tables_columns import plain, tools

SAMPLES = Path(os.environ.get("THEMEBOOK_SAMPLES") or "samples-are-not-given")
real = pytest.mark.skipif(not SAMPLES.is_dir(), reason="THEMEBOOK_SAMPLES names no folder of real files")


@pytest.fixture
def book(tmp_path):
    """Write a workbook: rows of one sheet, or a dict of sheets. Give its path."""

    def write(rows, name="segments.xlsx") -> Path:
        made = openpyxl.Workbook()
        made.remove(made.active)
        for title, sheet in (rows if isinstance(rows, dict) else {"Sheet1": rows}).items():
            page = made.create_sheet(title)
            for row in sheet:
                page.append(row)
        made.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def text(tmp_path):
    """Write rows as delimited text. Give its path."""

    def write(rows, name="segments.csv", separator=",", encoding="utf-8") -> Path:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=separator).writerows(rows)
        (tmp_path / name).write_bytes(out.getvalue().encode(encoding))
        return tmp_path / name

    return write


def coded(study, *more):
    frame = study.codings.astype({"coder": "str", "code": "str", "document": "str"})
    return frame[["coder", "document", "code", "quote", "locator", *more]].to_numpy().tolist()


def notes(study):
    return study.about.imported[1:]


WHOLE = "the table has the coded words and no texts: each coding speaks of its document as a whole."
EACH = (
    "Inferred: {} of {}: the project has no cases, so each document is one person; "
    "documents.csv says otherwise where that is wrong."
)
MAXQDA = ["Color", "Comment", "Document group", "Document name", "Code", "Beginning", "End", "Weight score", "Segment"]
MAXQDA += ["Area", "Coverage %", "Author", "Creation date", "Age"]


def test_maxqda(book):
    study = tables.read(
        book(
            [
                MAXQDA,
                ["●", "so sad", "Town", "Ann", "Fear > Needles", 4, 4, 0, "It hurts.", 9, 0.12, "anna", "1.2.2024", 34],
                ["●", "", "Town", "Ann", "Fear > Needles", 4, 4, 0, "It hurts a lot.", 9, 0.12, "anna", "1.2.2024", 34],
                ["●", "", "Town", "Ann", "Hope", 5, 7, 50, "It hurts.", 9, 0.12, "bram", "1.2.2024", 34],
                ["●", "", "Village", "Ann", "Fear", 1, 1, 0, "I fear it.", 10, 1, "bram", "2.2.2024", 58],
            ]
        )
    )
    assert study.name == "segments"
    assert coded(study, "memo", "created") == [
        ["anna", "Town - Ann", "fear/needles", "It hurts.", "4", "so sad", "1.2.2024"],
        ["anna", "Town - Ann", "fear/needles", "It hurts a lot.", "4", "", "1.2.2024"],
        ["bram", "Town - Ann", "hope", "It hurts.", "5-7", "", "1.2.2024"],
        ["bram", "Village - Ann", "fear", "I fear it.", "1", "", "2.2.2024"],
    ]
    assert study.codings["start"].isna().all()
    assert study.codes[["code", "name", "parent"]].astype("str").to_numpy().tolist() == [
        ["fear", "Fear", ""],
        ["fear/needles", "Needles", "fear"],
        ["hope", "Hope", ""],
    ]
    assert study.participants.to_dict("records") == [
        {"participant": "Town - Ann", "Age": 34, "document group": "Town"},
        {"participant": "Village - Ann", "Age": 58, "document group": "Village"},
    ]
    assert study.about.imported == (
        "segments.xlsx: MAXQDA coded segments: 2 documents, 2 participants, 3 codes, 4 codings by 2 coders.",
        WHOLE,
        EACH.format("2 participants", "2 documents"),
        "Not represented: 4 columns ('Color', 'Weight score', 'Area', 'Coverage %') of segments.xlsx [Sheet1].",
    )


LANGUAGES = {
    "German": (
        ";",
        "cp1252",
        "Farbe;Kommentar;Dokumentgruppe;Dokumentname;Code;Anfang;Ende;Gewicht;Segment;Bearbeitet von;Erstellt am",
    ),
    "French": (
        ";",
        "utf-8-sig",
        "Couleur;Commentaire;Groupe de documents;Nom du document;Code;Début;Fin;Poids;Segment;Auteur;Date de création",
    ),
    "Spanish": (
        "\t",
        "utf-16",
        "Color\tComentario\tGrupo de documentos\tNombre del documento\tCódigo\tInicio\tFinal\tPeso\tSegmento\tAutor"
        "\tFecha de creación",
    ),
    "Portuguese": (
        ",",
        "utf-8",
        "Cor,Comentário,Grupo de documentos,Nome do documento,Código,Início,Fim,Peso,Segmento,Autor,Data de criação",
    ),
    "Polish": (
        ";",
        "cp1250",
        "Kolor;Komentarz;Grupa dokumentów;Nazwa dokumentów;Kod;Początek;Koniec;Waga;Fragment;Autor;Data utworzenia",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_maxqda_in_the_languages_of_its_interface(text, language):
    separator, encoding, head = LANGUAGES[language]
    row = ["", "ja", "Dorf", "Müller", "Angst\\Spritzen", "4", "4", "0", "Es tut weh; sehr, sehr.", "anna", "2024"]
    study = tables.read(text([head.split(separator), row], separator=separator, encoding=encoding))
    assert coded(study, "memo") == [["anna", "Müller", "angst/spritzen", "Es tut weh; sehr, sehr.", "4", "ja"]]
    assert "MAXQDA coded segments" in study.about.imported[0]
    wanted = {"cp1252": "Windows-1252", "cp1250": "Windows-1250"}.get(encoding)
    assert any(str(wanted) in note for note in notes(study)) == bool(wanted)


ATLAS = ["Number", "Reference", "Name", "Text Content", "Document", "Codes", "Number of Codes", "Comment"]


def test_atlasti_lists_of_codes_whose_names_hold_commas(text):
    rows = [
        ["1:1", "¶ 4", "", "It hurts.", "D 1", "T1. Pain, fear & loss: needles", 1, "sic"],
        ["1:2", "¶ 6", "", "It hurts.", "D 1", "Hope, T1. Pain, fear & loss: needles", 2, ""],
        [
            "1:3",
            "¶ 8",
            "",
            "I wait.",
            "D 1",
            "T1. Pain, fear & loss: waiting, T1. Pain, fear & loss: alone, Hope",
            3,
            "",
        ],
        ["1:4", "¶ 9", "", "So?", "D 1", "", 0, ""],
        ["1:5", "¶ 9", "", "Yes.", "D 1", "Hope", 1, ""],
    ]
    study = tables.read(text([ATLAS, *rows], separator=";"))
    theme = "t1-pain-fear-loss"
    assert coded(study, "memo") == [
        ["unknown", "D 1", f"{theme}/needles", "It hurts.", "¶ 4", "sic"],
        ["unknown", "D 1", "hope", "It hurts.", "¶ 6", ""],
        ["unknown", "D 1", f"{theme}/needles", "It hurts.", "¶ 6", ""],
        ["unknown", "D 1", f"{theme}/waiting", "I wait.", "¶ 8", ""],
        ["unknown", "D 1", f"{theme}/alone", "I wait.", "¶ 8", ""],
        ["unknown", "D 1", "hope", "I wait.", "¶ 8", ""],
        ["unknown", "D 1", "hope", "Yes.", "¶ 9", ""],
    ]
    assert notes(study) == (
        WHOLE,
        "Inferred: the table does not say who coded: 'unknown', until the option coder does.",
        EACH.format("1 participant", "1 document"),
        "Not represented: 1 segment without a code.",
    )
    assert {row[0] for row in coded(tables.read(text([ATLAS, *rows], separator=";"), coder="anna"))} == {"anna"}


@pytest.mark.parametrize(
    "head",
    [
        "ID;Zitatname;Zitatinhalt;Dokument;Codes;Referenz;Kommentar;Erstellt von",
        "ID;Nom de la citation;Contenu de la citation;Document;Codes;Référence;Commentaire;Créé par",
        "ID;Nombre de la cita;Contenido de la cita;Documento;Códigos;Referencia;Comentario;Creado por",
        "ID;Nome da citação;Conteúdo da citação;Documento;Códigos;Referência;Comentário;Criado por",
        "ID;Nazwa cytatu;Treść cytatu;Dokument;Kody;Odniesienie;Komentarz;Utworzone przez",
        "ID;Quotation Name;Quotation Content;Document;Codes;Reference;Comment;Created by",
    ],
)
def test_atlasti_in_other_languages_below_a_title(book, head):
    """The report names the project above the headings, and writes one code a line."""
    row = ["1:1", "hurts", "It hurts, a lot.", "D 1", "Fear: needles\nNote: a, b\nFear: pain", "p. 3", "", "anna"]
    study = tables.read(book([["Project: Pilot"], ["Report created by anna"], [], head.split(";"), row]))
    assert coded(study) == [
        ["anna", "D 1", "fear/needles", "It hurts, a lot.", "p. 3"],
        ["anna", "D 1", "note-a-b", "It hurts, a lot.", "p. 3"],
        ["anna", "D 1", "fear/pain", "It hurts, a lot.", "p. 3"],
    ]
    assert study.codes["name"].tolist() == ["Fear", "needles", "Note: a, b", "pain"]


def test_atlasti_codebook_beside_the_quotations(text):
    quotations = text([ATLAS, ["1:1", "¶ 4", "", "So.", "D 1", "Hope, wishes, Fear", 2, ""]], "quotations.csv")
    codebook = text(
        [
            ["Code", "Comment", "Code Group 1", "Code Group 2"],
            ["● Hope, wishes", "to come", "A", ""],
            ["○ Idle", "", "", "B"],
        ],
        "codebook.csv",
    )
    study = tables.read(quotations, codebook=codebook)
    assert study.codes[["code", "name", "definition"]].astype("str").to_numpy().tolist() == [
        ["hope-wishes", "Hope, wishes", "to come"],
        ["idle", "Idle", ""],
        ["fear", "Fear", ""],
    ]
    assert [row[2] for row in coded(study)] == ["hope-wishes", "fear"]
    assert notes(study)[-1] == "Not represented: 2 groups ('A', 'B') of codes."
    alone = tables.read(codebook)
    assert (len(alone.codes), len(alone.documents)) == (2, 0)
    assert alone.about.imported[0].startswith("codebook.csv: ATLAS.ti codebook: 0 documents")


def test_dedoose(book):
    head = ["Media Title", "Excerpt Range", "Excerpt Creator", "Excerpt Date", "Excerpt Copy", "Codes Applied Combined"]
    head += [
        "Code: Fear Applied",
        "Code: Fear\\Needles Applied",
        "Code: Fear\\Needles Weight",
        "Code: Idle Applied",
        "Site",
    ]
    study = tables.read(
        book(
            [
                head,
                ["Ann.docx", "485-522", "anna", "1/2/2024", "It hurts.", "Fear, Needles", True, True, 3, False, "Town"],
                ["Ann.docx", "9-12", "anna", "1/2/2024", "No.", "", "False", 0, None, None, "Town"],
                ["Bo.docx", "1-5", "bram", "1/2/2024", "I fear.", "Fear", "True", "False", None, "false", "Village"],
            ]
        )
    )
    assert coded(study) == [
        ["anna", "Ann", "fear", "It hurts.", "485-522"],
        ["anna", "Ann", "fear/needles", "It hurts.", "485-522"],
        ["bram", "Bo", "fear", "I fear.", "1-5"],
    ]
    assert study.codes["code"].tolist() == ["fear", "fear/needles", "idle"]
    assert study.participants.to_dict("records") == [
        {"participant": "Ann", "Site": "Town"},
        {"participant": "Bo", "Site": "Village"},
    ]
    assert notes(study)[-2:] == (
        "Not represented: 1 column ('Code: Fear\\\\Needles Weight') of segments.xlsx [Sheet1].",
        "Not represented: 1 segment without a code.",
    )


def test_dedoose_with_the_codes_in_one_cell(book):
    head = ["Media Title", "Excerpt Range", "Excerpt Copy", "Codes Applied Combined"]
    study = tables.read(book([head, ["Ann", "1-9", "It hurts.", "fear, needles"]]), coder="anna")
    assert [row[2] for row in coded(study)] == ["fear", "needles"]


def test_qualcoder_report(text):
    """It leaves out the categories that a code does not have, so the variables behind them move to the left."""
    head = ["File", "Coder", "Coded", "Id", "Codename", "Coded_Memo", "Category", "Category", "FileVar_Site"]
    rows = [
        ["a.txt", "anna", "hurts", "ctid:1", "Needles", "ow", "Fear", "Feelings", "Town"],
        ["a.txt", "anna", "hurts", "ctid:2", "Needles", "", "Fear", "Feelings", "Town"],
        ["b.txt", "bram", "image", "imid:1", "Top", "", "Village"],
    ]
    study = tables.read(text([head, *rows], encoding="utf-8-sig"))
    assert coded(study, "memo") == [
        ["anna", "a", "feelings/fear/needles", "hurts", "ctid:1", "ow"],
        ["anna", "a", "feelings/fear/needles", "hurts", "ctid:2", ""],
        ["bram", "b", "top", "image", "imid:1", ""],
    ]
    assert study.participants["Site"].tolist() == ["Town", "Village"]


def test_a_row_of_a_qualcoder_workbook_is_short_at_its_end(book):
    """A workbook has a place for each category, and none for the empty cells behind the last full one."""
    head = [
        "File",
        "Coder",
        "Coded",
        "Id",
        "Codename",
        "Coded_Memo",
        "Category",
        "Category",
        "FileVar_Site",
        "FileVar_Sex",
    ]
    rows = [
        ["a.txt", "anna", "hurts", "ctid:1", "Needles", "", "Fear", "Feelings", "Town", None],
        ["b.txt", "anna", "calm", "ctid:2", "Hope", "", "Feelings", None, "Village", "man"],
        ["c.txt", "anna", "no", "ctid:3", "Hope", "", "Feelings", None, None, None],
    ]
    study = tables.read(book([head, *rows]))
    assert [row[2] for row in coded(study)] == ["feelings/fear/needles", "feelings/hope", "feelings/hope"]
    known = study.participants[["Site", "Sex"]].astype("object").fillna("").to_numpy().tolist()
    assert known == [["Town", ""], ["Village", "man"], ["", ""]]


def test_qualcoder_report_by_case(text):
    head = ["Case", "Filename", "Coder", "Coded", "Id", "Codename", "Coded_Memo", "CaseVar_Age"]
    rows = [
        ["Ann", "group.txt", "anna", "hurts", "ctid:1", "Fear", "", "34"],
        ["Bo", "group.txt", "anna", "no", "ctid:2", "Hope", "", "58"],
    ]
    study = tables.read(text([head, *rows]))
    assert study.documents[["document", "participant"]].astype("str").to_numpy().tolist() == [
        ["group.txt (Ann)", "Ann"],
        ["group.txt (Bo)", "Bo"],
    ]
    assert study.participants.to_dict("records") == [
        {"participant": "Ann", "Age": 34},
        {"participant": "Bo", "Age": 58},
    ]
    assert "Inferred: 1 document ('group.txt') with several participants: a document for each of them." in notes(study)


@pytest.mark.parametrize(
    "codebook", [["tag", "description", "number of highlights"], ["name", "description"], ["path", "description"]]
)
def test_taguette_highlights_and_codebook_in_one_folder(text, tmp_path, codebook):
    text(
        [["id", "document", "tag", "content"], [1, "Ann", "fear.needles", "ow"], [2, "Ann", "fear.needles", "ow"]],
        "all_tags.csv",
    )
    text([codebook, ["fear.needles", "of them", 2][: len(codebook)], ["idle", "", 0][: len(codebook)]], "codebook.csv")
    (tmp_path / "notes.txt").write_text("nothing of the kind")
    assert tables.recognises(tmp_path)
    study = tables.read(tmp_path)
    assert study.codes[["code", "definition"]].astype("str").to_numpy().tolist() == [
        ["fear", ""],
        ["fear/needles", "of them"],
        ["idle", ""],
    ]
    assert coded(study) == [
        ["unknown", "Ann", "fear/needles", "ow", "no. 1"],
        ["unknown", "Ann", "fear/needles", "ow", "no. 2"],
    ]
    assert sorted(study.inputs) == ["all_tags.csv", "codebook.csv"]


def test_taguette_before_highlights_had_numbers(text):
    study = tables.read(text([["document", "tag", "content"], ["Ann", "fear", "ow"]]))
    assert coded(study) == [["unknown", "Ann", "fear", "ow", ""]]


MATRIX = [["", "A : Ann", "B : Bo"], ["1 : Fear", 2, 0], ["2 : Fear\\Needles", 0, "1"], ["3 : Idle", None, 0]]


def test_nvivo_matrix(book):
    study = tables.read(book(MATRIX), coder="anna")
    assert coded(study) == [
        ["anna", "Ann", "fear", "", "2 references"],
        ["anna", "Bo", "fear/needles", "", "1 reference"],
    ]
    assert study.codes["code"].tolist() == ["fear", "fear/needles", "idle"]
    assert notes(study) == (
        "Inferred: in 1 NVivo matrix ('segments.xlsx'), rows are codes and columns cases; "
        "the option rows = 'document' turns them.",
        EACH.format("2 participants", "2 documents"),
        "Not represented: the words and places that an NVivo matrix counts: it has the numbers of references alone.",
    )


def test_nvivo_matrix_turned_and_with_shares(book):
    rows = [["", "A : Fear", "B : Hope"], ["1 : Ann", "4,20 %", "0 %"], ["2 : Bo", "0", "0.5%"]]
    study = tables.read(book(rows), columns={"rows": "document"})
    assert [row[1:3] + row[4:] for row in coded(study)] == [["Ann", "fear", "4,20 %"], ["Bo", "hope", "0.5%"]]


def test_nvivo_matrices_that_cannot_be_read(book):
    with pytest.raises(StudyError) as error:
        tables.read(book([["", "A : Ann", "B : Bo"], ["1 : Fear", "many", 1], ["2 : Hope", "few", 0]]))
    assert str(error.value) == (
        "segments.xlsx: 2 problems\n  segments.xlsx [Sheet1] row 2: 'many' is not a number\n"
        "  segments.xlsx [Sheet1] row 3: 'few' is not a number"
    )
    with pytest.raises(StudyError, match=r"its columns are values of an attribute \('Gender = Woman'\)"):
        tables.read(book([["", "A : Gender = Woman"], ["1 : Fear", 1]]))


def test_headings_that_people_write(text):
    head = ["Interview", "Teilnehmer", "Codierer", "Themen", "Textstelle", "Zeile", "Notiz"]
    study = tables.read(text([head, ["I 1", "Ann", "bram", "Angst;Hoffnung", "Es tut weh.", "12", "!"]]))
    assert coded(study, "memo") == [
        ["bram", "I 1", "angst", "Es tut weh.", "12", "!"],
        ["bram", "I 1", "hoffnung", "Es tut weh.", "12", "!"],
    ]
    assert study.documents["participant"].astype("str").tolist() == ["Ann"]
    assert "a table of codings" in study.about.imported[0]


MAP = """
document = "Interview"
participant = "Who"
coder = "By"
code = ["Theme 1", "Theme 2"]
text = "Words"
start = "From"
end = "To"
memo = "Why"
attributes = ["Age"]
separator = "|"
levels = "/"
texts = "texts"
"""


def test_a_column_map_with_texts(text, tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "I-1.txt").write_bytes("\ufeffIt hurts. 😀 I wait.".encode())
    (tmp_path / "map.toml").write_text(MAP)
    head = ["Interview", "Who", "By", "Theme 1", "Theme 2", "Words", "From", "To", "Why", "Age", "Mood"]
    rows = [
        ["I/1", "Ann", "anna", "fear/needles|hope", "", "hurts", 3, 8, "ow", 34, "a"],
        ["I/1", "Ann", "anna", "", "hope", "I wait.", 11, 18, "", 34, "b"],
        ["I 2", "Bo", "anna", "hope", "", "Yes.", 0, 4, "", 58, "b"],
    ]
    study = tables.read(text([head, *rows], separator=";"), columns=tmp_path / "map.toml")
    spans = study.codings.astype({"document": "str", "code": "str"})[["document", "start", "end", "code", "quote"]]
    assert spans.iloc[:3].astype(object).to_numpy().tolist() == [
        ["I-1", 3, 8, "fear/needles", "hurts"],
        ["I-1", 3, 8, "hope", "hurts"],
        ["I-1", 12, 19, "hope", "I wait."],
    ]
    assert coded(study)[3] == ["anna", "I 2", "hope", "Yes.", "characters 0-4"]
    assert study.participants.to_dict("records") == [
        {"participant": "Ann", "Age": 34},
        {"participant": "Bo", "Age": 58},
    ]
    assert notes(study)[-2:] == (
        "Not represented: 1 column ('Mood') of segments.csv.",
        "Not represented: 1 document ('I 2') without a text in the folder of texts.",
    )


def test_columns_that_a_map_does_not_name_describe_people_unless_it_says_which_do(text):
    path = text(
        [["P", "Theme", "Age", "Mood"], ["Ann", "fear", 34, "a"], ["Ann", "hope", 34, "b"], ["Bo", "fear", 58, "b"]]
    )
    where = {"participant": "P", "code": "Theme"}
    all_left, none = tables.read(path, columns=where), tables.read(path, columns=where | {"attributes": []})
    assert list(all_left.participants) == ["participant", "Age"] and list(none.participants) == ["participant"]
    assert notes(all_left)[-1] == "Not represented: 1 column ('Mood') that differs within a document."
    assert "Not represented: 2 columns ('Age', 'Mood') of segments.csv." in notes(none)


def test_a_column_map_says_what_a_code_is_below(text):
    path = text([["P", "C", "S", "T"], ["Ann", "Needles", "Pain", "Fear"], ["Bo", "", "Pain", "Fear"]])
    study = tables.read(path, columns={"participant": "P", "code": "C", "theme": ["T", "S"]})
    assert [row[1:3] for row in coded(study)] == [["Ann", "fear/pain/needles"], ["Bo", "fear/pain"]]


def test_a_column_map_without_a_sheet_takes_the_one_that_fits(book):
    path = book({"Notes": [["P", "x"]], "Data": [["P", "Factor"], ["Ann", "vague"]]})
    assert [row[1:3] for row in coded(tables.read(path, columns={"participant": "P", "code": "Factor"}))] == [
        ["Ann", "vague"]
    ]


def test_a_sheet_called_none_is_not_meant_where_none_is_named(book):
    path = book({"Data": [["P", "Factor"], ["Ann", "vague"]], "None": [["P", "Factor"], ["Bo", "clear"]]})
    assert [row[1:3] for row in coded(tables.read(path, columns={"participant": "P", "code": "Factor"}))] == [
        ["Ann", "vague"]
    ]


def test_a_text_has_no_sheets(text):
    with pytest.raises(StudyError) as error:
        tables.read(text([["P", "C"], ["Ann", "Fear"]]), columns={"participant": "P", "code": "C", "sheet": "x"})
    assert str(error.value) == (
        "the column map does not fit segments.csv, whose headings are 'P', 'C'\n"
        "  sheet = 'x' is no sheet of it; a text has none, so leave it out"
    )


def test_columns_of_numbers_with_a_nought_are_codes(text):
    path = text([["P", "Fear", "Hope"], ["Ann", "2", "0"], ["Bo", "0", "1"]])
    study = tables.read(path, columns={"participant": "P", "code": ["Fear", "Hope"]})
    assert [row[1:3] for row in coded(study)] == [["Ann", "fear"], ["Bo", "hope"]]
    numbers = text([["P", "Code 1", "Code 2"], ["Ann", "2", ""], ["Bo", "3", "1"]])
    study = tables.read(numbers, columns={"participant": "P", "code": ["Code 1", "Code 2"]})
    assert [row[1:3] for row in coded(study)] == [["Ann", "2"], ["Bo", "3"], ["Bo", "1"]]
    none = text([["P", "Code 1", "Code 2"], ["Ann", "2", "0"], ["Bo", "3", "1"]])
    study = tables.read(none, columns={"participant": "P", "code": ["Code 1", "Code 2"]})
    assert study.codes["name"].tolist() == ["2", "0", "3", "1"]


@pytest.mark.parametrize("missing", ["NA", "NaN", "n/a"])
def test_a_missing_mark_is_no_code(text, missing):
    path = text([["P", "Fear", "Hope"], ["Ann", "1", missing], ["Bo", "0", "1"]])
    study = tables.read(path, columns={"participant": "P", "code": ["Fear", "Hope"]})
    assert [row[1:3] for row in coded(study)] == [["Ann", "fear"], ["Bo", "hope"]]


def test_columns_of_marks_are_codes(text):
    path = text([["", "P", "Fear", "Hope"], ["0", "Ann", "1", "0"], ["1", "Bo", "", "x"], ["2", "Cem", "0", "1"]])
    study = tables.read(path, columns={"participant": "P", "code": ["Fear", "Hope"]})
    assert [row[1:3] for row in coded(study)] == [["Ann", "fear"], ["Bo", "hope"], ["Cem", "hope"]]
    told = "Inferred: 2 columns ('Fear', 'Hope') of segments.csv are codes, for the cells say whether and not which."
    assert told in study.about.imported
    with pytest.raises(StudyError, match=r"it has 'P', 'Fear', 'Hope'\n"):
        tables.read(path)


def test_a_column_map_names_the_sheet(book):
    rows = {
        "Codes": [["Code"], ["x"]],
        "Data": [["Statements", None, None], ["P", "Factor", "Said"], [7, "vague", "Hm."]],
    }
    study = tables.read(book(rows), columns={"sheet": "Data", "participant": "P", "code": "factor", "text": "Said"})
    assert coded(study) == [["unknown", "7", "vague", "Hm.", ""]]
    assert study.participants["participant"].tolist() == ["7"]
    assert "Not represented: 1 sheet ('Codes') of segments.xlsx." in notes(study)


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (
            {"dokument": "P", "sheet": "Shet1", "text": "Sayd", "participant": ["P", "Said"]},
            "the column map does not fit segments.xlsx [Sheet1], whose headings are 'P', 'Factor', 'Said'\n"
            "  'dokument' is not one of 'document', 'participant', 'coder', 'code', 'theme', 'text', 'start', 'end', "
            "'place', 'memo', 'created', 'attributes', 'sheet', 'separator', 'rows', 'levels', 'texts'. "
            "The nearest is 'document'.\n"
            "  sheet = 'Shet1' is no sheet of it; it has 'Sheet1'. The nearest is 'Sheet1'.\n"
            "  participant = 'P', 'Said' are several headings; only 'code', 'theme', 'attributes' may have more than one\n"
            "  text = 'Sayd' is no heading of it. The nearest is 'Said'.\n"
            "  no code is named",
        ),
        (
            {"participant": "Q", "text": "Sayd"},
            "the column map does not fit segments.xlsx [Sheet1], whose headings are 'P', 'Factor', 'Said'\n"
            "  participant = 'Q' is no heading of it.\n  text = 'Sayd' is no heading of it. The nearest is 'Said'.\n"
            "  no code is named",
        ),
        (
            {"code": "Factor"},
            "whose headings are 'P', 'Factor', 'Said'\n  neither a document nor a participant is named",
        ),
        (
            {"participant": "P", "code": "Factor", "texts": "t"},
            "the column map says texts = 't', and there is no such folder",
        ),
        ("nowhere.toml", "nowhere.toml: is no column map: "),
    ],
)
def test_a_column_map_that_does_not_fit(book, columns, why):
    with pytest.raises(StudyError) as error:
        tables.read(book([["P", "Factor", "Said"], [1, "vague", "Hm."]]), columns=columns)
    assert why in str(error.value)


def test_an_unknown_table_is_told_with_a_map_to_start_from(book):
    path = book(
        {"Notes": [["x"]], "Data": [["Interview no", "Quality factor", "Comments"], [1, "vague", "hm"], [2, "x", ""]]}
    )
    assert not tables.recognises(path) and tables.is_table(path)
    with pytest.raises(StudyError) as error:
        tables.read(path)
    assert str(error.value) == (
        "segments.xlsx: no column headings of a known export were found\n"
        "  the sheet 'Notes' has 'x'\n"
        "  the sheet 'Data' has 'Interview no', 'Quality factor', 'Comments'\n"
        "  looked for: Dedoose excerpts ('Media Title', 'Excerpt Copy', 'Code: * Applied'); "
        "QualCoder coding report ('Codename', 'Coded', 'Coder', 'Filename'); "
        "Taguette highlights ('document', 'tag', 'content'); Taguette codebook ('tag', 'description'); "
        "ATLAS.ti quotations ('Document', 'Codes', 'Text Content'); ATLAS.ti codebook ('Code'); "
        "NVivo codebook ('Name', 'Files', 'References'); MAXQDA coded segments ('Document name', 'Code', 'Segment'); "
        "QDA Miner coding retrieval ('Category', 'Code', 'Text', 'Case'); "
        "RQDA codings ('filename', 'codename', 'index1', 'index2'); "
        "requal segments ('doc_name', 'code_name', 'segment_text'); a table of codings ('document', 'code'); "
        "a codebook ('code', 'definition'); "
        "an NVivo matrix ('A : case', '1 : code')\n"
        "  Say in a column map, a TOML file, which column is what; leave out what there is not:\n"
        '    sheet = "Data"\n'
        '    document = "Interview no"  # the interview, file or answer that was coded\n'
        '    participant = ""  # who speaks in it\n'
        '    coder = ""  # who coded\n'
        '    code = ""  # the code; a list of columns when each holds one, or is one and says 1 or 0\n'
        '    theme = ""  # what the code is below; a list of columns from the broadest\n'
        '    text = ""  # the coded words\n'
        '    start = ""  # where they begin\n'
        '    end = ""  # where they end\n'
        '    place = ""  # where they stand, as printed\n'
        '    memo = "Comments"  # the coder\'s note\n'
        '    created = ""  # when it was coded\n'
        "    # attributes = []  # columns that describe the participant; without this line, all that are left do"
    )


def test_rows_without_a_document_are_told_together(text):
    rows = [["Document name", "Code", "Segment", "Weight"], ["P1", "a", "x", "0"], *([["", "b", "y", "0"]] * 22)]
    with pytest.raises(StudyError) as error:
        tables.read(text(rows))
    title, *lines = str(error.value).split("\n  ")
    assert title == "segments.csv: 21 problems"
    assert lines[0] == "segments.csv row 3: names no document; a merged cell counts for its first row, so fill it down"


def test_oddities_of_delimited_text(tmp_path):
    """A hint for Excel, a cell of many lines, blank rows, a last line without its end."""
    path = tmp_path / "odd.csv"
    path.write_bytes(b'sep=;\r\ndocument;tag;content\r\n;;\r\nAnn;fear;"one\r\n\r\ntwo; three"\r\nBo;hope;x')
    assert [row[1:4] for row in coded(tables.read(path))] == [
        ["Ann", "fear", "one\r\n\r\ntwo; three"],
        ["Bo", "hope", "x"],
    ]


def test_utf16_without_its_mark(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_bytes("document\ttag\tcontent\nAnn\tfear\tołów\n".encode("utf-16-le"))
    study = tables.read(path)
    assert coded(study)[0][3] == "ołów"
    assert any("UTF-16 without its mark" in note for note in notes(study))


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_files_that_are_no_tables(tmp_path, text):
    made = {
        "a.xlsx": (zipped(tmp_path / "a.xlsx", {"word/document.xml": b"<w/>"}), "is no spreadsheet; save it as .xlsx"),
        "b.xlsx": (zipped(tmp_path / "b.xlsx", {"content.xml": b"<o/>"}), "is a spreadsheet of another kind; save it"),
        "c.xlsx": (zipped(tmp_path / "c.xlsx", {"xl/workbook.xml": b"\0" * 60_000_000}), "unpacks to 60 MB, more than"),
        "d.xlsx": (zipped(tmp_path / "d.xlsx", {"xl/workbook.xml": b"<x"}), "cannot be read as a workbook"),
        "e.png": (tmp_path / "e.png", "is neither a workbook nor text"),
        "f.csv": (tmp_path / "f.csv", "is neither a workbook nor text"),
        "g.xls": (tmp_path / "g.xls", "cannot be read as a workbook"),
        "h.xlsx": (tmp_path / "h.xlsx", "is protected by a password; save it without one"),
        "i.doc": (tmp_path / "i.doc", "is an older Office file and no workbook"),
    }
    (tmp_path / "e.png").write_bytes(b"\x89PNG\r\n\x1a\n\x01\x02\x03\x04")
    (tmp_path / "f.csv").write_bytes(b"")
    for name, stream in (("g.xls", "Workbook"), ("h.xlsx", "EncryptedPackage"), ("i.doc", "WordDocument")):
        office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le")
        (tmp_path / name).write_bytes(office)
    for path, why in made.values():
        assert not tables.recognises(path) and not tables.is_table(path)
        with pytest.raises(StudyError, match=re.escape(why)):
            tables.read(path)
    with pytest.raises(StudyError, match="there is no such file"):
        tables.read(tmp_path / "none.csv")
    assert not tables.recognises(tmp_path / "none.csv") and not tables.recognises(tmp_path)


def test_prose_is_no_table(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("We met, at last.\nShe said that she hopes, fears, and waits.\nThen, nothing.\nThe end.\n")
    assert not tables.recognises(path) and not tables.is_table(path)


def test_entities_in_a_workbook_are_refused(book):
    path = book([["document", "tag", "content"], ["Ann", "fear", "ow"]])
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"):
        harmed = {**members, name: bomb.encode() + members[name]}
        with pytest.raises(StudyError, match=rf"'{name}' declares entities, as no spreadsheet does; it was not opened"):
            tables.read(zipped(path, harmed))


def test_a_table_beyond_the_limits(text, monkeypatch):
    path = text([["document", "tag", "content"], *([["Ann", "fear", "ow"]] * 50)])
    monkeypatch.setattr(tables_cells, "CELLS", 100)
    with pytest.raises(StudyError, match=r"segments\.csv: has more than 100 cells, the limit"):
        tables.read(path)


def test_damaged_workbooks_give_one_clear_error(book, tmp_path):
    whole = book([["document", "tag", "content"], *([["Ann", "fear", "ow"]] * 30)]).read_bytes()
    rng = random.Random(3)
    path = tmp_path / "broken.xlsx"
    outcomes = {"study": 0, "error": 0}
    for round in range(60):
        data = bytearray(whole[: rng.randrange(len(whole))] if round % 4 == 0 else whole)
        for _ in range(rng.randrange(1, 8) if data else 0):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(data)
        try:
            tables.read(path)
            outcomes["study"] += 1
        except StudyError as error:
            assert str(error)
            outcomes["error"] += 1
    assert outcomes["error"] > 5


CELL = st.text(alphabet="ab é,;\t\"'\n|😀", min_size=1, max_size=12).filter(lambda cell: cell.strip() == cell)


def test_merged_cells_hold_for_each_of_their_rows(tmp_path):
    """As people lay out themes: the heading in two rows, and a theme, a person or a quote beside several rows."""
    made = openpyxl.Workbook()
    for row in (
        ["Participant", "Coding", None, "Quote"],
        [None, "Theme", "Code", None],
        ["Ann", "Fear", "Needles", "It hurts"],
        [None, None, "Pain", None],
        ["Bo", None, "Waiting", "I wait"],
        ["Total", None, None, None],
        ["2 people", None, None, None],
    ):
        made.active.append(row)
    for cells in ("A1:A2", "B1:C1", "D1:D2", "A3:A4", "D3:D4", "B3:B5"):
        made.active.merge_cells(cells)
    made.save(tmp_path / "themes.xlsx")
    study = tables.read(tmp_path / "themes.xlsx")
    assert [row[1:4] for row in coded(study)] == [
        ["Ann", "fear/needles", "It hurts"],
        ["Ann", "fear/pain", "It hurts"],
        ["Bo", "fear/waiting", "I wait"],
    ]


def test_rows_that_are_merged_as_a_whole_are_one(tmp_path):
    made = openpyxl.Workbook()
    for row in (["Participant", "Code", "Quote"], ["Ann", "Fear", "It hurts"], [], ["Bo", "Hope", "I hope"], []):
        made.active.append(row)
    for cells in ("A2:A3", "B2:B3", "A4:A5", "B4:B5", "C4:C5"):
        made.active.merge_cells(cells)
    made.active["D6"] = "checked"
    made.save(tmp_path / "high.xlsx")
    study = tables.read(tmp_path / "high.xlsx")
    assert [row[1:4] for row in coded(study)] == [["Ann", "fear", "It hurts"], ["Bo", "hope", "I hope"]]


def test_marks_of_merged_cells_that_never_end_are_read_in_time():
    started = time.process_time()
    assert list(tables_merged.in_xml(io.BytesIO(b"<!--" + b"<mergeCell " * 90_000))) == []
    assert time.process_time() - started < 20


def test_a_codebook_that_is_indented_without_end_is_refused_in_time(text):
    rows = [["  " * level + "x", "y"] for level in range(2_000)]
    started = time.process_time()
    with pytest.raises(StudyError, match="has codes more than 200 levels deep"):
        tables.read(text([["Code", "Definition"], *rows]))
    assert time.process_time() - started < 20


def test_cells_merged_beyond_the_limit_are_refused(tmp_path, monkeypatch):
    made = openpyxl.Workbook()
    for row in (["Participant", "Code"], *[["Ann", "Fear"]] * 20):
        made.active.append(row)
    made.active["Z2"] = "x"
    made.active.merge_cells("Z2:Z21")
    made.save(tmp_path / "wide.xlsx")
    monkeypatch.setattr(tables_cells, "CELLS", 100)
    with pytest.raises(StudyError) as error:
        tables.read(tmp_path / "wide.xlsx")
    assert str(error.value) == "wide.xlsx: has more than 100 cells, the limit; split it"


def test_rows_below_a_table_that_are_no_segments(text):
    rows = [["Ann", "Fear", "It hurts"], ["Total", "", ""], ["", "", ""]]
    study = tables.read(text([["Participant", "Code", "Quote"], *rows]))
    assert study.participants["participant"].tolist() == ["Ann"]
    told = "1 row ('3') of segments.csv: no segment, for there is neither a code nor words, or a total of codes."
    assert f"Not represented: {told}" in study.about.imported


def test_a_total_below_columns_of_codes_is_nobody(text):
    path = text([["P", "Fear", "Hope"], ["Ann", "1", "0"], ["Bo", "1", "1"], ["Total", "2", "1"]])
    study = tables.read(path, columns={"participant": "P", "code": ["Fear", "Hope"]})
    assert [row[1:3] for row in coded(study)] == [["Ann", "fear"], ["Bo", "fear"], ["Bo", "hope"]]
    assert any(note.startswith("Not represented: 1 row ('4') of segments.csv") for note in study.about.imported)


def test_a_workbook_s_row_without_a_document_is_not_put_down_to_merged_cells(book):
    with pytest.raises(StudyError) as error:
        tables.read(book([["Participant", "Code"], ["Ann", "Hope"], [None, "Fear"]]))
    assert str(error.value).splitlines()[1].strip() == "segments.xlsx [Sheet1] row 3: names no document"


def test_sheets_that_are_read_as_one_are_named(book):
    head = ["Participant", "Quote", "Code"]
    path = book({"Coder A": [head, ["Ann", "I hope", "Hope"]], "Coder B": [head, ["Ann", "I hope", "Fear"]]})
    study = tables.read(path)
    assert [row[2] for row in coded(study)] == ["hope", "fear"]
    told = "2 sheets ('Coder A', 'Coder B') of segments.xlsx are read as one; a column map names one sheet."
    assert f"Inferred: {told}" in study.about.imported


def test_ends_of_lines_as_a_workbook_writes_them(book):
    said = ["One_x000D_\nTwo", "One_x000D_Two", "_x005F_x000D_"]
    rows = [["Ann", f"Code {n}", words] for n, words in enumerate(said)]
    study = tables.read(book([["Participant", "Code", "Quote"], *rows]))
    assert study.codings["quote"].tolist() == ["One\nTwo", "One\nTwo", "_x000D_"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6),
    st.sampled_from(",;\t"),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_every_cell_arrives_whatever_is_in_it(tmp_path_factory, rows, separator, encoding):
    path = tmp_path_factory.mktemp("cells") / "t.csv"
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([["document", "tag", "content"], *(["D", t, c] for t, c in rows)])
    path.write_bytes(out.getvalue().encode(encoding))
    study = tables.read(path)
    names = dict(zip(study.codes["code"], study.codes["name"], strict=True))
    found = {(names[code], quote) for code, quote in study.codings[["code", "quote"]].astype("str").to_numpy()}
    assert found == {(" ".join(tag.split()), content) for tag, content in rows}


NAME = st.text(alphabet="abc,: ", min_size=1, max_size=10).map(lambda n: " ".join(n.split()).strip(", ")).filter(bool)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(NAME, min_size=1, max_size=4), min_size=1, max_size=5))
def test_splitting_a_list_loses_no_letter_and_keeps_the_count(cells):
    written = [", ".join(names) for names in cells]
    lists = Lists(written, [len(names) for names in cells], mark=",")
    for cell, names in zip(written, cells, strict=True):
        found = lists.split(cell, len(names))
        assert "".join(found).replace(",", "").replace(" ", "") == cell.replace(",", "").replace(" ", "")
        pieces = sum(bool(piece.strip()) for piece in cell.split(","))
        assert len(found) == len(names) or pieces < len(names) or len(names) == 1


def test_levels_are_read_as_each_tool_writes_them():
    assert paths(["A > B", "C\\D"], [" > ", "\\"]) == {"A > B": ("A", "B"), "C\\D": ("C\\D",)}
    assert paths(["C\\D"], [" > ", "\\"]) == {"C\\D": ("C", "D")}
    assert paths(["A: x", "A", "B: y"], [": "]) == {"A: x": ("A", "x"), "A": ("A",), "B: y": ("B: y",)}
    assert paths(["a > "], [" > "]) == {"a > ": ("a > ",)}


def test_headings_name_one_thing_each():
    """In one tool, a heading stands for one field only; the languages are the six promised ones."""
    for tool in tools():
        seen = [(word, name) for name, words in tool.patterns.items() for word in words]
        twice = {word for word, _ in seen if len({n for w, n in seen if w == word}) > 1}
        assert not twice, (tool.title, twice)
        assert all(name in tool.patterns for need in tool.needs for name in need)
        assert all(name in tool.patterns for name in (*tool.tells, *tool.many))


def test_plain_headings():
    assert plain(" Kod: ") == plain("kod") and plain("Objętość") == "objetosc"


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("a.nvp", "NVivo"),
        ("a.NVPX", "NVivo"),
        ("a.mx20", "MAXQDA"),
        ("a.mx24", "MAXQDA"),
        ("a.mex22", "MAXQDA"),
        ("a.atlproj", "ATLAS.ti"),
        ("a.atlproj23", "ATLAS.ti"),
        ("a.hpr7", "ATLAS.ti"),
        ("a.ppj", "QDA Miner"),
        ("a.f4p", "f4analyse"),
    ],
)
def test_proprietary_projects_say_how_to_get_out(name, tool):
    said = proprietary(Path("somewhere") / name)
    assert said and said.startswith(f"'{name}' is ") and tool in said and "REFI-QDA" in said


@pytest.mark.parametrize(("name", "tool"), [("a.qdp", "Weft QDA"), ("qcoder_codes_a.rds", "qcoder"), ("a.RData", "R")])
def test_where_no_project_can_be_exported_a_table_can(name, tool):
    said = proprietary(name)
    assert said and tool in said and "table" in said


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.qdpx", "a.qda", "a.rqda", "a", ".nvp", "a.txt"])
def test_open_formats_are_not_proprietary(name):
    assert proprietary(name) is None


@real
def test_real_atlasti_exports():
    quotations = SAMPLES / "atlasti/20250914_quotation_export.csv"
    codebook = SAMPLES / "atlasti/20250914_codebook_full.csv"
    alone, codes = tables.read(quotations), tables.read(codebook)
    assert len(codes.codes) == 465
    # 394 rows; the sample's README counts the line ends, and the last line has none.
    assert len(alone.codings[["quote", "locator"]].drop_duplicates()) == 394
    assert len(alone.codings) == 1465  # the sum of the column "Number of Codes"
    both = tables.read(quotations, codebook=codebook)
    assert set(alone.codes["code"]) - set(codes.codes["code"]) == set(both.codes["code"]) - set(codes.codes["code"])
    assert coded(alone) == coded(both)


@real
def test_real_nvivo_matrices():
    study = tables.read(SAMPLES / "nvivo-matrices")
    assert (len(study.documents), len(study.codes), len(study.codings)) == (3, 18, 13)
    assert sorted(study.documents["document"]) == ["Int01_ID731", "Int02_ID121", "Int03_ID54"]


@real
def test_a_real_table_of_statements():
    path = SAMPLES / "two-raters/interview-data.xlsx"
    assert not tables.recognises(path) and tables.is_table(path)
    with pytest.raises(StudyError, match=r"the sheet 'Data' has 'ID', 'P', 'Section'"):
        tables.read(path)
    one = ["Quality Factor 1", "Quality Factor 2"]
    study = tables.read(path, columns={"sheet": "Data", "participant": "P", "place": "ID", "code": one}, coder="first")
    assert len(study.participants) == 8
    assert study.codings["locator"].nunique() + 26 == 108


def test_maxqda_with_document_variables_and_who_changed_a_segment(book):
    """Chosen variables follow the segments; among them the document's name again, and who changed a segment last."""
    head = ["Dokumentgruppe", "Dokumentname", "Code", "Anfang", "Ende", "Segment", "Bearbeitet von", "Bearbeitet am"]
    head += ["Erstellt von", "Erstellt am", "Dokumentname", "Alter"]
    row = ["G", "I 1", "Angst", 3, 3, "Ja.", "carl", "2.2.2024", "bodo", "1.2.2024", "I 1", 33]
    study = tables.read(book([head, row, row]))
    assert coded(study, "created") == [
        ["bodo", "I 1", "angst", "Ja.", "3", "1.2.2024"],
        ["bodo", "I 1", "angst", "Ja.", "3 (2)", "1.2.2024"],
    ]
    assert study.participants.to_dict("records") == [{"participant": "I 1", "Alter": 33, "document group": "G"}]
    which = "2 columns ('Bearbeitet von', 'Bearbeitet am')"
    assert notes(study)[-1] == f"Not represented: {which} of segments.xlsx [Sheet1]."


def test_who_changed_a_segment_stands_in_for_who_coded_it(book):
    head = ["ID", "Quotation Name", "Text Content", "Document", "Codes", "Reference", "Modified by", "Modified at"]
    study = tables.read(book([head, ["1:1", "n", "I hope", "Ann", "Hope", "p. 1", "anna", "2024-03-01"]]))
    assert coded(study, "created") == [["anna", "Ann", "hope", "I hope", "p. 1", "2024-03-01"]]
    said = "Inferred: the coder is who changed a segment last ('Modified by'): nothing says who coded it."
    assert said in notes(study)


def test_what_a_program_coded_is_a_machine_s(book):
    rows = [["Ann", "Hope", "I hope", "1", who] for who in ("AI Coding Assistant", "Ai Tanaka", "ChatGPT")]
    study = open_study(book({"Codings": [["Document name", "Code", "Segment", "Beginning", "Author"], *rows]}))
    assert study.coders["kind"].tolist() == ["machine", "person", "machine"]
    assert (
        "Inferred: 2 coders ('AI Coding Assistant', 'ChatGPT') of the kind 'machine', by the name; "
        "coders.csv says otherwise where that is wrong."
    ) in notes(study)


@pytest.mark.parametrize("heading", ["Gewicht (Score)", "Weight (score)", "Poids (score)", "Peso (pontuação)"])
def test_maxqda_weights_are_no_attribute_of_anybody(book, heading):
    study = tables.read(book([["Document name", "Code", "Segment", heading], ["Ann", "Hope", "I hope", 100]]))
    assert "MAXQDA coded segments" in study.about.imported[0]
    assert list(study.participants) == ["participant"]
    assert f"Not represented: 1 column ({heading!r}) of segments.xlsx [Sheet1]." in notes(study)


def test_another_name_of_a_code_in_maxqda_is_no_attribute_of_anybody(book):
    head = ["Dokumentname", "Code", "Code-Alias", "Segment", "Gewicht"]
    study = tables.read(book([head, ["Ann", "Hoffnung", "H", "Ich hoffe", 0]]))
    assert list(study.participants) == ["participant"]
    assert "Not represented: 1 column ('Code-Alias') of segments.xlsx [Sheet1]." in notes(study)


def test_atlasti_groups_of_a_document_stay_several(book):
    head = ["ID", "Document", "Document Groups", "Text Content", "Codes", "Reference"]
    rows = [["1:1", "Ann", "Women\nTown", "I hope", "Hope", "p. 1"], ["2:1", "Bo", "Men", "No", "Hope", "p. 2"]]
    study = tables.read(book([head, *rows]))
    assert study.participants["document group"].tolist() == ["Women; Town", "Men"]
    assert study.about.attribute("document group").multivalued


def test_maxqda_numbers_of_codes_beside_the_segments_are_no_attributes(book):
    study = tables.read(
        book([["Document name", "Code", "Segment", "Beginning", "Code: A > B"], ["Ann", "C", "I", 1, 3]])
    )
    assert list(study.participants) == ["participant"]
    assert "Not represented: 1 column ('Code: A > B') of segments.xlsx [Sheet1]." in notes(study)


def test_maxqda_documents_by_codes(book):
    head = ["Dokumentgruppe", "Dokumentname", "Code: Fear > Needles", "Code: Fear", "Code: Idle", "Alter"]
    study = open_study(book([head, ["Town", "Ann", 2, 1, 0, 34], ["Town", "Bo", 0, "", 0, 50]]))
    assert coded(study) == [
        ["unknown", "Ann", "fear/needles", "", "2 references"],
        ["unknown", "Ann", "fear", "", "1 reference"],
    ]
    assert study.codes["code"].tolist() == ["fear", "fear/needles", "idle"]
    assert study.documents["document"].tolist() == ["Ann", "Bo"]
    assert study.about.imported[0].startswith("segments.xlsx: MAXQDA code matrix: 2 documents")
    assert "Not represented: 2 columns ('Dokumentgruppe', 'Alter') of segments.xlsx [Sheet1]." in notes(study)
    assert not any("turns them" in note for note in notes(study))


@pytest.mark.parametrize("head", [["Theme", "Subtheme"], ["Category", "Code"], ["Code", "Unterkategorie"]])
def test_a_code_in_two_columns_is_a_code_below_another(text, head):
    study = tables.read(text([["Interview", *head, "Quote"], ["Ann", "Fear", "Needles", "It hurts"]]))
    assert coded(study) == [["unknown", "Ann", "fear/needles", "It hurts", ""]]
    assert list(study.participants) == ["participant"]


@pytest.mark.parametrize(
    ("head", "path"),
    [
        (["Theme", "Sub-theme", "Code"], "a/b/c"),
        (["Code", "Theme", "Sub-theme"], "b/c/a"),
        (["Code", "Category", "Theme"], "c/b/a"),
        (["Theme", "Category", "Code"], "a/b/c"),
        (["Category", "Theme", "Sub-theme"], "a/b/c"),
        (["Hauptkategorie", "Kategorie", "Subkategorie"], "a/b/c"),
        (["Subkategorie", "Kategorie", "Hauptkategorie"], "c/b/a"),
        (["Theme 1", "Theme 2", "Code"], "a/b/c"),
        (["Theme", "Code", "Sub-code"], "a/b/c"),
    ],
)
def test_levels_of_codes_side_by_side(text, head, path):
    study = tables.read(text([["Interview", *head, "Quote"], ["Ann", "a", "b", "c", "It hurts"]]))
    assert [row[2] for row in coded(study)] == [path]
    assert list(study.participants) == ["participant"]


def test_a_passage_may_have_a_theme_alone(text):
    rows = [["Ann", "Fear", "Needles", "It hurts"], ["Bo", "Fear", "", "I fear"]]
    study = tables.read(text([["Participant", "Theme", "Sub-theme", "Quote"], *rows]))
    assert [row[1:4] for row in coded(study)] == [["Ann", "fear/needles", "It hurts"], ["Bo", "fear", "I fear"]]


@pytest.mark.parametrize(
    "cells",
    [
        ("['Fear', 'I don't know']", "['Hope']", "[]"),
        ('["Fear", "I don\'t know"]', '["Hope"]', "[]"),
        ("[Fear][I don't know]", "[Hope]", "[]"),
        ("[Fear, I don't know]", "[Hope]", ""),
    ],
)
def test_lists_in_brackets_are_codes_one_by_one(text, cells):
    """As programs write them; an empty list is no code."""
    rows = [["Ann", cells[0], "It hurts"], ["Bo", cells[1], "I hope"], ["Cem", cells[2], "Hm"]]
    study = tables.read(text([["Participant", "Codes", "Response"], *rows]))
    assert [row[1:4] for row in coded(study)] == [
        ["Ann", "fear", "It hurts"],
        ["Ann", "i-don-t-know", "It hurts"],
        ["Bo", "hope", "I hope"],
    ]
    assert "Not represented: 1 segment without a code." in study.about.imported


def test_a_list_of_codes_beside_other_sheets_is_not_what_a_workbook_is_for(book):
    path = book({"Data": [["P", "Factor"], ["Ann", "+3"]], "Impact": [["Code", "Meaning"], ["+3", "Strong"]]})
    assert not tables.recognises(path)
    with pytest.raises(StudyError, match=r"the sheet 'Data' has 'P', 'Factor'\n"):
        tables.read(path)


def test_lists_in_brackets_leave_commas_in_quotes_alone(text):
    rows = [["Ann", "['Fear, of needles']", "It hurts"], ["Bo", "['Hope']", "I hope"]]
    study = tables.read(text([["Participant", "Codes", "Quote"], *rows]))
    assert study.codes["name"].tolist() == ["Fear, of needles", "Hope"]
    told = "the codes of segments.csv are the entries of lists in brackets, which are not of their names."
    assert f"Inferred: {told}" in study.about.imported


@pytest.mark.parametrize("cells", [("[Fear, Hope]", ","), ("[Fear|Hope]", "|"), ("['Fear', 'Hope']", ",")])
def test_a_separator_counts_within_brackets(text, cells):
    path = text([["Participant", "Coding", "Quote"], ["Ann", cells[0], "It hurts"]])
    columns = {"participant": "Participant", "code": "Coding", "text": "Quote", "separator": cells[1]}
    assert [row[2] for row in coded(tables.read(path, columns=columns))] == ["fear", "hope"]


def test_lists_in_brackets_that_never_end_are_read_in_time(text):
    endless = "[" + ",'a" * 3000 + "]"
    path = text([["Participant", "Codes", "Quote"], *[["Ann", endless, "x"]] * 60])
    started = time.process_time()
    tables.read(path)
    assert time.process_time() - started < 20


def test_brackets_in_some_names_of_codes_are_of_the_names(text):
    study = tables.read(text([["Participant", "Code"], ["Ann", "[other]"], ["Bo", "Hope"]]))
    assert study.codes["name"].tolist() == ["[other]", "Hope"]


def test_a_codebook_of_people_s_own(text, tmp_path):
    head = ["Theme", "Code", "Definition", "Inclusion criteria", "Example"]
    rows = [["Fear", "", "What frightens", "", ""], ["Fear", "Needles", "Syringes", "Any", "It hurts"]]
    book = text([head, *rows], "codebook.csv")
    study = open_study(book)
    assert study.codes[["code", "definition"]].values.tolist() == [
        ["fear", "What frightens"],
        ["fear/needles", "Syringes\n\nInclude: Any"],
    ]
    assert study.about.imported == (
        "codebook.csv: a codebook: 0 documents, 0 participants, 2 codes, 0 codings by 0 coders.",
        "Not represented: 1 column ('Example') of codebook.csv.",
    )
    text([["Participant", "Codes"], ["Ann", "Needles, Hope"]], "quotes.csv")
    assert [row[1:3] for row in coded(open_study(tmp_path))] == [["Ann", "fear/needles"], ["Ann", "hope"]]


def test_a_codebook_may_name_a_parent_before_or_after_it(text):
    """A dot in a name is no level where the parents have a column."""
    head = ["tag", "description", "color", "parent", "number of highlights"]
    rows = [["needles", "of them", "#1b9e77", "fear", 5], ["Q1.pain", "", "red", "fear", 1]]
    rows += [["fear", "", "#D95F02", "Emotions", 5], ["Emotions", "", "", "", 0], ["St.Pauli", "", "", "", 2]]
    study = open_study(text([head, *rows]))
    assert study.codes[["code", "definition", "colour"]].astype("str").values.tolist() == [
        ["emotions", "", ""],
        ["emotions/fear", "", "#D95F02"],
        ["emotions/fear/needles", "of them", "#1b9e77"],
        ["emotions/fear/q1-pain", "", ""],
        ["st-pauli", "", ""],
    ]
    lost = "Not represented: the colour of 1 code ('Q1.pain'), which is not of the form #1b9e77."
    assert study.about.imported[1:] == (lost,)


def test_codes_of_one_name_below_different_parents_are_two(text):
    head, rows = ["Code", "Parent", "Count", "Description"], [["Fear", "", 0, ""], ["Other", "Fear", 1, "of fears"]]
    rows += [["dark", "Other", 1, ""], ["Hope", "", 0, ""], ["Other", "Hope", 1, "of hopes"], ["job", "Other", 1, ""]]
    study = open_study(text([head, *rows, ["self", "self", 0, ""], ["a > b", "a", 0, ""], ["x", "nowhere", 0, ""]]))
    assert study.codes[["code", "definition"]].astype("str").values.tolist() == [
        ["fear", ""],
        ["fear/other", "of fears"],
        ["fear/other/dark", ""],
        ["hope", ""],
        ["hope/other", "of hopes"],
        ["hope/other/job", ""],
        ["self", ""],
        ["a", ""],
        ["a/b", ""],
        ["nowhere", ""],
        ["nowhere/x", ""],
    ]


def test_a_path_is_found_in_a_codebook_whose_names_hold_what_stands_between_levels(text, tmp_path):
    text([["Code", "Parent", "Description"], ["Hope > all", "", ""], ["Other", "Hope > all", ""]], "codebook.csv")
    text([["Document", "Code"], ["Ann", "Hope > all > Other"], ["Bo", "Hope > all"]], "segments.csv")
    assert [row[1:3] for row in coded(open_study(tmp_path))] == [["Ann", "hope-all/other"], ["Bo", "hope-all"]]


@pytest.mark.parametrize(
    "head", [["start_offset", "end_offset"], ["start_pos", "end_pos"], ["startPosition", "endPosition"]]
)
def test_words_that_read_alike_are_told_apart_by_where_they_begin(text, head):
    rows = [["Ann", "Fear", 2, 4, "no"], ["Ann", "Fear", 62, 64, "no"]]
    study = tables.read(text([["document", "code", *head, "text"], *rows]))
    assert [row[3:5] for row in coded(study)] == [["no", "2-4"], ["no", "62-64"]]


def test_what_is_read_for_a_review_is_known_by_its_key(text):
    study = tables.read(text([["bibref", "citation", "note", "code"], ["smith2024", "They cope.", "how?", "Hope"]]))
    assert coded(study, "memo") == [["unknown", "smith2024", "hope", "They cope.", "", "how?"]]


def test_numbers_of_codes_beside_coded_words_are_no_codes(book):
    """As counts a person, on a sheet of its own; the words are on the other."""
    words = {"Coded": [["Respondent", "Code", "Quote"], ["Ann", "Fear", "I fear"], ["Bo", 7, "It hurts"]]}
    study = tables.read(book(words | {"Health": [["Respondent", "Segments", "Codes"], ["Ann", 1, 1], ["Bo", 1, 1]]}))
    assert [row[1:4] for row in coded(study)] == [["Ann", "fear", "I fear"], ["Bo", "7", "It hurts"]]
    assert "Not represented: 1 sheet ('Health') of segments.xlsx." in study.about.imported


@pytest.mark.parametrize("head", [["Theme", "Parent theme"], ["Kategorie", "Oberkategorie"]])
def test_a_parent_is_above_what_stands_before_it(text, head):
    study = tables.read(text([["Interview", *head, "Quote"], ["Ann", "Needles", "Fear", "It hurts"]]))
    assert [row[2] for row in coded(study)] == ["fear/needles"]


def test_who_spoke_in_a_case_is_not_the_case(text):
    rows = [["Ann", "R", "Fear", "I fear"], ["Ann", "I", "Hope", "You hope?"]]
    study = tables.read(text([["Case", "Speaker", "Code", "Quote"], *rows]))
    assert study.participants["participant"].tolist() == ["Ann"]
    assert "Not represented: 1 column ('Speaker') that differs within a document." in study.about.imported


@pytest.mark.parametrize("head", [["Label", "Codes"], ["Label", "Code"], ["Label", "Theme"]])
def test_a_label_is_no_code_beside_one(text, head):
    study = tables.read(text([["Participant", *head, "Quote"], ["Ann", "strong", "Fear", "It hurts"]]))
    assert [row[1:4] for row in coded(study)] == [["Ann", "fear", "It hurts"]]
    assert study.participants["Label"].tolist() == ["strong"]


@pytest.mark.parametrize("passage", ["Coded segment", "Quotes", "Excerpt"])
def test_a_whole_answer_is_not_the_passage_that_was_coded(text, passage):
    head, row = ["Respondent", "Response", "Label", passage], ["Ann", "It hurts and I fear", "Fear", "I fear"]
    assert [cells[1:4] for cells in coded(tables.read(text([head, row])))] == [["Ann", "fear", "I fear"]]
    without = tables.read(text([head[:3], row[:3]]))
    assert [cells[1:4] for cells in coded(without)] == [["Ann", "fear", "It hurts and I fear"]]


def test_what_tells_of_the_variables_of_a_survey_is_no_codebook(text, tmp_path):
    text([["Variable", "Label", "Description"], ["age", "Age", "In years"]], "variables.csv")
    text([["Participant", "Code"], ["Ann", "Fear"]], "codings.csv")
    assert list(open_study(tmp_path).codes["code"]) == ["fear"]


@pytest.mark.parametrize("head", [["Code 1", "Code 2"], ["Code", "Code"], ["Theme1", "Theme2"]])
def test_people_give_each_code_a_column(text, head):
    rows = [["Ann", "Fear", "Hope", "It hurts"], ["Bo", "Hope", "", "I hope"]]
    study = tables.read(text([["Interview", *head, "Quote"], *rows]))
    assert [row[1:3] for row in coded(study)] == [["Ann", "fear"], ["Ann", "hope"], ["Bo", "hope"]]
    assert list(study.participants) == ["participant"]


def test_tables_of_rqda_and_quirkos(text):
    head = ["rowid", "cid", "fid", "codename", "filename", "index1", "index2", "CodingLength"]
    study = tables.read(text([head, [1, 1, 1, "Hope", "Ann.txt", 2, 6, 4]]))
    assert coded(study) == [["unknown", "Ann", "hope", "", "2-6"]] and list(study.participants) == ["participant"]
    study = tables.read(text([["Source Title", "Quirk Title", "Text", "Author"], ["Ann", "Hope", "I hope", "anna"]]))
    assert coded(study) == [["anna", "Ann", "hope", "I hope", ""]]


def test_the_words_and_the_coder_in_tables_of_rqda(text):
    """`getCodingsByOne` calls the words "coding", and who joins its tables by hand has the owner too."""
    head = ["rowid", "cid", "fid", "codename", "filename", "index1", "index2", "coding", "CodingLength", "owner"]
    study = tables.read(text([head, [1, 1, 1, "Hope", "Ann.txt", 2, 6, "hope", 4, "anna"]]))
    assert coded(study) == [["anna", "Ann", "hope", "hope", "2-6"]] and list(study.participants) == ["participant"]


def test_two_coders_in_a_table_of_requal(text):
    head = ["doc_name", "doc_id", "code_name", "code_id", "segment_text", "user_name"]
    rows = [["Int 1", 1, "Hope", 3, "I hope so", "anna"], ["Int 1", 1, "Hope", 3, "I hope so", "bram"]]
    study = tables.read(text([head, *rows]))
    assert coded(study) == [["anna", "Int 1", "hope", "I hope so", ""], ["bram", "Int 1", "hope", "I hope so", ""]]
    assert list(study.participants) == ["participant"]


def test_nvivo_codebook(book):
    study = open_study(book([["Name", "Description", "Files", "References"], ["Hope", "Looks ahead", 3, 12]]))
    assert study.codes[["code", "definition"]].values.tolist() == [["hope", "Looks ahead"]]
    assert study.about.imported[0].startswith("segments.xlsx: NVivo codebook: 0 documents")


def test_nvivo_classification_sheet_is_no_matrix(book):
    path = book([["", "A : Age", "B : Gender"], ["1 : Ann", "34", "F"], ["2 : Bo", "Unassigned", "M"]])
    with pytest.raises(StudyError, match=r"its cells are words \('F'\), as in a classification sheet"):
        open_study(path)


def test_atlasti_codes_by_documents(book):
    head = ["", "D 1: Ann\nGr=62", "D 2: Bo\nGr=10", "Totals"]
    study = open_study(book([head, ["● Hope\nGr=12", 3, 1, 4], ["○ Fear\nGr=0", 0, "1", 1], ["Totals", 3, 2, 5]]))
    assert coded(study) == [
        ["unknown", "D 1- Ann", "hope", "", "3 references"],
        ["unknown", "D 2- Bo", "hope", "", "1 reference"],
        ["unknown", "D 2- Bo", "fear", "", "1 reference"],
    ]
    assert "Not represented: the words and places that an ATLAS.ti code-document table counts" in notes(study)[-1]


def test_maxqda_prints_the_group_before_the_name(book):
    study = tables.read(book([["Document", "Code", "Segment", "Weight"], ["Town\\Ann", "Hope", "I hope", 0]]))
    assert study.documents["document"].tolist() == ["Ann"]
    assert study.participants.to_dict("records") == [{"participant": "Ann", "document group": "Town"}]


def test_qda_miner_retrieval(text):
    head = ["Category", "Code", "Text", "Case", "User", "Date", "# Words"]
    study = tables.read(text([head, ["Feelings", "Hope", "I hope", "Ann", "anna", "2024-03-01", 2]]))
    assert coded(study, "created") == [["anna", "Ann", "feelings/hope", "I hope", "", "2024-03-01"]]
    assert study.documents["participant"].tolist() == ["Ann"]


def test_qda_miner_retrieval_without_headings(book):
    """Written by the free version of QDA Miner: the case is left empty, and a variable names the document."""
    rows = [
        ["Feelings", "Hope", "I hope so, and I say it now.", None, "Admin", "03/01/2024", 8, "1,3%", "Ann.docx"],
        ["Feelings", "Fear", "I am afraid.", None, "Admin", "03/01/2024", 3, "0,8%", "Bo.docx"],
    ]
    study = open_study(book(rows))
    assert coded(study, "created") == [
        ["Admin", "Ann", "feelings/hope", "I hope so, and I say it now.", "", "03/01/2024"],
        ["Admin", "Bo", "feelings/fear", "I am afraid.", "", "03/01/2024"],
    ]
    said = "Inferred: segments.xlsx [Sheet1] has no headings; its columns are those of QDA Miner's coding retrieval."
    assert said in notes(study)
    rows = [
        [category, code, case, words, *rest[1:5]]
        for (category, code, words, *rest), case in zip(rows, "AB", strict=True)
    ]
    study = open_study(book(rows))
    assert study.documents["participant"].tolist() == ["A", "B"]
    assert study.codings["quote"].tolist() == ["I hope so, and I say it now.", "I am afraid."]


def test_prices_in_a_table_are_no_retrieval_of_qda_miner(book):
    with pytest.raises(StudyError, match="no column headings of a known export were found"):
        tables.read(
            book([["a", "b", "c", "d", "e", "2024-01-01", 12, "1,3%"], ["a", "b", "c", "d", "e", "f", 1, "2%"]])
        )


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("Document,Quotation Content,Codes,Comment", "ATLAS.ti, with the columns that somebody chose"),
        ("Dokument,Zitatinhalt,Codes,Kommentar", "the same in German"),
        ("Dokumentname,Codierte Segmente,Code,Kommentar", "MAXQDA without the position"),
        ("Nombre del documento,Segmentos codificados,Código,Comentario", "in Spanish"),
        ("Resource Title,Excerpt Copy,Codes,Memo", "Dedoose, with the codes in one column"),
    ],
)
def test_an_export_with_few_columns_keeps_its_words(text, head, words):
    study = tables.read(text([head.split(","), ["Ann.docx", "I hope", "Hope", "sure?"]]))
    assert coded(study, "memo") == [["unknown", "Ann", "hope", "I hope", "", "sure?"]], words
    assert list(study.participants) == ["participant"]


@pytest.mark.parametrize(
    "head",
    [
        "Dokumentgruppe,Dokumentname,Code,Codierte Segmente,Autor",
        "Groupe de documents,Nom du document,Code,Segments codés,Auteur",
        "Grupo de documentos,Nombre del documento,Código,Segmentos codificados,Autor",
        "Grupo de documentos,Nome do documento,Código,Segmentos codificados,Autor",
        "Grupa dokumentów,Nazwa dokumentu,Kod,Zakodowane segmenty,Autor",
    ],
)
def test_maxqda_calls_the_column_of_words_by_a_plural_too(text, head):
    study = tables.read(
        text([head.split(","), ["Town", "D1", "A", "words", "ana"], ["Land", "D1", "A", "words", "bo"]])
    )
    assert coded(study) == [["ana", "Town - D1", "a", "words", ""], ["bo", "Land - D1", "a", "words", ""]]


@pytest.mark.parametrize("mark", [";", "|", "\n"])
def test_several_codes_and_coders_in_one_cell_of_people_s_own_tables(text, mark):
    head = ["document", "coders", "code", "quote"]
    study = tables.read(text([head, ["Ann.docx", f"anna{mark}bo", f"Hope{mark} Fear", "I hope"]]))
    assert [row[:3] for row in coded(study)] == [
        ["anna", "Ann", "hope"],
        ["bo", "Ann", "hope"],
        ["anna", "Ann", "fear"],
        ["bo", "Ann", "fear"],
    ]
    said = "line breaks" if mark == "\n" else mark
    assert f"Inferred: cells with several codes were cut at {said!r}; the option separator says otherwise." in notes(
        study
    )


def test_a_comma_parts_coders_only_under_a_plural(text):
    assert [row[0] for row in coded(tables.read(text([["document", "coder", "code"], ["d", "Smith, Ann", "c"]])))] == [
        "Smith, Ann"
    ]
    assert [row[0] for row in coded(tables.read(text([["document", "coders", "code"], ["d", "Ann, Bo", "c"]])))] == [
        "Ann",
        "Bo",
    ]


def test_one_export_in_two_files_counts_once(text, book, tmp_path):
    rows = [["id", "document", "tag", "content"], [1, "Ann", "hope", "Yes."], [2, "Ann", "hope", "Yes."]]
    text(rows, "all.csv")
    book(rows, "all.xlsx")
    study = tables.read(tmp_path)
    assert [row[3:] for row in coded(study)] == [["Yes.", "no. 1"], ["Yes.", "no. 2"]]
    assert "2 codings that the file has more than once count once." in notes(study)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("document,code," + ",".join(f"x{n}" for n in range(100_000)) + "\nd,c\n", "has more than 16,384 columns"),
        ("document,code\nd," + ";".join(f"c{n}" for n in range(20_001)) + "\n", "has more than 20,000 codes"),
        ("document,code\nd,c\0\n", "is neither a workbook nor text"),
        ("document;code\nd,c\n".encode("utf-32"), "is neither a workbook nor text"),
        ("document;code\nd,c\n", "no column headings of a known export were found"),
    ],
    ids=["columns", "codes", "NUL", "UTF-32", "separators"],
)
def test_what_no_table_of_codings_holds_is_said(tmp_path, data, why):
    path = tmp_path / "odd.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(StudyError, match=why):
        open_study(path)


def test_a_name_with_a_hundred_separators_is_a_name(text):
    name = " > ".join(f"c{n}" for n in range(101))
    assert tables.read(text([["document", "code"], ["d", name], ["d", "a > b"]])).codes["name"].tolist()[1:] == [
        "a",
        "b",
    ]


def test_an_nvivo_matrix_whose_rows_are_files_is_turned(book):
    rows = [["", "A : Fear", "B : Hope\\Plans"], ["1 : Files\\\\Ward\\Ann", 2, 0], ["2 : Interview 02", 0, 1]]
    study = tables.read(book(rows))
    assert [row[1:3] + row[4:] for row in coded(study)] == [
        ["Ann", "fear", "2 references"],
        ["Interview 02", "hope/plans", "1 reference"],
    ]
    said = "rows are cases and columns codes; the option rows = 'code' turns them."
    assert f"Inferred: in 1 NVivo matrix ('segments.xlsx'), {said}" in notes(study)
    assert tables.read(book(rows), columns={"rows": "code"}).documents["document"].tolist() == ["Fear", "Hope-Plans"]
