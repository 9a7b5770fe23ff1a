"""Small projects in the very form that each tool writes: every coding, coder and participant arrives, or is noted."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from helpers.exchange import open_study
from helpers.study import Study

SPACE = 'xmlns="urn:QDA-XML:project:1.0"'
SCHEMA = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:QDA-XML:project:1.0 Project.xsd"'
)


def packed(folder: Path, qde: str | bytes, files: dict[str, bytes | str], inner: str = "project.qde") -> Path:
    path = folder / "study.qdpx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(inner, qde)
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def codings(study: Study, *columns: str) -> list[list]:
    return study.codings[list(columns)].astype("str").values.tolist()


def told(study: Study) -> str:
    return "\n".join(study.about.imported)


# --- NVivo ---------------------------------------------------------------------------------------------------------

CRLF = "Ann: I hope 😀 so.\r\nBo: We fear it.\r\n"  # in UTF-16 units, "fear" is 27 to 31
NVIVO = f"""<?xml version="1.0" encoding="utf-8"?>
<Project xmlns:xsd="http://www.w3.org/2001/XMLSchema" name="Untitled" origin="NVivo for Windows 20.1"
 creatingUserGUID="{{AAAAAAAA-0000-4000-8000-000000000001}}" basePath="" {SPACE}>
 <Users><User guid="aaaaaaaa-0000-4000-8000-000000000001" name="admin"/>
  <User guid="aaaaaaaa-0000-4000-8000-000000000002" name="Eva"/>
  <User guid="aaaaaaaa-0000-4000-8000-000000000003" name="Ole"/></Users>
 <CodeBook><Codes>
  <Code guid="c0000000-0000-4000-8000-000000000001" name="Feelings" isCodable="true"><Description />
   <Code guid="c0000000-0000-4000-8000-000000000002" name="Hope" isCodable="true" color="#00FF00"/>
   <Code guid="c0000000-0000-4000-8000-000000000003" name="Fear" isCodable="true"/></Code>
  <Code guid="d0000000-0000-4000-8000-000000000000" name="People" isCodable="true">
   <Code guid="d0000000-0000-4000-8000-000000000001" name="Ann" isCodable="true"/>
   <Code guid="d0000000-0000-4000-8000-000000000002" name="Bo" isCodable="true"/></Code>
 </Codes></CodeBook>
 <Variables><Variable guid="e0000000-0000-4000-8000-000000000001" name="Person:Age" typeOfVariable="Integer"/>
  <Variable guid="e0000000-0000-4000-8000-000000000002" name="Person:Site" typeOfVariable="Text"/></Variables>
 <Cases><Case guid="d0000000-0000-4000-8000-000000000001" name="Ann"/>
  <Case guid="d0000000-0000-4000-8000-000000000002" name="Bo"/></Cases>
 <Sources>
  <TextSource guid="50000000-0000-4000-8000-000000000001" name="Both" richTextPath="internal://1.docx"
   plainTextPath="internal://1.txt"><Description />
   <PlainTextSelection guid="60000000-0000-4000-8000-000000000001" name="" startPosition="7" endPosition="11"
    creatingUser="aaaaaaaa-0000-4000-8000-000000000002" creationDateTime="2025-01-01T00:00:00Z"><Description />
    <Coding guid="70000000-0000-4000-8000-000000000001" creatingUser="AAAAAAAA-0000-4000-8000-000000000001">
     <CodeRef targetGUID="C0000000-0000-4000-8000-000000000002"/></Coding></PlainTextSelection>
   <PlainTextSelection guid="60000000-0000-4000-8000-000000000002" name="" startPosition="27" endPosition="31"
    creatingUser="aaaaaaaa-0000-4000-8000-000000000003"><Coding guid="70000000-0000-4000-8000-000000000002"
    creatingUser="aaaaaaaa-0000-4000-8000-000000000001">
    <CodeRef targetGUID="{{c0000000-0000-4000-8000-000000000003}}"/></Coding></PlainTextSelection>
   <PlainTextSelection guid="60000000-0000-4000-8000-000000000003" name="" startPosition="0" endPosition="18"
    creatingUser="aaaaaaaa-0000-4000-8000-000000000003"><Coding guid="70000000-0000-4000-8000-000000000003">
    <CodeRef targetGUID="d0000000-0000-4000-8000-000000000001"/></Coding></PlainTextSelection>
   <PlainTextSelection guid="60000000-0000-4000-8000-000000000004" name="" startPosition="20" endPosition="35"
    creatingUser="aaaaaaaa-0000-4000-8000-000000000003"><Coding guid="70000000-0000-4000-8000-000000000004">
    <CodeRef targetGUID="d0000000-0000-4000-8000-000000000002"/></Coding></PlainTextSelection>
   <PlainTextSelection guid="60000000-0000-4000-8000-000000000005" name="" startPosition="0" endPosition="3"
    creatingUser="aaaaaaaa-0000-4000-8000-000000000003"/>
  </TextSource>
  <TextSource guid="50000000-0000-4000-8000-000000000002" name="Bo alone" plainTextPath="internal://2.txt">
   <Coding guid="70000000-0000-4000-8000-000000000005"><CodeRef targetGUID="d0000000-0000-4000-8000-000000000002"/>
   </Coding>
   <VariableValue><VariableRef targetGUID="e0000000-0000-4000-8000-000000000001"/><IntegerValue>41</IntegerValue>
   </VariableValue>
   <VariableValue><VariableRef targetGUID="e0000000-0000-4000-8000-000000000002"/><TextValue>Unassigned</TextValue>
   </VariableValue></TextSource>
  <PDFSource guid="50000000-0000-4000-8000-000000000003" name="Letter" path="internal://3.pdf">
   <PDFSelection guid="60000000-0000-4000-8000-000000000006" name="" page="1" firstX="1" firstY="2" secondX="3"
    secondY="4" creatingUser="aaaaaaaa-0000-4000-8000-000000000002"><Coding guid="70000000-0000-4000-8000-000000000006"
    creatingUser="aaaaaaaa-0000-4000-8000-000000000001">
    <CodeRef targetGUID="c0000000-0000-4000-8000-000000000002"/></Coding></PDFSelection>
   <Representation guid="50000000-0000-4000-8000-000000000004" name="Letter" plainTextPath="internal://3.txt">
    <PlainTextSelection guid="60000000-0000-4000-8000-000000000007" startPosition="5" endPosition="9"
     creatingUser="aaaaaaaa-0000-4000-8000-000000000003"><Coding guid="70000000-0000-4000-8000-000000000007"
     creatingUser="aaaaaaaa-0000-4000-8000-000000000001">
     <CodeRef targetGUID="c0000000-0000-4000-8000-000000000003"/></Coding></PlainTextSelection></Representation>
   <Coding guid="70000000-0000-4000-8000-000000000008"><CodeRef targetGUID="d0000000-0000-4000-8000-000000000001"/>
   </Coding></PDFSource>
  <AudioSource guid="50000000-0000-4000-8000-000000000005" name="Talk" path="internal://5.mp3">
   <Transcript guid="50000000-0000-4000-8000-000000000006" name="Talk" plainTextPath="internal://5.txt">
    <SyncPoint guid="b0000000-0000-4000-8000-000000000001" position="0" timeStamp="1000"/>
    <SyncPoint guid="b0000000-0000-4000-8000-000000000002" position="4" timeStamp="2500"/>
    <TranscriptSelection guid="60000000-0000-4000-8000-000000000008" creatingUser="aaaaaaaa-0000-4000-8000-000000000002"
     fromSyncPoint="B0000000-0000-4000-8000-000000000001" toSyncPoint="b0000000-0000-4000-8000-000000000002">
     <Coding guid="70000000-0000-4000-8000-000000000009"><CodeRef targetGUID="c0000000-0000-4000-8000-000000000002"/>
     </Coding></TranscriptSelection></Transcript></AudioSource>
 </Sources>
 <Notes><Note guid="f0000000-0000-4000-8000-000000000001" name="On hope" richTextPath="internal://n.docx"
   plainTextPath="internal://n.txt"/>
  <Note guid="f0000000-0000-4000-8000-000000000002" name="" plainTextPath="internal://a.txt"/></Notes>
 <Links><Link guid="f1000000-0000-4000-8000-000000000001" direction="OneWay"
   originGUID="f0000000-0000-4000-8000-000000000001" targetGUID="c0000000-0000-4000-8000-000000000002"/>
  <Link guid="f1000000-0000-4000-8000-000000000002" direction="OneWay"
   originGUID="f0000000-0000-4000-8000-000000000002" targetGUID="60000000-0000-4000-8000-000000000005"/></Links>
 <Sets><Set guid="f2000000-0000-4000-8000-000000000001" name="First round"><Description>Spring</Description>
   <MemberSource targetGUID="50000000-0000-4000-8000-000000000002"/></Set>
  <Set guid="f2000000-0000-4000-8000-000000000002" name="Memos">
   <MemberNote targetGUID="f0000000-0000-4000-8000-000000000001"/></Set></Sets>
 <Description />
