"""A hundred and twenty files that want to be run, or to be taken for something else (RELIABILITY.md S-23).

Ten scripts that a browser could run, each in twelve disguises.
"""

import io
import zlib
from collections.abc import Callable, Iterator

from PIL import Image

from tests.files.office import archive
from tests.files.samples import pdf

RUN = "alert('ran')"
SCRIPTS = {
    "html": f"<html><body><script>{RUN}</script></body></html>",
    "html without a head": f"<script>{RUN}</script>",
    "html by an error": f'<img src=x onerror="{RUN}">',
    "svg": f'<svg xmlns="http://www.w3.org/2000/svg"><script>{RUN}</script></svg>',
    "svg by loading": f'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"/>',
    "svg with html": f'<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><body xmlns="http://www.w3.org/1999/xhtml">'
    f"<script>{RUN}</script></body></foreignObject></svg>",
    "xhtml": f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>{RUN}</script></html>',
    "xml with a style": '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#s"?><x id="s"><xsl:stylesheet'
    f' xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><script>{RUN}</script></xsl:stylesheet></x>',
    "mhtml": "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
    f"Content-Type: text/html\r\n\r\n<script>{RUN}</script>\r\n--b--\r\n",
    "script": f"{RUN};//<script>{RUN}</script>",
}


def _png(words: bytes) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return out.getvalue() + words


def _jpeg(words: bytes) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "JPEG", comment=words)
    return out.getvalue()


def _pdf(words: bytes) -> bytes:
    act = b"/OpenAction <</S /JavaScript /JS (app.alert('ran'))>> /Pages 2"
    return pdf("x").replace(b"/Pages 2", act) + b"\n%" + words


DISGUISES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "as it is": ("page.html", lambda words: words),
    "called a picture": ("photo.png", lambda words: words),
    "behind a mark": ("page.htm", lambda words: b"\xef\xbb\xbf" + words),
    "in utf-16": ("page.xht", lambda words: words.decode().encode("utf-16")),
    "in utf-7": ("page.txt", lambda words: words.replace(b"<", b"+ADw-").replace(b">", b"+AD4-")),
    "behind spaces": ("drawing.svg", lambda words: b" \n\t" * 50 + words),
    "behind a comment": ("drawing.svgz", lambda words: b"<!-- " + b"x" * 3_000 + b" -->" + words),
    "far behind words": ("letter.txt", lambda words: b"Dear Ana,\n" * 1_000 + words),
    "in a gif": ("anim.gif", lambda words: b"GIF89a/*" + words + b"*/=1;"),
    "behind a picture": ("photo.jpg.html", _png),
    "in a jpeg": ("photo.jpeg", _jpeg),
    "in a pdf or an archive": (
        "bill.pdf",
        lambda words: _pdf(words) if zlib.crc32(words) % 2 else archive({"index.html": words, "META-INF/x": b""}),
    ),
}


def hostile() -> Iterator[tuple[str, str, bytes]]:
    """What it is, how it is called, and its bytes."""
    for what, words in SCRIPTS.items():
        for disguise, (name, wrap) in DISGUISES.items():
            yield f"{what}, {disguise}", name, wrap(words.encode())
