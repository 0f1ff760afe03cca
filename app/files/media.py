"""What a content is: decided by its first bytes, never by its name or by what the sender says (RELIABILITY.md S-23)."""

OTHER = "application/octet-stream"
TEXT = "text/plain"
PDF = "application/pdf"
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
TYPES = IMAGES | {OTHER, TEXT, PDF}
"""All that we ever call a content."""

HEAD_BYTES = 4096

MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", PDF),
)
CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}


def media_type(head: bytes) -> str:
    """The type of a content that begins with `head` (its first `HEAD_BYTES`): one of our few, or `OTHER`.

    Markup (HTML, SVG, XML) has no type here: nothing that a browser could run is ever called by its name.
    """
    for magic, name in MAGIC:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return TEXT if _is_plain_text(head) else OTHER


def _is_plain_text(head: bytes) -> bool:
    if not head or not CONTROLS.isdisjoint(head):
        return False
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(head) < HEAD_BYTES or error.start < len(head) - 3:  # a character may be cut in two at the end
            return False
        text = head[: error.start].decode("utf-8-sig")
    return not text.lstrip().startswith("<")
