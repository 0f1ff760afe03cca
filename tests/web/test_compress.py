"""Answers are compressed as the browser takes them."""

import brotli  # type: ignore[import-untyped]
import pytest
from starlette.testclient import TestClient

from app.web.compress import best_encoding
from tests.web.office import Office


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("identity", None), ("br;q=0, gzip", "gzip"), ("", None)],
)
def test_the_better_encoding_that_is_taken_wins(accept: str, chosen: str | None) -> None:
    assert best_encoding(accept) == chosen


def raw(browser: TestClient, path: str, encoding: str) -> tuple[bytes, dict[str, str]]:
    """The body as it travels."""
    with browser.stream("GET", path, headers={"accept-encoding": encoding}) as answer:
        return b"".join(answer.iter_raw()), dict(answer.headers)


def test_a_page_travels_as_brotli_and_is_the_same_page(office: Office) -> None:
    plain, _ = raw(office.stranger(), "/sign-in", "identity")
    squeezed, headers = raw(office.stranger(), "/sign-in", "br")
    assert headers["content-encoding"] == "br"
    assert len(squeezed) < len(plain) / 2
    assert brotli.decompress(squeezed) == plain


def test_static_files_may_be_kept_for_a_year_under_their_fingerprint(office: Office) -> None:
    page = office.stranger().get("/sign-in").text
    address = page.split('stylesheet" href="')[1].split('"')[0]
    answer = office.stranger().get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "--canvas" in answer.text