</Project>"""
NVIVO_FILES = {
    "Sources/1.docx": b"PK",
    "Sources/1.txt": b"\xef\xbb\xbf" + CRLF.encode(),
    "Sources/2.txt": b"\xef\xbb\xbfYes.",
    "Sources/3.txt": "Dear fear.".encode("utf-8-sig"),
    "Sources/5.txt": "Hope is here.".encode("utf-8-sig"),
    "Sources/n.txt": "It grows.".encode("utf-8-sig"),
    "Sources/a.txt": "Speaker".encode("utf-8-sig"),
}


def test_nvivo_for_windows(tmp_path):
    study = open_study(packed(tmp_path, NVIVO, NVIVO_FILES))
    assert codings(study, "coder", "document", "code", "quote", "locator") == [
        ["Eva", "Both", "feelings/hope", "hope", ""],
        ["Ole", "Both", "feelings/fear", "fear", ""],
        ["Eva", "Letter", "feelings/hope", "", "page 2, 1,2–3,4"],
        ["Ole", "Letter", "feelings/fear", "fear", ""],
        ["Eva", "Talk", "feelings/hope", "Hope", "00:00:01–00:00:02.500"],
    ]
    assert list(study.codes["code"]) == ["feelings", "feelings/hope", "feelings/fear"], "cases are no themes"
    assert study.codes["definition"].tolist() == ["", "On hope: It grows.", ""]
    assert dict(zip(study.documents["document"], study.documents["participant"], strict=True)) == {
        "Both": "",
        "Bo alone": "Bo",
        "Letter": "Ann",
        "Talk": "",
    }
    turns = study.turns[["document", "start", "end", "participant"]].astype("str").values.tolist()
    assert turns == [["Both", "0", "17", "Ann"], ["Both", "19", "34", "Bo"]], "UTF-16 units behind the emoji"
    assert study.participants.values.tolist() == [["Ann", pytest.approx(float("nan"), nan_ok=True)], ["Bo", 41.0]]
    assert list(study.participants) == ["participant", "Age"], "NVivo's word for no value is none"
    for sentence in (
        "2 codes that are cases say who is heard where, and are no themes (4 codings)",
        "6 of 6 text selections begin and end on word boundaries, counted in UTF-16 units (the rule for NVivo)",
        "the coder is the user of the selection; 4 of 4 codings name another user on the coding",
        "1 user ('admin') coded nothing",
        "1 selection without a code, kept as a memo on its passage (in 'Both')",
        "the set 'Memos' of 1 memo",
        "1 variable ('Person:Site') without a value",
    ):
        assert sentence in told(study), told(study)
    assert study.documents["sets"].fillna("").tolist() == ["", "First round", "", ""]
    memos = study.memos[["document", "start", "end", "title", "text"]].fillna({"start": -1, "end": -1})
    assert memos.values.tolist() == [["Both", 0, 3, "", "Speaker"], ["", -1, -1, "First round", "Spring"]]


def test_nvivo_for_mac(tmp_path):
    """Another order of attributes and of members, a folder in small letters with a mark in it, users with initials."""
    qde = f"""<?xml version="1.0" encoding="UTF-8" standalone="no" ?><Project basePath="" name="Untitled"
      origin="NVivo for Mac 20.5.2" {SPACE} {SCHEMA}><Users><User guid="a1" id="SF" name="Stine F"/><User guid="a2"
      id="GP" name="Geir P"/></Users><CodeBook><Codes><Code guid="c1" isCodable="true" name="Hope"/></Codes></CodeBook>
      <Sources><TextSource creatingUser="a1" guid="s1" name="Ann" plainTextPath="internal://s1.txt"
      richTextPath="internal://s1.docx"><PlainTextSelection creatingUser="a2" endPosition="9" guid="x1" name=""
      startPosition="5"><Coding creatingUser="a1" guid="y1"><CodeRef targetGUID="c1"/></Coding></PlainTextSelection>
      <PlainTextSelection creatingUser="a1" endPosition="9" guid="x2" name="" startPosition="5"><Coding
      creatingUser="a1" guid="y2"><CodeRef targetGUID="c1"/></Coding></PlainTextSelection></TextSource></Sources>
      </Project>"""
    files = {"sources/.root": b"", "sources/s1.txt": "😀 I hope so.".encode(), "sources/s1.docx": b"PK"}
    study = open_study(packed(tmp_path, qde, files))
    assert codings(study, "coder", "document", "code", "quote") == [
        ["Geir P", "Ann", "hope", "hope"],
        ["Stine F", "Ann", "hope", "hope"],
    ]
    assert list(study.participants["participant"]) == ["Ann"] and "each source is one person" in told(study)


# --- ATLAS.ti --------------------------------------------------------------------------------------------------------


def test_atlas_ti(tmp_path):
    """Named after its project; Windows-1252; CR LF counts once; text codings of a PDF stand twice; two coders."""
    text = "Ståle: håpet\r\nlever.\r\nJa.\r\n"
    qde = f"""<?xml version="1.0" encoding="utf-8"?><Project {SCHEMA} name="Håp" origin="ATLAS.ti Windows 23.4.0.29360"
      basePath="C:\\Users\\kari\\Media" creatingUserGUID="1F" {SPACE}><Users><User guid="1F" name="Kari"/><User guid="2F"
      name="Nils"/></Users><CodeBook><Codes><Code guid="C1" name="Hope: general" isCodable="true" color="#F00082">
      <Description>What they wish.</Description></Code><Code guid="C2" name="Life" isCodable="true"/></Codes></CodeBook>
      <Sources><TextSource guid="S1" name="P1 Ståle.docx" plainTextPath="internal://T1.txt"
      richTextPath="internal://T1.docx"><PlainTextSelection guid="Q1" name="håpet lever" startPosition="7"
      endPosition="18" creatingUser="1F"><Description>Said twice.</Description><Coding guid="K1" creatingUser="1F">
      <CodeRef targetGUID="C1"/></Coding><Coding guid="K2" creatingUser="2F"><CodeRef targetGUID="C2"/></Coding>
      </PlainTextSelection><PlainTextSelection guid="Q2" name="Ja." startPosition="20" endPosition="23"
      creatingUser="1F"><Coding guid="K3" creatingUser="2F"><CodeRef targetGUID="C1"/></Coding></PlainTextSelection>
      </TextSource><PDFSource guid="S2" name="Report.pdf" path="internal://P.pdf"><PDFSelection guid="Q3" page="0"
      name="a good ending" firstX="1" firstY="2" secondX="3" secondY="4" creatingUser="1F"><Representation guid="R1">
      <PlainTextContent>a good ending of it all</PlainTextContent></Representation><Coding guid="K4"
      creatingUser="1F"><CodeRef targetGUID="C2"/></Coding></PDFSelection><PDFSelection guid="Q4" page="3"
      name="hope" firstX="5" firstY="6" secondX="7" secondY="8" creatingUser="1F"><Coding guid="K5" creatingUser="1F">
      <CodeRef targetGUID="C1"/></Coding></PDFSelection><PDFSelection guid="Q5" page="1" name="Quotation 2:3" firstX="9"
      firstY="9" secondX="9" secondY="9" creatingUser="2F"><Coding guid="K6" creatingUser="2F"><CodeRef targetGUID="C2"/>
      </Coding></PDFSelection><Representation guid="R0" plainTextPath="internal://P.txt"><PlainTextSelection guid="Q4"
      name="hope" startPosition="3" endPosition="7" creatingUser="1F"><Coding guid="K5" creatingUser="1F"><CodeRef
      targetGUID="C1"/></Coding></PlainTextSelection></Representation></PDFSource><VideoSource guid="S3" name="Film.MP4"
      path="relative:///DD.mov"><VideoSelection guid="Q6" begin="21477" end="21477" name="21s" creatingUser="2F">
      <Description>Hm.</Description><Coding guid="K7" creatingUser="2F"><CodeRef targetGUID="C1"/></Coding>
      </VideoSelection></VideoSource></Sources><Sets><Set guid="G1" name="Round 1"><MemberSource targetGUID="S1"/></Set>
      <Set guid="G2" name="Good"><MemberCode targetGUID="C1"/></Set></Sets></Project>"""
    files = {"sources/T1.txt": text.encode("cp1252"), "sources/P.txt": "We hope.", "sources/P.pdf": b"%PDF"}
    study = open_study(packed(tmp_path, qde, files, inner="Håp.qde"))
    assert codings(study, "coder", "document", "code", "quote", "locator", "memo") == [
        ["Kari", "P1 Ståle", "hope-general", "håpet\r\nlever", "", "Said twice."],
        ["Nils", "P1 Ståle", "life", "håpet\r\nlever", "", "Said twice."],
        ["Nils", "P1 Ståle", "hope-general", "Ja.", "", ""],
        ["Kari", "Report", "life", "a good ending of it all", "page 1, 1,2–3,4", ""],
        ["Nils", "Report", "life", "", "page 2, 9,9–9,9", ""],
        ["Kari", "Report", "hope-general", "hope", "page 4, 5,6–7,8", ""],
        ["Nils", "Film", "hope-general", "", "00:00:21.477–00:00:21.477", "Hm."],
    ]
    assert study.documents["text"].iat[0] == text and "read as Windows-1252" in told(study)
    assert "the coder is the user of the coding" in told(study), "who put the code there, not who marked the quotation"
    assert sorted(study.codes["sets"]) == ["", "Good"] and study.documents["sets"].fillna("").iat[0] == "Round 1"


# --- MAXQDA ----------------------------------------------------------------------------------------------------------


def test_maxqda(tmp_path):
    """Nameless cases that hold a source's variables, who changed it last instead of who made it, sound in a film."""
    qde = f"""<?xml version="1.0" encoding="utf-8"?><Project {SCHEMA} {SPACE} origin="MAXQDA 2022 (Release 22.4.0)"
      name="Survey" modifiedDateTime="2022-01-01T00:00:00Z"><Users><User guid="U1" name="Anna"/><User guid="U2"
      name="Ben"/></Users><CodeBook><Codes><Code guid="C1" name="Work" isCodable="true" color="#ef8256"><Code guid="C2"
      name="Pay" isCodable="true" color="#ef8256"/></Code></Codes></CodeBook><Variables><Variable guid="V1" name="Age"
      typeOfVariable="Integer"/><Variable guid="V2" name="Union member" typeOfVariable="Boolean"/></Variables><Cases>
      <Case guid="A1"><VariableValue><VariableRef targetGUID="V1"/><IntegerValue>44</IntegerValue></VariableValue>
      <VariableValue><VariableRef targetGUID="V2"/><BooleanValue>true</BooleanValue></VariableValue><SourceRef
      targetGUID="S1"/></Case><Case guid="A2"><VariableValue><VariableRef targetGUID="V1"/><IntegerValue/>
      </VariableValue><VariableValue><VariableRef targetGUID="V2"/><BooleanValue>false</BooleanValue></VariableValue>
      <SourceRef targetGUID="S2"/></Case></Cases><Sources><TextSource plainTextPath="internal://a.txt" guid="S1"
      name="Person 1"><PlainTextSelection guid="P1" startPosition="6" endPosition="9" modifyingUser="U2"
      modifiedDateTime="2022-01-02T00:00:00Z"><Coding guid="K1"><CodeRef targetGUID="C2"/></Coding></PlainTextSelection>
      <NoteRef targetGUID="N1"/></TextSource><TextSource plainTextPath="internal://b.txt" guid="S2" name="Person 1">
      <PlainTextSelection guid="P2" startPosition="0" endPosition="2" creatingUser="U1"><Coding guid="K2"
      creatingUser="U1"><CodeRef targetGUID="C1"/></Coding></PlainTextSelection></TextSource><VideoSource
      path="internal://E.m4a" guid="S3" name="New Recording 11"><VideoSelection end="62000" begin="61000"
      name="(61000,0),(62000,0)" creatingUser="U1" guid="P3"><Coding creatingUser="U1" guid="K3"><CodeRef
      targetGUID="C1"/></Coding></VideoSelection></VideoSource></Sources><Notes><Note guid="N1" modifyingUser="U1"
      modifiedDateTime="2021-01-15T23:37:54Z"><PlainTextContent>Sounds tired.</PlainTextContent><PlainTextSelection
      guid="P4" startPosition="0" endPosition="5"/></Note></Notes><Sets><Set name="Group" guid="G1"><Description>First
      wave</Description><MemberSource targetGUID="S1"/><MemberSource targetGUID="S2"/></Set></Sets></Project>"""
    study = open_study(packed(tmp_path, qde, {"sources/a.txt": "Good. Pay is bad.", "sources/b.txt": "No."}))
    assert codings(study, "coder", "document", "code", "quote", "locator", "created") == [
        ["Ben", "Person 1", "work/pay", "Pay", "", "2022-01-02T00:00:00Z"],
        ["Anna", "Person 1-2", "work", "No", "", ""],
        ["Anna", "New Recording 11", "work", "", "00:01:01–00:01:02", ""],
    ]
    assert list(study.participants["participant"]) == ["Person 1", "Person 1-2"]
    assert study.participants["Age"].fillna(-1).tolist() == [44.0, -1.0]
    assert study.participants["Union member"].tolist() == ["true", "false"]
    assert study.documents["memo"].fillna("").tolist() == ["Sounds tired.", "", ""]
    assert study.documents["sets"].fillna("").tolist() == ["Group", "Group", ""]


