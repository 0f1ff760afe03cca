"""Small files that want to become large, long or endless when somebody opens them (RELIABILITY.md S-29)."""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

from PIL import Image

from tests.files.office import W, archive, docx, eml
from tests.files.samples import pdf, png_of

ENTITIES = "<!DOCTYPE x [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
)
LAST = b"\3\0"
"""The end of a deflated stream."""

OUTSIDE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"


def zip_of_zips(depth: int = 3) -> bytes:
    """Archives in archives in archives."""
    content = b"\0" * 10_000_000
    for _ in range(depth):
        content = archive({f"{n}.zip": content for n in range(5)})
    return content


def zeros_in_word(megabytes: int) -> bytes:
    """A document of spaces, a thousandth of its size on the wire."""
    start, middle, end = b"<w:document><w:p><w:t>", b" " * 1_000_000, b"</w:t></w:p></w:document>"
    content = _deflated(start) + _deflated(middle) * megabytes + _deflated(end) + LAST
    sum_ = zlib.crc32(start)
    for _ in range(megabytes):
        sum_ = zlib.crc32(middle, sum_)
    size = len(start) + megabytes * len(middle) + len(end)
    return _zip_of(content, zlib.crc32(end, sum_), size, [b"word/document.xml"])


def overlapping(copies: int) -> bytes:
    """Many names for one compressed stretch of bytes."""
    core = zlib.compress(b" " * 5_000_000, 9)[2:-4]
    sum_ = zlib.crc32(b" " * 5_000_000)
    names = [b"word/document.xml", *(b"word/header%d.xml" % n for n in range(copies))]
    return _zip_of(core, sum_, 5_000_000, names)


