"""Workbooks of Excel before 2007, as MAXQDA and others wrote them; the fixture was written by xlwt 1.3."""

from __future__ import annotations

import base64
import random
import zlib

import pytest
from xlrd.sheet import Sheet

from helpers.errors import StudyError
from helpers.exchange import open_study, tables, tables_cells

# German MAXQDA headings, two segments with a date, a float and an emoji; a hidden sheet and an empty one.
WORKBOOK = (
    "eNrtWE1oXFUUPvfNf5qfmfzUpEp5BKy1loGiC1HSadLERnBKfxa1tlBfMjeTIZM38c0bo1lotc6yILhqcVOoCzf1Z+EPtWBXLUVosYuK0JK0K3El"
    "WOiizfid8968JDWBBkwgMmd4597v3L/v3nPufXfejeup2XPfbJmjx2Q3hWi+lqDoIpvCk6iDJKG8VuNsPY3jqTVkQ0kiDkdGI3Sx5ZcY+5D9PUcG"
    "fR2+DE10F89xmqL9JVub6ygDwsFSzKFPRRF7BiLyc+hW6hFm7aJHRXeI/kpq/yR6j1hOi+5D3Vn1Fl3P7N/xsh/Jbxq9UtYKreh7afO7WHZRF13l"
    "SP7wU+XVjVC/U7CKG6xga7iZzhOcuk/b2mHcRV/wth0cTGez6aMQc3j4lWx2ljrh9vN0v2YS/V3f3z+bDfv62hXB/mCpPbaCPQ5XPm7/zAgTnaTa"
    "24pDuopt0hvhkhS9USi72sxpx9xbyhXsfLkKY3ecgyVB72oHpaMTbpWayZbzPUxFrZ2HVENsEUbjbUKDpYnKpLbdvFOZmtLNCwbbmtQYGV1rnB79"
    "9phl54GH7JyW6JsujI67yB3Wea4OTv0Vt+RsQhUeuVh0TWuSrUVXO2Hu1xmTjmzL3NXKmXzZPX54yim4M9p+itQQlTF1lyp4TJomTeNIO0yT+n6j"
    "OyZ1m2WxOdRjpjEZGinlSkgG/ihamPRwaWzMrth5zO310XFzHFC/ak4XnHTTgFXMpVHTwtjYTe818RtPTsjkkhOyRU6NZugctUk+JWdHEo55+OVf"
    "v2ZHDmROiOWkvBW9d+ez7CAs6kfcAo1bpSQkmkfaIS1eEP2x9Pq05LeI7sTGRrrtQJefee2U1PlESrdhnBdFbmaeW5Tfjnz1z4M/bK3eyzyP/IV9"
    "czOdF25lzlEvfJ9De/6dop1qpzp7huXHTD1V/hl7W3TPv87buJH0udf8C0IbPZKZcNCxeIhXRwXI8NfKQyGgUIDCQOEARYAiAYoCRQMUA4oFKA4U"
    "D1ACKOHzU8vwU8Kvya+vhN+mADE/RDddom4g5tcu9TeLNoSXV5MZtQTtmBF7NAS/KrBpJ+eZK+9M3ry35wOjSXZaio695LEylmFlLGHlxVRbgJhV"
    "0mdlCKuo1Pf0tYCVIaxSQbuYz/+S+FJYzXBf38o67Tba6TseGO/LBVmPqFeB3qhRr5aN+g6+O/Oq0tqtKq24qguy0VZ15TVrSEMa0pCGrIUouZF5"
    "t9Cw3CK8t1LM/67zCM984zPJ/1YOUQk//h81RDZSh95fVfxspoiq96WesE39eyHLEYzu0ASNCI+JVccvbhVq8XyeuGHyv9tCqx1/fjU813j8fwB3"
    "g4j2"
)

# Theme, Sub-theme, Quote, Participant; a theme and a person are merged beside two rows.
MERGED = (
    "eNrtWE1oE0EU/mZ381fbNK2p0AolFKxa66F48VLTVLQnS6qCIkLdJAsNjUnZpId4sVpzFARPipdCL16qXvxBEb15ECp6EAQhUTx5EhQ8tFnfvN2E"
    "tPbQgBYr+y3z5r03M2/f7Jt5s7tvljvKCw96KliHI1BRtQLwNugElUBNCIHaLUuytdpPxXKxrRDwUyC9Hjxte+2TMZTxrkDBfe0lUeATlfOYwXgu"
    "a0S2EKPsgy6kD8NEBe6QJohu9qqTaZLpTqb3uOczpiOsuc50mPqWxTksR8cHDjur+KzSx21BSLuPeMwH1gyhC6/kKr58Q9h9PYiZaT3zbzb0aq1Y"
    "BMVtzMgapp4pI0wBXMQPKwJ8r+3UFxFXv7V6AdL/XKv3baC/qWjAHKwLvMBLlFO9mp1IY1k9U8yn8yuYRAtpZPEAp6eMiwal4FOziYMFyZNuYjZX"
    "MHYAcd0spJPpGT1boE0cSyaNfJ4y8qhummnDzJPho7l8gaop3UypwIxepCUfH5Km7SwQWpMF2nh3tBJNoZ35Dt4jIXJv5e63tycS8egka+Y489vn"
    "wx45JVi4IkfQ4CC3qExlywCPOMD0KlvdzXwP0zBNkur+eJfDHJ/nPte4tZ/uc4jxLrq3gd9HfOnrxOPe0ufofuKXxiqXwkvvowvoo/MqRePlNY9B"
    "MShu35J4Eq3VwsklH5l2/5ZX/ErI8d1yDsF2rHI4QM9Dwpbk0xF1SXGelS2pJKmOLbGBLcG2NKe/YFueuiRt+eqStBVwbCnrbD2nuSuOX7K3HTNv"
    "XZKWZKTsfrZXX3j+gmWVaz79lU48ZHak4fxvgQsXLly4cOHChYvtDsFvq/YbumZ/ZPAbo8/5r7NKper+JvlvcRI5ugr0YXoMWapNFJtaP7vgETVb"
    "YpNjav8LJc7Q3U1MI8F+TDe9funrRTTOZ9MDQ39uCzV7/2ozfv7l+/8CynjeKQ=="
)