def test_named_cases_beside_variables_of_sources(tmp_path):
    qde = f"""<Project {SPACE} name="x"><Variables><Variable guid="V1" name="Place" typeOfVariable="Text"/></Variables>
      <Cases><Case guid="A1" name="Ann"><SourceRef targetGUID="S1"/><SourceRef targetGUID="S2"/></Case><Case guid="A2">
      <VariableValue><VariableRef targetGUID="V1"/><TextValue>home</TextValue></VariableValue><SourceRef targetGUID="S1"/>
      </Case><Case guid="A3"><VariableValue><VariableRef targetGUID="V1"/><TextValue>work</TextValue></VariableValue>
      <SourceRef targetGUID="S2"/></Case></Cases><Sources><TextSource guid="S1" name="1"><PlainTextContent>a
      </PlainTextContent></TextSource><TextSource guid="S2" name="2"><PlainTextContent>b</PlainTextContent></TextSource>
      </Sources></Project>"""
    study = open_study(packed(tmp_path, qde, {}))
    assert study.participants.values.tolist() == [["Ann"]]
    assert study.documents[["participant", "Place"]].values.tolist() == [["Ann", "home"], ["Ann", "work"]]
    assert "2 cases without a name" in told(study)


# --- QualCoder -------------------------------------------------------------------------------------------------------


