"""The words inside of files: what search and readers get of office files, mails, markup and tables."""

import pytest

from app.files.examine import examine
from tests.api.house import ApiHouse
from tests.files.office import archive, docx, eml, odf, pptx, xlsx
from tests.files.test_api import attached

FILES = {
    "docx": (docx("The pump", "hums &amp; leaks"), "The pump\nhums & leaks"),
    "docx with a header": (
        docx("Body", **{"word/header1.xml": "<h><w:p xmlns:w='w'><w:t>Above</w:t></w:p></h>"}),
        "Body\nAbove",
    ),
    "pptx": (pptx(*[f"Slide {n}" for n in range(1, 12)]), "\n".join(f"Slide {n}" for n in range(1, 12))),
    "xlsx": (xlsx(["Pump", "Valve"], [["#0", "4711"], ["#1", "=in place"]]), "Pump\nValve\n4711\nin place"),
    "odt": (odf("text", "The pump", "hums"), "The pump\nhums"),
    "ods": (odf("spreadsheet", "Valve", "12"), "Valve\n12"),
    "html": (b"<html><title>Bill</title><script>bad()</script><p>Pay &euro; <b>5</b>0<p>soon", "Bill\nPay € 50\nsoon"),
    "html in utf-16": ("<p>Grüße</p>".encode("utf-16"), "Grüße"),
    "csv": (b"pump;4711\nvalve;12\n", "pump;4711\nvalve;12"),
    "csv from Windows": ("Stra\xdfe;5\n".encode("cp1252"), "Straße;5"),
    "unicode text": ("Größe 5".encode("utf-16"), "Größe 5"),
    "eml": (
        eml("It hums.", "<p>It <b>hums</b>.</p>", "photo.jpg"),
        "From: Zoë <zoe@example.com>\nTo: desk@example.com\nSubject: Pump broken\nIt hums.\n\nIt hums.\nphoto.jpg",
    ),
}
SILENT = {
    "a plain archive": archive({"letter.txt": "words"}),
    "an archive of office files": archive({"a.docx": docx("words")}),
    "a picture of nothing": b"\0\1\2\3",
    "a broken archive": docx("words")[:-30],
    "an office file with a document type": docx("words &x;", head='<!DOCTYPE w [<!ENTITY x "ha">]>'),
    "an office file that is no XML": archive({"word/document.xml": "<w:p><w:t>words"}),
}


@pytest.mark.parametrize("kind", FILES)
def test_the_words_of_a_file_can_be_read(house: ApiHouse, kind: str) -> None:
    content, words = FILES[kind]
    file = attached(house, "cleo", content=content)
    examine(house.settings)
    assert house.cleo.get(f"/api/v1/files/{file}/text").json() == {"text": words}


@pytest.mark.parametrize("kind", SILENT)
def test_what_is_none_of_these_has_no_words(house: ApiHouse, kind: str) -> None:
    file = attached(house, "cleo", content=SILENT[kind])
    examine(house.settings)
    assert house.cleo.get(f"/api/v1/files/{file}/text").json()["code"] == "no_view"
