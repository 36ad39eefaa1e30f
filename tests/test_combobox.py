"""Completions under the search box, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from browser_chromium import opened
from browser_site import CONFERENCE
from playwright.sync_api import Browser, Locator, Page, Route, expect

PHONE = {"width": 360, "height": 740}
PHRASE = "dân vận khéo"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    with opened(browser, site) as shown:
        shown.goto("/")
        yield shown


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Tìm trong các bài viết")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox").get_by_role("option")


def type_and_wait(page: Page, text: str) -> None:
    box(page).press_sequentially(text)
    expect(options(page).first).to_be_visible()


def expect_closed(page: Page) -> None:
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box(page)).to_have_attribute("aria-expanded", "false")


def expect_searched(page: Page, q: str) -> None:
    page.wait_for_url("**/?q=*")
    assert parse_qs(urlsplit(page.url).query)["q"] == [q]


def wait_for(page: Page, held: list[Route], count: int) -> None:
    for _ in range(500):
        if len(held) == count:
            return
        page.wait_for_timeout(10)
    raise AssertionError(f"{len(held)} requests, not {count}")


def answer(route: Route, *texts: str) -> None:
    found = [{"text": text, "kind": "phrase", "highlights": []} for text in texts]
    route.fulfill(body=json.dumps({"suggestions": found}), content_type="application/json")


@pytest.mark.parametrize("typed", ["dân v", "dan v", "daan v", "DAN V"])
def test_typing_offers_completions_with_what_was_typed_marked(page: Page, typed: str) -> None:
    type_and_wait(page, typed)
    expect(options(page).first).to_have_text(PHRASE)
    expect(options(page).first.locator("mark")).to_have_text("dân v")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    controlled = box(page).get_attribute("aria-controls")
    expect(page.get_by_role("listbox")).to_have_attribute("id", controlled or "")


def test_arrows_choose_and_enter_searches_what_was_chosen(page: Page) -> None:
    type_and_wait(page, "dan v")
    box(page).press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    chosen = options(page).first.get_attribute("id")
    expect(box(page)).to_have_attribute("aria-activedescendant", chosen or "")
    expect(box(page)).to_have_value("dan v")
    box(page).press("Enter")
    expect_searched(page, PHRASE)
    expect(box(page)).to_have_value(PHRASE)
    expect(page.locator(".hits h2").first).to_have_text(CONFERENCE.header.title)


def test_enter_without_a_choice_searches_what_was_typed(page: Page) -> None:
    type_and_wait(page, "dan v")
    box(page).press("Enter")
    expect_searched(page, "dan v")


def test_typing_on_gives_up_the_choice_however_late_the_next_completions_come(page: Page) -> None:
    type_and_wait(page, "dan v")
    box(page).press("ArrowDown")
    page.route("**/api/suggest*", lambda route: None)  # no answer comes any more
    box(page).press_sequentially("a")
    box(page).press("Enter")
    expect_searched(page, "dan va")


def test_arrows_go_round_by_way_of_the_text(page: Page) -> None:
    type_and_wait(page, "dan v")
    selected = page.locator("[role=option][aria-selected=true]")
    box(page).press("ArrowUp")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    box(page).press("ArrowDown")
    expect(selected).to_have_count(0)
    box(page).press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    expect(selected).to_have_count(1)


@pytest.mark.parametrize(("key", "caret"), [("Home", 0), ("End", 5), ("ArrowLeft", 4)])
def test_keys_that_move_in_the_text_give_up_the_choice(page: Page, key: str, caret: int) -> None:
    type_and_wait(page, "dan v")
    box(page).press("ArrowDown")
    box(page).press(key)
    assert box(page).evaluate("e => e.selectionStart") == caret
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    assert box(page).get_attribute("aria-activedescendant") is None


def test_escape_closes_and_clears_nothing_and_an_arrow_opens_again(page: Page) -> None:
    type_and_wait(page, "dan v")
    box(page).press("Escape")
    expect_closed(page)
    box(page).press("Escape")
    expect(box(page)).to_have_value("dan v")
    box(page).press("ArrowDown")
    expect(options(page).first).to_be_visible()


def test_the_mouse_chooses(page: Page) -> None:
    type_and_wait(page, "dan v")
    options(page).get_by_text(CONFERENCE.header.title).click()
    expect_searched(page, CONFERENCE.header.title)
    expect(page.locator(".hits h2").first).to_have_text(CONFERENCE.header.title)


def test_a_click_outside_and_the_tab_key_close(page: Page) -> None:
    type_and_wait(page, "dan v")
    page.get_by_role("heading", level=1).click()
    expect_closed(page)
    box(page).press("ArrowDown")
    expect(options(page).first).to_be_visible()
    box(page).press("Tab")
    expect_closed(page)
    expect(page.get_by_role("button", name="Tìm", exact=True)).to_be_focused()


def test_a_finger_chooses_and_the_list_fits_a_phone(browser: Browser, site: str) -> None:
    with opened(browser, site, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        page.goto("/")
        type_and_wait(page, "dan v")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        options(page).first.tap()
        expect_searched(page, PHRASE)


@pytest.mark.parametrize(("language", "said"), [("vi", r"\d gợi ý"), ("en", r"\d suggestions")])
def test_a_screen_reader_is_told_how_many_there_are(page: Page, language: str, said: str) -> None:
    page.goto(f"/?lang={language}")
    page.locator("#q").press_sequentially("dan v")
    expect(page.locator("[aria-live=polite]")).to_have_text(re.compile(said))


def test_nothing_is_chosen_while_an_input_method_composes(page: Page) -> None:
    type_and_wait(page, "dan v")
    composing = "new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true, isComposing})"
    press = f"(e, [key, isComposing]) => e.dispatchEvent({composing})"
    assert box(page).evaluate(press, ["ArrowDown", True]), "the key is left to the input method"
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    assert not box(page).evaluate(press, ["ArrowDown", False])
    expect(page.locator("[aria-selected=true]")).to_have_count(1)


def test_completions_are_asked_for_again_when_the_composition_ends(page: Page) -> None:
    box(page).evaluate("e => { e.value = 'dân v'; e.dispatchEvent(new Event('compositionend')) }")
    expect(options(page).first).to_have_text(PHRASE)


def test_an_answer_that_comes_too_late_is_dropped(page: Page) -> None:
    held: list[Route] = []
    page.route("**/api/suggest*", lambda route: held.append(route))
    box(page).press_sequentially("a")
    wait_for(page, held, 1)
    box(page).press_sequentially("b")
    wait_for(page, held, 2)
    answer(held[1], "mới")
    expect(options(page)).to_have_text(["mới"])
    answer(held[0], "cũ")
    page.wait_for_timeout(100)
    expect(options(page)).to_have_text(["mới"])


def test_a_text_that_was_emptied_has_no_completions(page: Page) -> None:
    type_and_wait(page, "dan v")
    box(page).fill("")
    expect_closed(page)


def test_searching_goes_on_where_completion_fails(page: Page) -> None:
    page.route("**/api/suggest*", lambda route: route.fulfill(status=200, body="no JSON"))
    with page.expect_response("**/api/suggest*"):
        box(page).press_sequentially("dan v")
    expect_closed(page)
    box(page).press("Enter")
    expect_searched(page, "dan v")


def test_marks_count_characters_and_not_utf_16(page: Page) -> None:
    found = {"text": "🐟 cá lóc", "kind": "phrase", "highlights": [[2, 4]]}
    body = json.dumps({"suggestions": [found]})
    page.route("**/api/suggest*", lambda route: route.fulfill(body=body))
    type_and_wait(page, "ca")
    expect(options(page).first.locator("mark")).to_have_text("cá")


def test_a_hostile_completion_is_text(page: Page) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    page.route("**/api/suggest*", lambda route: answer(route, hostile))
    type_and_wait(page, "im")
    expect(options(page)).to_have_text([hostile])
    expect(page.get_by_role("listbox").locator("img")).to_have_count(0)


def test_the_browser_offers_no_list_of_its_own_only_where_the_script_runs(
    browser: Browser, site: str, page: Page
) -> None:
    expect(box(page)).to_have_attribute("autocomplete", "off")
    with opened(browser, site, java_script_enabled=False) as plain:
        plain.goto("/")
        field = plain.get_by_role("searchbox")
        assert field.get_attribute("autocomplete") is None
        expect(plain.get_by_role("listbox")).to_have_count(0)
        field.fill("dan van kheo")
        field.press("Enter")
        expect_searched(plain, "dan van kheo")