def test_qualcoder(tmp_path):
    """Categories that cannot code, a page break in a name, a quote in a closing tag, transcripts without user."""
    text = "One.\nTwo hopes.\nThree.\x0cFour."
    qde = f"""<?xml version="1.0" encoding="utf-8"?>
      <Project name="study.qda" origin="QualCoder 3.6" creatingUserGUID="0" creationDateTime="2024-01-01T00:00:00Z"
      {SPACE}><Users><User guid="u1" name="default"/><User guid="u2" name="anna"/></Users><CodeBook><Codes>
      <Code guid="k1" name="Barri&#xE8;res" isCodable="false"><Description>All.</Description><Code guid="c1"
      name="Hope" isCodable="true" color="#880E4F"/></Code></Codes></CodeBook><Variables><Variable guid="v1"
      name="age" typeOfVariable="Float" ><Description /></Variable></Variables><Cases><Case guid="a1" name="Ida">
      <Description /><VariableValue><VariableRef targetGUID="v1" /><FloatValue>40</FloatValue></VariableValue>
      <SourceRef targetGUID="s1"/></Case></Cases><Sources><TextSource richTextPath="internal://r.docx"
      plainTextPath="internal://p.txt" guid="s1" name="Ida.docx"><PlainTextSelection guid="x1" startPosition="9"
      endPosition="14" name="hopes" creatingUser="u2" creationDateTime="2024-01-01T10:00:00Z">
      <Description>R&D</Description><Coding guid="y1" creatingUser="u2" ><CodeRef targetGUID="c1" /></Coding>
      </PlainTextSelection><PlainTextSelection guid="x2" startPosition="16" endPosition="28"
      name="Three.\x0cFour." creatingUser="u1" creationDateTime="2024-01-01T10:00:00Z"><Coding guid="y2"
      creatingUser="u1" ><CodeRef targetGUID="c1" /></Coding></PlainTextSelection><NoteRef targetGUID="n1" />
      </TextSource><AudioSource guid="s2" name="talk.mp3" path="absolute:///home/anna/talk.mp3"><Transcript
      plainTextPath="internal://t.txt" guid="t1" name="talk.mp3.transcribed" ><SyncPoint guid="q1" position="0"
      timeStamp="0" /><TranscriptSelection guid="x3" name="talk.mp3.transcribed" fromSyncPoint="" toSyncPoint=""><Coding
      guid="y3" ><CodeRef targetGUID="c1" /></Coding></TranscriptSelection></Transcript><AudioSelection guid="x4"
      begin="1000" end="2000" name="" creatingUser="u2" ><Coding guid="y4" creatingUser="u2"><CodeRef
      targetGUID="c1"/></Coding></Audio'Selection></AudioSource></Sources><Notes><Note guid="n1" creatingUser="u2"
      creationDateTime="2024-01-01T10:00:00Z" ><PlainTextContent>Loud.</PlainTextContent><PlainTextSelection guid="x5"
      startPosition="0" endPosition="3" /></Note></Notes><Description></Description></Project>"""
    files = {"Sources/p.txt": text.replace("\n", "\r\n").encode("utf-8-sig"), "Sources/t.txt": "Hello."}
    study = open_study(packed(tmp_path, qde.encode("utf-8-sig"), files))
    assert codings(study, "coder", "document", "code", "quote", "memo", "locator") == [
        ["anna", "Ida", "barrières/hope", "hopes", "R&D", ""],
        ["default", "Ida", "barrières/hope", "Three.\x0cFour.", "", ""],
        ["anna", "talk", "barrières/hope", "", "", "00:00:01–00:00:02"],
        ["unknown", "talk", "barrières/hope", "", "", ""],
    ]
    assert "the XML is not well-formed; 3 places mended" in told(study)
    assert study.participants.values.tolist() == [["Ida", 40.0]] and study.documents["memo"].iat[0] == "Loud."


