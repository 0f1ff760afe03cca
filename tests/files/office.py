"""Office files, mails and markup as programs write them, and as attackers do."""

import io
import zipfile
from email.message import EmailMessage

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
X = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
T = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'


def archive(parts: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these parts, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(*paragraphs: str, head: str = "", **more: str | bytes) -> bytes:
    """A text document; `head` stands before its markup."""
    said = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs)
    document = f'<?xml version="1.0"?>{head}<w:document {W}><w:body>{said}</w:body></w:document>'
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **more})


def pptx(*slides: str) -> bytes:
    """Slides with a line each."""
    parts: dict[str, str | bytes] = {"ppt/presentation.xml": "<p/>"}
    for number, words in enumerate(slides, start=1):
        parts[f"ppt/slides/slide{number}.xml"] = f"<s {A}><a:p><a:r><a:t>{words}</a:t></a:r></a:p></s>"
    return archive(parts)


def xlsx(shared: list[str], rows: list[list[str]]) -> bytes:
    """A sheet; cells are numbers, `=` texts written in place, or `#3`: the third shared string."""

    def cell(value: str) -> str:
        if value.startswith("#"):
            return f'<c t="s"><v>{value[1:]}</v></c>'
        if value.startswith("="):
            return f'<c t="inlineStr"><is><t>{value[1:]}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    sheet = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    strings = "".join(f"<si><t>{words}</t></si>" for words in shared)
    return archive(
        {
            "xl/workbook.xml": "<workbook/>",
            "xl/worksheets/sheet1.xml": f"<worksheet {X}><sheetData>{sheet}</sheetData></worksheet>",
            "xl/sharedStrings.xml": f"<sst {X}>{strings}</sst>",
        }
    )


def odf(kind: str, *paragraphs: str, head: str = "") -> bytes:
    """An OpenDocument file: text, spreadsheet or presentation."""
    said = "".join(f"<text:p>{words}</text:p>" for words in paragraphs)
    return archive(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<?xml version='1.0'?>{head}<office {T}><meta>unseen</meta>{said}</office>",
        },
        zipfile.ZIP_STORED,
    )


def eml(words: str, html: str = "", attached: str = "") -> bytes:
    """A mail, perhaps with a second form and a file."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Zoë <zoe@example.com>", "desk@example.com", "Pump broken"
    letter.set_content(words)
    if html:
        letter.add_alternative(html, subtype="html")
    if attached:
        letter.add_attachment(b"bytes", maintype="application", subtype="octet-stream", filename=attached)
    return letter.as_bytes()
