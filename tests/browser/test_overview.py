"""The overview as managers use it, in a real browser."""

import csv
import io
import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.house import House, until, window

pytestmark = pytest.mark.xdist_group("browser")


def number(text: str) -> int:
    """A headline or a heading's first number."""
    return int("".join(part for part in text.split(" ", maxsplit=1)[0] if part.isdigit()))


def headline(page: Page, words: str) -> int:
    """A number at the top, once it is there."""
    figure = page.locator(".headline", has_text=words).locator(".figure")
    expect(figure).to_be_visible()
    return number(figure.inner_text())


def test_the_page_moves_when_a_ticket_comes_in(browser: Browser, house: House) -> None:
    with window(browser, house) as w:
        page = w.open("/dashboards/overview")
        before = headline(page, "created")
        expect(page.locator("#stamp")).to_contain_text("live")
        house.ticket(title="One more")
        until(lambda: headline(page, "created") == before + 1)
        backlog = headline(page, "in the backlog")
        expect(page.locator("#panel-backlog .textpoint")).to_have_text(str(backlog))


def test_what_is_asked_again_by_itself_stays_bright(browser: Browser, house: House) -> None:
    with window(browser, house) as w:
        held: list[Route] = []
        is_holding = False
        questions = re.compile("/_dash-update-component")
        w.page.route(questions, lambda route: held.append(route) if is_holding else route.continue_())
        page = w.open("/dashboards/overview")
        before, numbers = headline(page, "created"), page.locator("#headlines")
        is_holding = True
        house.ticket(title="One more")
        expect(numbers).to_have_attribute("data-dash-is-loading", "true")
        expect(numbers).to_have_css("transition-delay", "5s")
        page.get_by_role("button", name="90 days").click()
        expect(numbers).to_have_css("transition-delay", "0.6s")
        assert held, "no question was held: what was seen was luck"
        is_holding = False
        for route in held:
            route.continue_()
        until(lambda: headline(page, "created") > before)


def test_each_dashboard_has_headlines_of_its_own(browser: Browser, house: House) -> None:
    with window(browser, house) as w:
        assert headline(w.open("/dashboards/sla"), "at risk now") == 0
        assert headline(w.open("/dashboards/overview"), "created") > 0


@pytest.mark.parametrize("words", ["created", "solved", "in the backlog", "wait for us"])
def test_a_drill_has_as_many_rows_as_the_number_says(browser: Browser, house: House, words: str) -> None:
    with window(browser, house) as w:
        page = w.open("/dashboards/overview")
        shown = headline(page, words)
        page.locator(".headline", has_text=words).locator(".figure").click()
        expect(page.locator("#drawer-heading")).not_to_be_empty()
        assert number(page.locator("#drawer-heading").inner_text()) == shown
        expect(page.locator("#drawer tbody tr")).to_have_count(shown)
        text = w.context.request.get(
            house.url + (page.locator("#drawer [data-file$=csv]").get_attribute("href") or "")
        ).text()
        assert len(list(csv.DictReader(io.StringIO(text)))) == shown


def test_every_number_of_the_table_twin_opens_to_its_tickets(browser: Browser, house: House) -> None:
    with window(browser, house) as w:
        page = w.open("/dashboards/overview")
        page.locator("[data-table=flow]").click()
        cell = page.locator("#table-flow tbody a").first
        shown = number(cell.inner_text())
        cell.click()
        expect(page.locator("#drawer tbody tr")).to_have_count(shown)
        assert "drill=" in page.url
        page.go_back()
        expect(page.locator("#drawer")).to_be_hidden()


def test_a_chart_is_walked_by_keyboard(browser: Browser, house: House) -> None:
    with window(browser, house) as w:
        page = w.open("/dashboards/overview")
        chart = page.locator("[data-chart=queues]")
        expect(chart.locator(".barlayer path").first).to_be_visible()
        queue, depth = (page.locator(f"#table-queues tbody {cell}").first.text_content() for cell in ("th", "td"))
        chart.focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator("#spoken")).to_have_text(f"{queue}: {depth}")
        page.keyboard.press("Enter")
        expect(page.locator("#drawer-heading")).to_contain_text(f"waiting for us now, {queue}")
        page.keyboard.press("Escape")
        expect(page.locator("#drawer")).to_be_hidden()


def test_the_whole_state_is_in_the_address(browser: Browser, house: House) -> None:
    with window(browser, house) as w:
        page = w.open("/dashboards/overview")
        everything = headline(page, "created")
        page.get_by_role("button", name="90 days").click()
        page.locator("[data-pick=queue] summary").click()
        page.get_by_role("menuitemcheckbox", name="Technical").click()
        expect(page.locator("#chips")).to_contain_text("Queue: Technical")
        assert page.url.endswith("?period=90d&queue=Technical")
        until(lambda: headline(page, "created") < everything)
        shown, address = headline(page, "created"), page.url
        page.go_back()
        expect(page.locator("#chips")).to_be_empty()
        page.goto(address)
        until(lambda: headline(page, "created") == shown)
        expect(page.get_by_role("button", name="90 days")).to_have_attribute("aria-pressed", "true")


def test_an_odd_address_is_answered_with_a_sentence(browser: Browser, house: House) -> None:
    with window(browser, house) as w:
        page = w.open("/dashboards/overview?queue=Nowhere")
        expect(page.locator("#note-flow")).to_contain_text("There is no queue 'Nowhere'")


def test_charts_take_the_colours_of_the_theme(browser: Browser, house: House) -> None:
    with window(browser, house, color_scheme="dark") as w:
        page = w.open("/dashboards/overview")
        bar = page.locator("#panel-queues .barlayer path").first
        expect(bar).to_have_css("fill", "rgb(91, 155, 255)")
        page.get_by_label("account and settings").click()
        page.get_by_role("button", name="Light", exact=True).click()
        expect(bar).to_have_css("fill", "rgb(47, 111, 214)")


def test_agents_count_only_what_they_may_see(browser: Browser, house: House) -> None:
    with window(browser, house, "ana") as hers, window(browser, house) as his:
        page, other = hers.open("/dashboards/overview"), his.open("/dashboards/overview")
        assert headline(page, "created") < headline(other, "created")
        expect(page.locator("#panel-queues")).not_to_contain_text("Technical")


def test_a_number_leads_to_why_a_ticket_counts_and_to_what_moved_it(browser: Browser, house: House) -> None:
    with window(browser, house) as w:
        page = w.open("/dashboards/overview")
        headline(page, "created")
        page.locator(".headline", has_text="created").locator(".figure").click()
        page.locator("#drawer tbody a", has_text="why").first.click()
        expect(page.locator("#drawer-heading")).to_contain_text("Why ticket")
        expect(page.locator("#drawer li").first).to_contain_text("Counts on")
        page.locator("#drawer a", has_text="All tickets").click()
        page.locator("#drawer a", has_text="What moved it").click()
        expect(page.locator("#drawer-heading")).to_contain_text("Tickets created: from 0 to")
        expect(page.locator("#drawer th", has_text="Billing")).to_be_visible()