@pytest.mark.parametrize("ends", ["\r\n", "\r\r\n"])
def test_qualcoder_counts_a_line_end_once_however_windows_wrote_it(tmp_path, ends):
    qde = f"""<Project {SPACE} name="x" origin="QualCoder 3.8.2"><Sources><TextSource guid="1" name="a"
      plainTextPath="internal://a.txt"><PlainTextSelection startPosition="8" endPosition="11"><Coding><CodeRef
      targetGUID="c"/></Coding></PlainTextSelection></TextSource></Sources></Project>"""
    study = open_study(packed(tmp_path, qde, {"Sources/a.txt": ends.join(("one", "two", "six")).encode()}))
    assert study.codings["quote"].tolist() == ["six"]


# --- others ----------------------------------------------------------------------------------------------------------


def test_quirkos(tmp_path):
    qde = f"""<Project {SPACE} name="q" origin="Quirkos 2.5.3"><Users><User guid="1" name="Di"/></Users><Variables>
      <Variable guid="v" name="Gender" typeOfVariable="Text"/></Variables><Cases><Case guid="c1"><VariableValue>
      <VariableRef targetGUID="v"/><TextValue>woman</TextValue></VariableValue><SourceRef targetGUID="s1"/></Case>
      <Case guid="c2"><VariableValue><VariableRef targetGUID="v"/><TextValue>man</TextValue></VariableValue><SourceRef
      targetGUID="s2"/></Case></Cases><Sources><TextSource guid="s1" name="Sam" plainTextPath="internal://s1.txt"/>
      <TextSource guid="s2" name="Tim" plainTextPath="internal://s2.txt"/></Sources></Project>"""
    study = open_study(packed(tmp_path, qde, {"sources/s1.txt": "Yes.", "sources/s2.txt": "No."}))
    assert study.participants.values.tolist() == [["Sam", "woman"], ["Tim", "man"]]
    assert list(study.documents["participant"]) == ["Sam", "Tim"]


