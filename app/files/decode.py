"""A program of its own that opens what strangers sent: `python -I decode.py thumbnail|image|text FILE TYPE` (S-29).

It knows nothing of us: no settings, no database, an empty environment. Before it looks at a single byte it gives up
memory, processor time and open files. What it makes goes to its standard output; anything but exit 0 means "nothing".
"""

import resource
import sys
from typing import Any

MOST_PIXELS = 40_000_000
MOST_CHARS = 200_000
MOST_PAGES = 50
EDGES = {"thumbnail": 320, "image": 1600}
MIB = 1024 * 1024
LIMITS = {
    resource.RLIMIT_AS: 768 * MIB,
    resource.RLIMIT_CPU: 10,
    resource.RLIMIT_FSIZE: 16 * MIB,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}


def main(kind: str, path: str, media_type: str) -> None:
    """Make one view of one file."""
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))
    is_pdf = media_type == "application/pdf"
    if kind == "text":
        sys.stdout.buffer.write((_pdf_text(path) if is_pdf else _text(path)).encode("utf-8", "ignore"))
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
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        return file.read(MOST_CHARS)


if __name__ == "__main__":
    main(*sys.argv[1:4])
