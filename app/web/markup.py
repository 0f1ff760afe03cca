"""Message text → safe HTML. Markdown first, then an allow-list: what a customer sends never reaches a page raw.

No images (a remote one tells its sender who read the letter and when), no classes, no ids, no raw HTML.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def with_names(html: Markup, names: Sequence[str]) -> Markup:
    """Safe HTML with `@Name` of these people marked, in the text and not in tags or addresses."""
    if not names:
        return html
    spelt = "|".join(re.escape(str(escape(name))) for name in sorted(names, key=len, reverse=True))
    called = re.compile(rf"(?<![\w@])@(?:{spelt})(?!\w)", re.IGNORECASE)
    pieces = re.split(r"(<[^>]*>)", str(html))
    marked = [
        piece if piece.startswith("<") else called.sub(lambda match: f'<b class="called">{match[0]}</b>', piece)
        for piece in pieces
    ]
    return Markup("".join(marked))  # noqa: S704 — it was safe, and what is added is ours


@lru_cache(maxsize=2_000)
def safe_html(text: str) -> Markup:
    """The text as HTML that may stand in a page as it is. Headings are kept, but styled as bold lines."""
    return Markup(  # noqa: S704 — nh3 has just cleaned it
        nh3.clean(
            _markdown.render(text),
            tags=TAGS,
            attributes={"a": {"href", "title"}, "ol": {"start"}},
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener noreferrer nofollow ugc",
        )
    )