def test_transana(tmp_path):
    """A film with transcripts in two languages; clips are selections of a transcript, keyword groups cannot code."""
    points = "".join(f'<SyncPoint guid="p{n}" timeStamp="{n}000" position="{at}"/>' for n, at in enumerate((0, 6, 13)))
    clips = [("x1", "p0", "p1", "k1", "u1"), ("x2", "p1", "p2", "k2", "u2")]
    marks = "".join(
        f'<TranscriptSelection guid="{guid}" name="Clip" fromSyncPoint="{a}" toSyncPoint="{b}" creatingUser="{who}">'
        f'<Description>Look.</Description><Coding guid="y{guid}"><CodeRef targetGUID="{code}"/></Coding>'
        "</TranscriptSelection>"
        for guid, a, b, code, who in clips
    )
    qde = f"""<Project {SPACE} name="t" origin="Transana 4.01 Multi-User"><Users><User guid="u1" name="David"/><User
      guid="u2" name="Jo"/></Users><CodeBook><Codes><Code guid="g1" name="Action" isCodable="false"><Code guid="k1"
      name="Speaks" isCodable="true"/><Code guid="k2" name="Points" isCodable="true"/></Code></Codes></CodeBook><Sources>
      <VideoSource guid="v1" name="Class" path="absolute:///C:/Video/class.mpg" currentPath="absolute:///D:/class.mpg">
      <Transcript guid="t1" name="English" plainTextPath="internal://t1.txt">{points}{marks}</Transcript><Transcript
      guid="t2" name="Deutsch" plainTextPath="internal://t2.txt"/><VideoSelection guid="x3" begin="0" end="500"
      creatingUser="u1"><Coding guid="y3"><CodeRef targetGUID="k2"/></Coding></VideoSelection></VideoSource></Sources>
      </Project>"""
    study = open_study(packed(tmp_path, qde, {"Sources/t1.txt": "Hello everybody.", "Sources/t2.txt": "Hallo alle."}))
    assert list(study.documents["document"]) == ["Class", "Deutsch"]
    assert codings(study, "coder", "document", "code", "quote", "locator", "memo") == [
        ["David", "Class", "action/points", "", "00:00:00–00:00:00.500", ""],
        ["David", "Class", "action/speaks", "Hello ", "00:00:00–00:00:01", "Look."],
        ["Jo", "Class", "action/points", "everybo", "00:00:01–00:00:02", "Look."],
    ]


