"""Message text → safe HTML. Markdown first, then an allow-list: what a customer sends never reaches a page raw.

No images (a remote one tells its sender who read the letter and when), no classes, no ids, no raw HTML.
"""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


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
