"""Writing with scripts at work: drafts on any machine, who else writes, names, second thoughts."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app.macros.setup import define_reply
from app.outgoing.schedule import Wish, schedule
from app.tickets.commands import Reply
from app.worktime.book import NewTime, book_time
from core import clock
from tests.browser.house import LOOKS, House, until, window

pytestmark = pytest.mark.xdist_group("browser")


def test_a_draft_is_back_on_another_machine_and_knows_what_it_was_begun_with(browser: Browser, house: House) -> None:
    ticket = house.ticket(title="Drafted here and there")
    with house.database.transaction() as session:
        ana, wish = house.world.actor("ana"), {"name": "Half", "body": "Half a thought"}
        canned = define_reply(session, ana, **wish, audience="private", queue_id=None).id
    with window(browser, house, "ana") as w:
        page = w.open(f"/tickets/{ticket.number}")
        page.get_by_role("button", name="Insert").click()
        expect(page.locator("[data-draft-words]")).to_have_text("Draft saved.")
    with window(browser, house, "ana") as w:
        page = w.open(f"/tickets/{ticket.number}")
        expect(page.locator("#reply")).to_have_value("Half a thought")
        expect(page.locator("[name=begun_with]")).to_have_value(str(canned))
        with page.expect_response(lambda answer: answer.url.endswith("/drafts/note") and answer.ok):
            page.get_by_label("Internal note").check()
            page.locator("#reply").fill("A note instead")
        page.reload()
        expect(page.locator("#reply")).to_have_value("A note instead")
        expect(page.get_by_label("Internal note")).to_be_checked()


def test_colleagues_see_who_writes_until_it_is_sent(browser: Browser, house: House) -> None:
    ticket = house.ticket(title="Two at once")
    with window(browser, house) as mine, window(browser, house, "ana") as hers:
        page = mine.open(f"/tickets/{ticket.number}")
        until(lambda: page.evaluate("window.clearqueue.connected"))
        other = hers.open(f"/tickets/{ticket.number}")
        other.locator("#reply").press_sequentially("Dear")
        expect(page.locator("[data-writers]")).to_have_text("Ana is writing a reply.")
        other.locator("#reply").fill("Dear Cleo, it is done.")
        other.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(".thread")).to_contain_text("it is done")
        expect(page.locator("[data-writers]")).to_be_hidden()


def test_a_reply_begun_before_the_customer_wrote_asks_before_it_goes(browser: Browser, house: House) -> None:
    ticket = house.ticket(title="Crossing")
    with window(browser, house) as w:
        page = w.open(f"/tickets/{ticket.number}")
        until(lambda: page.evaluate("window.clearqueue.connected"))
        page.locator("#reply").fill("We will send a new one.")
        with house.database.transaction() as session:
            house.world.session = session
            house.world.do("cleo", Reply(body="I have found it."), ticket, at=clock.now())
        expect(page.locator("[data-thread]")).to_contain_text("I have found it.")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator("h1")).to_contain_text("meanwhile")
        expect(page.locator(".entries")).to_contain_text("I have found it.")
        expect(page.locator("textarea")).to_have_value("We will send a new one.")
        w.troubles.clear()  # the browser notes the 412


def test_names_are_offered_in_notes_and_only_of_readers(browser: Browser, house: House) -> None:
    ticket = house.ticket(title="Called")
    with window(browser, house, "ana") as w:
        page = w.open(f"/tickets/{ticket.number}")
        page.get_by_label("Internal note").check()
        page.locator("#reply").press_sequentially("Please look, @")
        expect(page.locator(".names li", has_text="Dov")).to_be_visible()
        assert not {"Bo", "Cleo"} & set(page.locator(".names li").all_inner_texts())
        page.locator("#reply").press_sequentially("Do")
        expect(page.locator(".names li")).to_have_text(["Dov"])
        page.keyboard.press("Enter")
        expect(page.locator("#reply")).to_have_value("Please look, @Dov ")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(".called")).to_have_text("@Dov")
    with window(browser, house) as w:
        page = w.open("/mentions")
        expect(page.locator(".mentions")).to_contain_text("New")
        page.get_by_role("link", name="Called").first.click()
        expect(page.locator(".called")).to_be_visible()
        until(lambda: w.open("/mentions").locator(".mentions li b").count() == 0)


@pytest.mark.parametrize(("viewport", "scheme"), LOOKS)
def test_what_waits_and_what_was_booked_fits(
    browser: Browser, house: House, viewport: dict[str, int], scheme: str, tmp_path: Path
) -> None:
    ticket = house.ticket(title="It waits")
    with house.database.transaction() as session:
        dov = house.world.actor("dov")
        wish = Wish(body="It comes **tomorrow**.", send_at=clock.now() + timedelta(days=1))
        schedule(session, dov, ticket.id, wish)
        book_time(session, dov, ticket.id, NewTime(minutes=15, note="A long call about the printer on fire"))
    with window(browser, house, viewport=viewport, color_scheme=scheme) as w:
        for path in (f"/tickets/{ticket.number}", f"/tickets/{ticket.number}/time", "/outgoing", "/mentions"):
            page = w.open(path)
            if path == f"/tickets/{ticket.number}":
                page.get_by_text("Send the reply later").click()
                page.get_by_text("Book time with it").click()
            page.screenshot(
                path=tmp_path / f"{path.replace('/', '-')}-{scheme}-{viewport['width']}.png", full_page=True
            )
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
        page = w.open(f"/tickets/{ticket.number}")
        page.get_by_role("button", name="Take it back").click()
        expect(page.locator("#reply")).to_have_value("It comes **tomorrow**.")