def test_home_made_files(tmp_path):
    """No namespace, ids that are no GUIDs, colours without their sign, codes right below the codebook, no paths' scheme."""
    qde = """<Project name="h" creatingUserGUID="kdcm-user"><Users><User guid="r-1" name="Ana"/></Users><CodeBook>
      <Code guid="plugin" name="Theme A" color="FF5733"/><Code name="No id"/></CodeBook><Sources><TextSource guid="doc-1"
      name="interview.txt" plainTextPath="Sources/interview.txt"><PlainTextSelection startPosition="0" endPosition="5">
      <Coding><CodeRef targetGUID="plugin"/></Coding></PlainTextSelection></TextSource><PDFSource guid="pdf-1"
      name="small.pdf" path="sources/small.pdf"><PlainTextContent>So small.</PlainTextContent><PlainTextSelection
      startPosition="3" endPosition="8"><Coding><CodeRef targetGUID="plugin"/></Coding></PlainTextSelection></PDFSource>
      </Sources><Selections><PlainTextSelection sourceGUID="doc-1" startPosition="0" endPosition="1"/></Selections>
      <Extensions version="1"/></Project>"""
    study = open_study(packed(tmp_path, qde, {"Sources/interview.txt": "Hello world."}))
    assert codings(study, "coder", "document", "quote") == [["Ana", "interview", "Hello"], ["Ana", "small", "small"]]
    assert study.codes[["code", "colour"]].values.tolist() == [["theme-a", "#FF5733"], ["no-id", ""]]
    assert list(study.coders["coder"]) == ["Ana"], "the only user made what nobody signed"
    assert "2 kinds of elements ('Extensions', 'Selections') that the standard does not know" in told(study)


