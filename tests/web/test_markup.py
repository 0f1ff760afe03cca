"""What customers send is shown, never run."""

import re

import pytest

from app.web.markup import safe_html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "![tracker](https://example.com/seen.gif)",
        "<a href='data:text/html,x'>x</a>",
        '<p style="position:fixed">x</p>',
        "<svg onload=alert(1)>",
        "[x](data:text/html;base64,AAAA)",
    ],
)
def test_nothing_that_runs_or_calls_home_comes_through(text: str) -> None:
    tags = " ".join(re.findall(r"<[^>]*>", safe_html(text)))
    assert not re.search(r"script|img|svg|style|data:|\son\w+=", tags)


def test_markdown_becomes_html_with_guarded_links() -> None:
    html = safe_html("**now**\n\n- one\n\n[us](https://example.com)")
    assert "<strong>now</strong>" in html
    assert "<li>one</li>" in html
    assert 'rel="noopener noreferrer nofollow ugc"' in html


def test_line_breaks_of_plain_mails_stay() -> None:
    assert "<br>" in safe_html("Hello,\nmy printer")