@pytest.fixture
def workbook(tmp_path):
    """Write the workbook, or bytes made of it, under any name. Give its path."""

    def write(name="segments.xls", change=lambda data: data):
        (tmp_path / name).write_bytes(change(zlib.decompress(base64.b64decode(WORKBOOK))))
        return tmp_path / name

    return write


def test_every_cell_of_the_visible_sheets_is_read(workbook):
    grids = tables_cells.grids(workbook())
    assert [(grid.sheet, grid.rows) for grid in grids] == [
        (
            "Liste der Codings",
            [
                [
                    "Dokumentgruppe",
                    "Dokumentname",
                    "Code",
                    "Anfang",
                    "Ende",
                    "Gewicht",
                    "Segment",
                    "Autor",
                    "Erstellt am",
                    "Alter",
                ],
                [
                    "Dorf",
                    "Anna 1",
                    "Angst\\Spritzen",
                    "4",
                    "5",
                    "0",
                    "Es tut weh – 😀 ‘sehr’.",
                    "bodo",
                    "2011-03-01 10:05:00",
                    "33.5",
                ],
                ["Dorf", "Béla", "Hoffnung", "1", "1", "50", "Ich hoffe; wir.\nBald.", "anna", "2011-03-02", "44"],
            ],
        ),
        ("leer", []),
    ]
    assert len(tables_cells.grids(workbook(), 1)[0].rows) == 1


def test_merged_cells_hold_for_each_of_their_rows(workbook):
    study = open_study(workbook(change=lambda _: zlib.decompress(base64.b64decode(MERGED))))
    coded = study.codings.astype("str")[["document", "code", "quote"]]
    assert coded.to_numpy().tolist() == [["P1", "access/barriers", "hard"], ["P1", "access/cost", "pay"]]


def test_odd_formats_of_a_sheet_do_not_cost_its_cells(workbook, monkeypatch):
    read = Sheet.read

    def odd(sheet, book):
        if sheet.formatting_info:
            raise AssertionError
        return read(sheet, book)

    expected = tables_cells.grids(workbook())
    monkeypatch.setattr(Sheet, "read", odd)
    assert tables_cells.grids(workbook()) == expected


@pytest.mark.parametrize("name", ["segments.xls", "segments.csv", "segments"])
def test_a_table_of_segments_opens_by_what_it_holds(workbook, name):
    study = open_study(workbook(name))
    coded = study.codings.astype("str")[["coder", "document", "code", "quote", "locator", "created"]]
    assert coded.to_numpy().tolist() == [
        ["bodo", "Anna 1", "angst/spritzen", "Es tut weh – 😀 ‘sehr’.", "4-5", "2011-03-01 10:05:00"],
        ["anna", "Béla", "hoffnung", "Ich hoffe; wir.\nBald.", "1", "2011-03-02"],
    ]
    assert study.participants["Alter"].tolist() == [33.5, 44.0]
    assert "MAXQDA coded segments" in study.about.imported[0]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data.replace("Workbook".encode("utf-16-le"), "WordDoc.".encode("utf-16-le")), "no workbook"),
        (lambda data: data[:3000], "no workbook"),
        (lambda data: data[:512] + bytes(2000) + data[2512:], "cannot be read as a workbook"),
        (lambda data: data + "EncryptedPackage\0".encode("utf-16-le"), "is protected by a password"),
        (lambda data: data + bytes(33_000_000), "is larger than 32 MB"),
    ],
)
def test_what_is_no_workbook_is_said(workbook, change, why):
    path = workbook(change=change)
    assert not tables.recognises(path)
    with pytest.raises(StudyError, match=why):
        tables.read(path)


def test_other_office_files_keep_the_advice_of_their_tool(workbook):
    other = workbook("old.hpr6", lambda data: data.replace("Workbook".encode("utf-16-le"), b"\0" * 16))
    with pytest.raises(StudyError, match=r"an ATLAS\.ti project"):
        open_study(other)


def test_damage_gives_one_error_or_the_table_and_says_nothing_on_the_terminal(workbook, capsys):
    dice = random.Random(7)

    def damaged(data):
        data = bytearray(data)
        for _ in range(dice.choice([1, 3, 30])):
            data[dice.randrange(len(data))] = dice.randrange(256)
        return bytes(data[: dice.choice([len(data), dice.randrange(8, len(data))])])

    outcomes = set()
    for _ in range(250):
        try:
            tables.read(workbook(change=damaged))
            outcomes.add("read")
        except StudyError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
    assert capsys.readouterr() == ("", "")
