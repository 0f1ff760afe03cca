"""A program of its own that opens what strangers sent: `python -I decode.py thumbnail|image|text FILE TYPE` (S-29).

It knows nothing of us: no settings, no database, an empty environment. Before it looks at a single byte it gives up
memory, processor time and open files. What it makes goes to its standard output; anything but exit 0 means "nothing".
"""

import codecs
import importlib
import os
import resource
import sys
from typing import Any

MOST_PIXELS = 40_000_000
MOST_CHARS = 200_000
MOST_MARKUP = 1_000_000
MOST_PAGES = 50
EDGES = {"thumbnail": 320, "image": 1600}
MIB = 1024 * 1024
READERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "readers")
HEAD_BYTES = 4096
CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}
LIMITS = {
    resource.RLIMIT_AS: 304 * MIB,
    resource.RLIMIT_CPU: 5,
    resource.RLIMIT_FSIZE: 16 * MIB,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}
OF_WORDS = {resource.RLIMIT_CPU: 2}
"""To take words out is quick, or somebody wants it to be slow. (A photo of 40 million pixels takes a second or two.)"""


def main(kind: str, path: str, media_type: str) -> None:
    """Make one view of one file."""
    for limit, value in {**LIMITS, **(OF_WORDS if kind == "text" else {})}.items():
        resource.setrlimit(limit, (value, value))
    is_pdf = media_type == "application/pdf"
    if kind == "text":
        words = _pdf_text(path) if is_pdf else _text(path)
        sys.stdout.buffer.write(words[:MOST_CHARS].encode("utf-8", "ignore"))
        return
    picture = _first_page(path, EDGES[kind]) if is_pdf else _picture(path)
    _save(picture, EDGES[kind])


def _picture(path: str) -> Any:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # ours is smaller, and says no instead of warning
    picture = Image.open(path, formats=["PNG", "JPEG", "GIF", "WEBP"])
    if picture.width * picture.height > MOST_PIXELS:
        sys.exit("too many pixels")
    picture.draft("RGB", (EDGES["image"], EDGES["image"]))
    return picture


def _save(picture: Any, edge: int) -> None:
    """New pixels in a new file: nothing of the old one's metadata, trailers or tricks comes along."""
    from PIL import ImageOps

    if picture.mode not in ("RGB", "RGBA", "L"):
        picture = picture.convert("RGBA" if "transparency" in picture.info or picture.mode in ("LA", "PA") else "RGB")
    picture.thumbnail((edge, edge))
    upright = ImageOps.exif_transpose(picture)
    upright.info = {}
    upright.save(sys.stdout.buffer, "WEBP", quality=80, exif=b"", icc_profile=b"", xmp=b"")


def _first_page(path: str, edge: int) -> Any:
    import pypdfium2

    page = pypdfium2.PdfDocument(path)[0]
    longest = max(*page.get_size(), 1.0)
    return page.render(scale=min(edge / longest, 4.0)).to_pil()


def _pdf_text(path: str) -> str:
    import pypdfium2

    document, words = pypdfium2.PdfDocument(path), ""
    for number in range(min(len(document), MOST_PAGES)):
        words += document[number].get_textpage().get_text_range()[:MOST_CHARS] + "\n"
        if len(words) > MOST_CHARS:
            break
    return words[:MOST_CHARS]


def _text(path: str) -> str:
    """By what it is: an office file, a mail, markup, or plain words in one of the usual encodings."""
    with open(path, "rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"PK\x03\x04"):
        return str(_reader("office").text(path, MOST_CHARS))
    encoding = _encoding(head)
    if head.lstrip().startswith(b"<") or head.decode(encoding, "replace").lstrip("\ufeff \t\r\n").startswith("<"):
        return str(_reader("markup").text(_read(path, encoding, MOST_MARKUP)))
    if _reader("letter").is_one(head):
        return str(_reader("letter").text(path, _reader("markup").text))
    return _read(path, encoding, MOST_CHARS)


def _encoding(head: bytes) -> str:
    """UTF-16 says so at its beginning; what is no UTF-8 is taken for Western European."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if not CONTROLS.isdisjoint(head):
        sys.exit("no text")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _read(path: str, encoding: str, most: int) -> str:
    with open(path, encoding=encoding, errors="replace") as file:
        return file.read(most)


def _reader(name: str) -> Any:
    """A module beside this program: alone as it runs, it finds none by itself."""
    if READERS not in sys.path:
        sys.path.append(READERS)
    return importlib.import_module(name)


if __name__ == "__main__":
    main(*sys.argv[1:4])