def test_qualia(tmp_path):
    """Variables within the sources, their values as plain text; cases without a GUID; links; no users."""
    sources = "".join(
        f"""<TextSource guid="guid-P0{n}" name="P0{n}.md" plainTextPath="internal://guid-P0{n}.txt">
        <PlainTextSelection guid="s{n}" startPosition="2" endPosition="6"><Coding guid="k{n}"><CodeRef targetGUID="c-hope"/>
        </Coding></PlainTextSelection><Variable name="papel" typeOfVariable="Text"><VariableValue>R&amp;D</VariableValue>
        </Variable><Variable name="idade" typeOfVariable="Float"><VariableValue>{20 + n}</VariableValue></Variable>
        <Variable name="temas" typeOfVariable="Text"><VariableValue>a</VariableValue><VariableValue>b</VariableValue>
        </Variable><Variable name="vazio" typeOfVariable="Text"></Variable></TextSource>"""
        for n in (1, 2)
    )
    qde = f"""<Project {SPACE} name="corpus" origin="Qualia Coding"><CodeBook><Codes><Code guid="c-hope" name="Hope"
      isCodable="true"/></Codes></CodeBook><Sources>{sources}</Sources><Cases><Case name="jane"><SourceRef
      targetGUID="guid-P01"/></Case><Case name="john"><SourceRef targetGUID="guid-P02"/></Case></Cases></Project>"""
    files = {f"sources/guid-P0{n}.txt": "I hope so." for n in (1, 2)}
    study = open_study(packed(tmp_path, qde, files))
    assert codings(study, "coder", "document", "code", "quote") == [
        ["unknown", "P01", "hope", "hope"],
        ["unknown", "P02", "hope", "hope"],
    ]
    assert list(study.participants) == ["participant", "papel", "idade", "temas"]
    assert study.participants.values.tolist() == [["jane", "R&D", 21.0, "a; b"], ["john", "R&D", 22.0, "a; b"]]
    assert "1 variable ('vazio') without a value" in told(study)


def test_ends_that_belong_to_the_selection(tmp_path):
    """The standard speaks of the first and the last character, and some writers take it by its word."""
    text = "We hope and wait and fear and work and laugh and sing."
    words = ["hope", "wait", "fear", "work", "laugh", "sing"]
    marks = "".join(
        f'<PlainTextSelection startPosition="{text.index(w)}" endPosition="{text.index(w) + len(w) - 1}"><Coding>'
        '<CodeRef targetGUID="c"/></Coding></PlainTextSelection>'
        for w in words
    )
    qde = f"""<Project {SPACE} name="x" origin="Potato"><Sources><TextSource guid="1" name="a"><PlainTextContent>{text}
      </PlainTextContent>{marks}</TextSource></Sources></Project>"""
    study = open_study(packed(tmp_path, qde, {}))
    assert study.codings["quote"].tolist() == words
    assert "but the texts decide" in told(study) and "the end belonging to the selection" in told(study)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le"])
def test_prefixed_elements_text_as_it_is_and_other_encodings(tmp_path, encoding):
    qde = f"""<?xml version="1.0" encoding="{encoding.removesuffix("-sig").removesuffix("-le")}"?><!-- by hand -->
      <q:Project xmlns:q="urn:QDA-XML:project:1.0" name="x"><q:CodeBook><q:Codes><q:Code guid="c" name="Å"/></q:Codes>
      </q:CodeBook><q:Sources><q:TextSource guid="1" name="a"><q:PlainTextContent><![CDATA[R&D <is> \\u0041 good]]>
      </q:PlainTextContent><q:PlainTextSelection startPosition="0" endPosition="3"><q:Coding><q:CodeRef targetGUID="c"/>
      </q:Coding></q:PlainTextSelection></q:TextSource></q:Sources></q:Project>"""
    data = (("\ufeff" if encoding == "utf-16-le" else "\n") + qde).encode(encoding)
    study = open_study(packed(tmp_path, data, {}))
    assert study.codings["quote"].tolist() == ["R&D"] and list(study.codes["name"]) == ["Å"]
    assert study.documents["text"].iat[0].rstrip() == "R&D <is> \\u0041 good", "a backslash of theirs stays one"


@pytest.mark.parametrize(
    ("origin", "space"),
    [
        ("ATLAS.ti Win 23.4.0", "urn:QDA-XML:codebook:1.0"),
        ("NVivo 12 For Mac", "urn:QDA-XML:codebook:1:0"),
        ("Taguette 1.4.1", "urn:QDA-XML:codebook:1.0"),
        ("MAXQDA 2020", "urn:QDA-XML:codebook:0:4"),
        ("Dedoose", "urn:QDA-XML:codebook:1.0"),
    ],
)
def test_codebooks(tmp_path, origin, space):
    path = tmp_path / "codes.qdc"
    path.write_text(
        f"""<?xml version="1.0" encoding="utf-8"?><CodeBook origin="{origin}" xmlns="{space}"
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{space} Codebook.xsd"><Codes><Code
        guid="1FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="Work" color="#46AA00" isCodable="true"><Description>Paid.
        </Description><Code guid="2" name="Pay" isCodable="false"/></Code></Codes><Sets><Set name="group" guid="3">
        <Description>first</Description><MemberCode guid="1FF58B12-6F6F-4B0C-8BE5-BBDC91F55294"/></Set></Sets>
        </CodeBook>""",
        encoding="utf-8-sig",
    )
    study = open_study(path)
    assert study.codes[["code", "parent", "colour"]].values.tolist() == [
        ["work", "", "#46AA00"],
        ["work/pay", "work", ""],
    ]
    assert told(study).startswith(f"codes.qdc: a codebook of {origin} with 2 codes")
    assert dict(zip(study.codes["name"], study.codes["sets"], strict=True))["Work"] == "group"
    assert study.memos[["title", "text"]].values.tolist() == [["group", "first"]]
