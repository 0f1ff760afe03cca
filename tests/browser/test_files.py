"""Files in a real browser: chosen, sent with progress, shown; and what attackers send runs nowhere (S-23)."""

import io
from functools import partial
from itertools import islice

import pytest
from PIL import Image
from playwright.sync_api import Browser, Download, Error, expect

from tests.browser.house import House, window
from tests.depth import DEPTH
from tests.files.hostile import hostile

pytestmark = pytest.mark.xdist_group("browser")


def _picture() -> bytes:
    out = io.BytesIO()
    Image.radial_gradient("L").save(out, "PNG")
    return out.getvalue()


def _comes_from(address: str, download: Download) -> bool:
    return download.url == address


def test_files_are_chosen_taken_back_sent_and_shown(browser: Browser, house: House) -> None:
    ticket = house.ticket(title="With pictures")
    with window(browser, house) as w:
        page = w.open(f"/tickets/{ticket.number}")
        page.get_by_label("Attach files").set_input_files(
            [
                {"name": "sun.png", "mimeType": "image/png", "buffer": _picture()},
                {"name": "wrong.txt", "mimeType": "text/plain", "buffer": b"Not this one."},
            ]
        )
        expect(page.locator("[data-files-list] progress")).to_have_count(0)
        page.locator("[data-files-list] li", has_text="wrong.txt").get_by_role("button", name="Remove").click()
        page.get_by_label("Message").fill("Here it is.")
        page.get_by_role("button", name="Send").click()
        shown = page.locator(".message").last
        expect(shown.locator(".files li")).to_have_count(1)
        expect(shown.get_by_role("link", name="sun.png", exact=True)).to_be_visible()
        drawn = "image => image.complete && image.naturalWidth > 0"
        shown.locator("img").scroll_into_view_if_needed()
        page.wait_for_function(drawn, arg=shown.locator("img").element_handle())


EACH = 5
"""Of ten scripts in twelve disguises every fifth: each script, each disguise. test_hostile.py looks at all answers."""


def test_nothing_that_attackers_send_runs_in_a_browser(browser: Browser, house: House) -> None:
    with window(browser, house) as w:
        page = w.open("/tickets")
        ran: list[str] = []
        page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
        for what, name, content in islice(hostile(), 0, None, max(1, EACH // DEPTH)):
            answer = page.request.post(
                f"{house.url}/api/v1/files?name={name}", data=content, headers={"content-type": "text/html"}
            )
            address = f"{house.url}/api/v1/files/{answer.json()['id']}"
            is_ours = partial(_comes_from, address)  # what is embedded below is downloaded, too
            aborted = pytest.raises(Error, match=r"ERR_ABORTED|Download is starting")
            with page.expect_download(is_ours) as download, aborted:
                page.goto(address)
            assert download.value.suggested_filename == name, what
            page.evaluate(
                "address => { for (const name of ['iframe', 'img', 'embed']) document.body.append("
                "Object.assign(document.createElement(name), { src: address })); }",
                address,
            )
        page.wait_for_timeout(1_500)  # nothing is what we wait for: a script would have had its time
        assert ran == []
        w.troubles.clear()  # the browser says that it refused them
