"""The words in HTML, without scripts, styles and comments."""

from html.parser import HTMLParser

MOST_MARKUP = 1_000_000
SILENT = frozenset({"script", "style", "template", "noscript"})
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "code", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "u"}
)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silence = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT and not self._silence:
            self._silence = tag
        if tag not in INLINE:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silence:
            self._silence = ""
        if tag not in INLINE:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silence:
            self.found.append(data)


def text(markup: str) -> str:
    """What a reader would see, line by line."""
    parser = _Words()
    parser.feed(markup[:MOST_MARKUP])
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.found).splitlines())
    return "\n".join(line for line in lines if line)
