"""The desk as people use it, in a real browser."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.house import PASSWORD, House, until, window

pytestmark = pytest.mark.xdist_group("browser")


def test_signing_in_opening_a_ticket_and_replying(browser: Browser, house: House) -> None:
    ticket = house.ticket(title="My invoice went astray")
    with window(browser, house, None) as w:
        page = w.open(f"/tickets/{ticket.number}")
        page.get_by_label("E-mail").fill("dov@example.com")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My invoice went astray")
        page.get_by_label("Message").fill("We **found** it.")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status").first).to_contain_text("Sent.")
        expect(page.locator(".message").last.locator("strong")).to_have_text("found")
        w.troubles = [trouble for trouble in w.troubles if "401" not in trouble]


def test_what_was_written_is_found_by_searching(browser: Browser, house: House) -> None:
    house.ticket(title="Kangaroos in the server room", body="They hop.")
    with window(browser, house) as w:
        page = w.open("/tickets")

        def is_found() -> bool:
            page.get_by_label("Search tickets").first.fill("kangaroo")
            page.keyboard.press("Enter")
            page.wait_for_url("**/search?q=kangaroo")
            return page.get_by_role("link", name="Kangaroos in the server room").count() > 0

        until(is_found)
        expect(page.locator("mark").first).to_have_text("Kangaroos")


def test_a_ticket_shows_what_a_colleague_does_to_it(browser: Browser, house: House) -> None:
    ticket = house.ticket(title="Watched")
    with window(browser, house) as mine, window(browser, house, "ana") as hers:
        page = mine.open(f"/tickets/{ticket.number}")
        page.get_by_label("Message").fill("I am about to say")
        until(lambda: page.evaluate("window.clearqueue.connected"))
        other = hers.open(f"/tickets/{ticket.number}")
        other.get_by_label("Message").fill("Hello from Ana")
        other.get_by_role("button", name="Send").click()
        expect(page.locator(".thread")).to_contain_text("Hello from Ana")
        expect(page.locator("[data-fresh]")).to_contain_text("Ana replied")
        expect(page.get_by_label("Message")).to_have_value("I am about to say")


def test_a_draft_outlives_the_page_until_it_is_sent(browser: Browser, house: House) -> None:
    ticket = house.ticket(title="Drafted")
    with window(browser, house) as w:
        page = w.open(f"/tickets/{ticket.number}")
        page.get_by_label("Message").fill("Half a thought")
        expect(page.locator("[data-draft-words]")).to_have_text(re.compile("Draft (saved|kept)"))
        page.reload()
        expect(page.get_by_label("Message")).to_have_value("Half a thought")
        page.keyboard.press("Control+Enter")
        page.get_by_label("Message").press("Control+Enter")
        expect(page.locator(".message").last).to_contain_text("Half a thought")
        expect(page.get_by_label("Message")).to_have_value("")


def test_the_list_is_worked_by_keyboard(browser: Browser, house: House) -> None:
    with window(browser, house) as w:
        page = w.open("/tickets")
        page.keyboard.press("j")
        page.keyboard.press("j")
        second = page.locator(".c-title a").nth(1)
        expect(second).to_be_focused()
        title = second.inner_text()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        page.keyboard.press("n")
        expect(page.get_by_label("Message")).to_be_focused()
        expect(page.get_by_label("Internal note")).to_be_checked()


def test_the_list_says_when_something_happens(browser: Browser, house: House) -> None:
    with window(browser, house) as w:
        page = w.open("/tickets")
        until(lambda: page.evaluate("window.clearqueue.connected"))
        expect(page.get_by_text("New activity: show it")).to_be_hidden()
        house.ticket(title="Out of the blue")
        expect(page.get_by_text("New activity: show it")).to_be_visible()
        page.get_by_text("New activity: show it").click()
        expect(page.get_by_role("link", name="Out of the blue")).to_be_visible()


def test_the_desk_works_without_javascript(browser: Browser, house: House) -> None:
    ticket = house.ticket(title="Plain")
    with window(browser, house, java_script_enabled=False) as w:
        page = w.open(f"/tickets/{ticket.number}")
        page.get_by_label("Message").fill("No script needed.")
        page.get_by_role("button", name="Send").click()
        expect(page.locator(".message").last).to_contain_text("No script needed.")
        page.get_by_label("Priority").select_option("4")
        page.locator("form[action$='/priority'] button").click()
        expect(page.locator(".crumb")).to_contain_text("Urgent")


def test_whoever_is_signed_out_is_told(browser: Browser, house: House) -> None:
    with window(browser, house) as w:
        page = w.open("/tickets")
        until(lambda: page.evaluate("window.clearqueue.connected"))
        w.context.clear_cookies()
        page.reload()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_what_a_new_ticket_says_outlives_the_page(browser: Browser, house: House) -> None:
    with window(browser, house) as w:
        page = w.open("/tickets/new")
        page.get_by_label("What is it about?").fill("Half a matter")
        page.reload()
        expect(page.get_by_label("What is it about?")).to_have_value("Half a matter")


def test_tickets_are_chosen_all_at_once_and_counted(browser: Browser, house: House) -> None:
    with window(browser, house) as w:
        page = w.open("/tickets")
        expect(page.locator("[data-chosen]")).to_be_disabled()
        page.get_by_label("Choose all on this page").check()
        rows = page.locator(".tickets tbody tr").count()
        expect(page.locator("[data-chosen]")).to_have_text(f"Change {rows} chosen")
        page.locator("[name=ticket]").first.uncheck()
        page.locator("[data-chosen]").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Change {rows - 1} tickets")
