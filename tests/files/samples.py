"""Files as people send them, and as attackers do."""

import io
import struct
import zlib

from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 600), mode: str = "RGB") -> bytes:
    """A picture that a program made."""
    out = io.BytesIO()
    Image.effect_mandelbrot(size, (-2, -1.5, 1, 1.5), 20).convert(mode).save(out, kind)
    return out.getvalue()


def pdf(words: str) -> bytes:
    """One page that says something. (No table of places: readers make it anew.)"""
    drawn = f"BT /F1 24 Tf 72 720 Td ({words}) Tj ET".encode()
    return b"\n".join(
        [
            b"%PDF-1.4",
            b"1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj",
            b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj",
            b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
            b" /Resources <</Font <</F1 5 0 R>>>>>> endobj",
            b"4 0 obj <</Length %d>> stream\n%s\nendstream endobj" % (len(drawn), drawn),
            b"5 0 obj <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>> endobj",
            b"trailer <</Root 1 0 R>>",
        ]
    )


def png_of(width: int, height: int, rows: int = 0) -> bytes:
    """A PNG whose header promises this size, with so many empty rows in a few bytes."""
    header = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    squeezed = zlib.compress(b"\0" * ((width * 3 + 1) * rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", squeezed) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