def lying(size: int) -> bytes:
    """An archive whose directory says that its part is small."""
    honest = zeros_in_word(50)
    place = honest.rindex(b"PK\1\2")
    return honest[: place + 24] + struct.pack("<I", size) + honest[place + 28 :]


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG whose frame says so."""
    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "JPEG")
    content = out.getvalue()
    frame = content.index(b"\xff\xc0")
    return content[: frame + 5] + struct.pack("!HH", height, width) + content[frame + 9 :]


def png_with(kind: bytes, head: bytes, megabytes: int) -> bytes:
    """A small picture with a note that unpacks to megabytes."""
    small = png_of(4, 4, rows=4)
    data = head + repeated(b"A", megabytes)
    chunk = struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
    return small[:33] + chunk + small[33:]


def frames(count: int) -> bytes:
    """A GIF with so many pictures."""
    out = io.BytesIO()
    first, *others = [Image.new("L", (40, 40), n % 250) for n in range(count)]
    first.save(out, "GIF", save_all=True, append_images=others)
    return out.getvalue()


def pdf_with(stream: bytes, extra: bytes) -> bytes:
    """A page whose content is this stream."""
    drawn = b"\n4 0 obj <<%s /Length %d>> stream\n%s\nendstream endobj" % (extra, len(stream), stream)
    return pdf("x").replace(b"4 0 obj <<", b"9 0 obj <<") + drawn


def nested_mail(depth: int) -> bytes:
    """Parts in parts in parts."""
    lines = [b"From: a@example.com\nSubject: x\nMIME-Version: 1.0\n"]
    lines += [b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth)]
    return b"".join(lines) + b"Content-Type: text/plain\n\nwords\n"


def _greedy_lzma() -> bytes:
    made = bytearray(archive({"word/document.xml": f"<w:p {W}/>" * 3}, zipfile.ZIP_LZMA))
    place = made.index(b"document.xml") + len(b"document.xml")
    made[place + 5 : place + 9] = b"\xff\xff\xff\xff"  # the dictionary's size, behind version, length and properties
    return bytes(made)


def _mail_of_parts(count: int) -> bytes:
    whole = eml("words", "<p>words</p>")
    boundary = whole.split(b'boundary="', 1)[1].split(b'"', 1)[0]
    part = b"--" + boundary + b"\nContent-Type: text/plain\n\nmore\n"
    end = b"--" + boundary + b"--"
    return whole.replace(end, part * count + end)


def repeated(byte: bytes, megabytes: int) -> bytes:
    """What zlib would make of so many megabytes of one byte, for the price of the first."""
    one, sum_ = byte * 1_000_000, zlib.adler32(b"")
    for _ in range(megabytes):
        sum_ = zlib.adler32(one, sum_)
    return b"\x78\xda" + _deflated(one) * megabytes + LAST + struct.pack("!I", sum_)


def _deflated(content: bytes) -> bytes:
    """A stretch that others may follow."""
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    return press.compress(content) + press.flush(zlib.Z_FULL_FLUSH)


def _zip_of(deflated: bytes, sum_: int, size: int, names: list[bytes]) -> bytes:
    """An archive of one compressed stretch of bytes under some names."""
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, sum_, len(deflated), size, len(names[0]), 0)
    body = local + names[0] + deflated
    entry = (20, 20, 0, 8, 0, 0, sum_, len(deflated), size)
    entries = b"".join(
        struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", *entry, len(name), 0, 0, 0, 0, 0, 0) + name for name in names
    )
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, len(names), len(names), len(entries), len(body), 0)
    return body + entries + end


BOMBS: dict[str, Callable[[], bytes]] = {
    "image png 50k x 50k": lambda: png_of(50_000, 50_000),
    "image png 50k x 50k with rows": lambda: png_of(50_000, 50_000, rows=200),
    "image png 2^31 x 2^31": lambda: png_of(2**31 - 1, 2**31 - 1),
    "image png 100k x 400": lambda: png_of(100_001, 400),
    "image png without its rows": lambda: png_of(6_000, 6_000),
    "image png 6k x 6k": lambda: png_of(6_000, 6_000, rows=6_000),
    "image png with a long note": lambda: png_with(b"zTXt", b"Comment\0\0", 200),
    "image png with a long profile": lambda: png_with(b"iCCP", b"ICC\0\0", 200),
    "image jpeg 65k x 65k": lambda: jpeg_of(65_500, 65_500),
    "image gif 65k x 65k": lambda: (
        b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;"
    ),
    "image gif of 2000 frames": lambda: frames(2_000),
    "image gzip 1000:1": lambda: gzip.compress(b"\0" * 20_000_000),
    "pdf with a page of 10^9": lambda: pdf("x").replace(b"612 792", b"999999999 999999999"),
    "pdf whose pages are themselves": lambda: pdf("x").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
    "pdf of a million pages": lambda: pdf("x").replace(b"/Count 1", b"/Count 1000000"),
    "pdf with a stream of 300 MB": lambda: pdf_with(repeated(b" ", 300), b"/Filter /FlateDecode"),
    "pdf packed fifty times": lambda: pdf_with(
        zlib.compress(b"x" * 1_000), b"/Filter [" + b"/FlateDecode " * 50 + b"]"
    ),
    "pdf that draws itself": lambda: pdf_with(
        b"/F Do", b"/Type /XObject /Subtype /Form /Resources <</XObject <</F 4 0 R>>>>"
    ),
    "pdf with brackets in brackets": lambda: pdf_with(b"[" * 2_000_000, b""),
    "text zip of zips": zip_of_zips,
    "text word of a gigabyte": lambda: zeros_in_word(1_000),
    "text word with entities": lambda: docx("&a11;", head=ENTITIES),
    "text word that reads a file": lambda: docx("&a;", head=OUTSIDE),
    "text word a million deep": lambda: docx("<x>" * 1_000_000),
    "text word with a long name": lambda: docx(f"<x a='{'y' * 30_000_000}'/>"),
    "text word with many attributes": lambda: docx("<x " + " ".join(f"a{n}='1'" for n in range(300_000)) + "/>"),
    "text word of many parts": lambda: docx("x", **{f"word/header{n}.xml": "<h/>" for n in range(60_000)}),
    "text word whose parts overlap": lambda: overlapping(1_000),
    "text word that lies about its size": lambda: lying(10),
    "text lzma with a dictionary of 4 GB": _greedy_lzma,
    "text html 200k deep": lambda: b"<html>" + b"<div>" * 200_000,
    "text html of open comments": lambda: b"<html>" + b"<!--" * 250_000,
    "text html of open declarations": lambda: b"<html>" + b"<![" * 300_000,
    "text html of entities": lambda: b"<html>" + b"&" * 1_000_000,
    "text mail 3000 deep": lambda: nested_mail(3_000),
    "text mail of many fields": lambda: b"From: a@example.com\n" + b"X-A: b\n" * 300_000 + b"\nwords",
    "text mail of many parts": lambda: _mail_of_parts(20_000),
    "text mail with a long field": lambda: b"From: a@example.com\nTo: b@c\nSubject: " + b"=?utf-8?q?a?= " * 200_000,
    "text of 25 MB on one line": lambda: b"word " * 5_000_000,
}
"""Each by its name, made when it is wanted; the first word says how it is opened."""


@cache
def bomb(name: str) -> bytes:
    """The bytes of one."""
    return BOMBS[name]()
