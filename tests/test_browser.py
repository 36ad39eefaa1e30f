"""The pages in a real browser: what a reader sees and does."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browser_chromium import opened
from browser_site import CONFERENCE, MARKETS
from playwright.sync_api import Browser, Page, expect

PHONE = {"width": 360, "height": 740}
ADDRESSES = (
    "/",
    "/?q=dan van kheo",
    "/?q=chợ nổi&page=2&from=2020&sort=newest&source=Chợ Quê",
    "/?q=vắngmặt",
    "/?q=" + "dài" * 300,
    "/articles/dan-van/2017?q=dân vận#p4",
    "/articles/lua-tom",
)


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    with opened(browser, site) as shown:
        yield shown


def search(page: Page, query: str) -> None:
    page.goto("/")
    expect(page.get_by_role("combobox")).to_be_focused()  # or the first letters are lost
    page.keyboard.type(query)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")


def test_typing_on_arrival_and_enter_search(page: Page) -> None:
    search(page, "dân vận khéo")
    expect(page.locator(".hits h2").first).to_have_text(CONFERENCE.header.title)
    expect(page.locator(".passage mark").first).to_have_text(re.compile("dân vận khéo", re.I))
    expect(page.get_by_role("combobox")).to_have_value("dân vận khéo")


def test_a_search_without_accents_marks_the_accented_words(page: Page) -> None:
    search(page, "dan van kheo")
    expect(page.locator(".passage mark").first).to_have_text(re.compile("dân vận khéo", re.I))


def test_the_address_of_a_search_holds_what_was_asked_and_no_more(page: Page) -> None:
    search(page, "phở")
    assert page.url.endswith("/?q=ph%E1%BB%9F")


def test_marks_look_marked(page: Page) -> None:
    page.goto("/?q=phở")
    mark = page.locator(".passage mark")
    assert "gradient" in mark.evaluate("e => getComputedStyle(e).backgroundImage")


def test_marks_are_seen_in_forced_colours_and_no_paragraph_looks_linked(
    browser: Browser, site: str
) -> None:
    with opened(browser, site, forced_colors="active") as page:
        page.goto("/articles/dan-van/2017?q=dân vận")
        ground = "e => getComputedStyle(e).backgroundColor"
        marked = page.locator(".reading mark").first.evaluate(ground)
        assert marked not in (page.locator("body").evaluate(ground), "rgba(0, 0, 0, 0)")
        edge = "e => getComputedStyle(e, '::before').borderLeftWidth"
        assert page.locator("#p3").evaluate(edge) == "0px"


def test_a_filter_is_opened_set_and_taken_off(page: Page) -> None:
    page.goto("/?q=nông")
    expect(page.locator(".hits > li")).to_have_count(2)
    page.get_by_text("Bộ lọc", exact=True).click()
    page.get_by_label("Nguồn").select_option("Báo Miền Tây")
    page.get_by_label("Từ ngày").fill("2017-12-01")
    page.get_by_role("button", name="Áp dụng").click()
    expect(page.locator(".hits h2")).to_have_text([CONFERENCE.header.title])
    page.get_by_role("link", name="Bỏ mọi bộ lọc").click()
    expect(page.locator(".hits > li")).to_have_count(2)


def test_page_two_follows_page_one(page: Page) -> None:
    page.goto("/?q=chợ nổi")
    first = page.locator(".hits h2").all_inner_texts()
    page.get_by_role("link", name="Trang 2").click()
    expect(page.locator(".pages [aria-current]")).to_contain_text("2")
    second = page.locator(".hits h2").all_inner_texts()
    assert len(first) == len(second) == 10
    assert not set(first) & set(second)
    page.get_by_role("link", name="Sau").click()
    expect(page.locator(".hits > li")).to_have_count(MARKETS - 20)


def test_a_paragraph_of_a_hit_leads_to_its_place(page: Page) -> None:
    page.set_viewport_size({"width": 800, "height": 300})
    page.goto('/?q="hứa làm dân vận"')
    page.locator(".passage a").click()
    paragraph = page.locator("#p6")
    expect(paragraph).to_be_in_viewport()
    expect(paragraph.locator("mark")).to_have_text("hứa làm dân vận")
    tint = "e => getComputedStyle(e, '::before').backgroundColor"
    assert paragraph.evaluate(tint) != page.locator("#p5").evaluate(tint)


def test_matches_are_walked_by_buttons_and_keys_and_round_the_end(page: Page) -> None:
    page.goto("/articles/dan-van/2017?q=dân vận khéo")
    position = page.locator("#walk output")
    total = page.locator(".reading mark").count()
    expect(position).to_have_text(f"–/{total}")
    page.get_by_role("button", name="Chỗ khớp sau").click()
    expect(position).to_have_text(f"1/{total}")
    expect(page.locator("mark.here")).to_be_in_viewport()
    page.keyboard.press("n")
    expect(position).to_have_text(f"2/{total}")
    page.keyboard.press("p")
    page.get_by_role("button", name="Chỗ khớp trước").click()
    expect(position).to_have_text(f"{total}/{total}")
    page.keyboard.press("n")
    expect(position).to_have_text(f"1/{total}")
    expect(page.locator("mark.here")).to_have_count(1)


def test_the_walk_starts_from_the_paragraph_that_was_linked(page: Page) -> None:
    page.goto('/articles/dan-van/2017?q="dân vận khéo"#p5')
    expect(page.locator("#p5 mark.here")).to_have_count(1)
    page.keyboard.press("n")
    expect(page.locator("#p6 mark.here")).to_have_count(1)
    page.get_by_role("navigation", name="Đoạn có từ khớp").get_by_text("4").click()
    expect(page.locator("#p4 mark.here")).to_have_count(1)


@pytest.mark.parametrize(("key", "reached"), [("n", "#p4"), ("p", "#p2")])
def test_from_a_paragraph_without_a_match_the_walk_goes_to_the_nearest(
    page: Page, key: str, reached: str
) -> None:
    page.goto('/articles/dan-van/2017?q="dân vận khéo"#p3')
    expect(page.locator("mark.here")).to_have_count(0)
    page.keyboard.press(key)
    expect(page.locator(f"{reached} mark.here")).to_have_count(1)


def test_the_way_back_from_what_was_read_for_the_query_leads_there_too(page: Page) -> None:
    page.goto("/?q=daan vaanj&sort=newest")
    results = page.url
    page.locator(".hits h2 a").first.click()
    page.locator("#back").click()
    page.wait_for_url(results)


def test_the_way_back_leads_to_the_very_page_of_results(page: Page) -> None:
    page.goto("/?q=chợ nổi&page=2&sort=newest")
    results = page.url
    page.locator(".hits h2 a").first.click()
    page.locator("#back").click()
    page.wait_for_url(results)
    expect(page.locator(".pages [aria-current]")).to_contain_text("2")


def test_nothing_found_offers_ways_on_that_work(page: Page) -> None:
    page.goto("/?q=chợ nổi&from=2030-01-01")
    expect(page.get_by_role("heading", level=1)).to_have_text("Không tìm thấy: chợ nổi")
    page.get_by_role("link", name="Không kèm bộ lọc").click()
    expect(page.locator(".hits > li")).to_have_count(10)


def test_slash_goes_to_the_box_and_stays_a_letter_inside_it(page: Page) -> None:
    page.goto("/articles/pho")
    box = page.get_by_role("combobox")
    expect(box).not_to_be_focused()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("05-CT/TW")
    expect(box).to_have_value("05-CT/TW")


def test_keys_with_a_modifier_are_left_to_the_browser(page: Page) -> None:
    page.goto("/articles/dan-van/2017?q=dân vận")
    before = page.locator("#walk output").inner_text()
    page.keyboard.press("Alt+n")
    expect(page.locator("#walk output")).to_have_text(before)


def test_keys_that_are_switched_off_stay_off(page: Page) -> None:
    page.goto("/articles/lua-tom?q=tôm")
    page.get_by_label("Phím /").uncheck()
    page.reload()
    for key in ("n", "/"):
        page.keyboard.press(key)
    expect(page.locator("mark.here")).to_have_count(0)
    expect(page.get_by_role("combobox")).not_to_be_focused()
    page.get_by_label("Phím /").check()
    page.keyboard.press("n")
    expect(page.locator("mark.here")).to_have_count(1)


def test_the_first_stop_of_the_tab_key_skips_to_the_content(page: Page) -> None:
    page.goto("/?q=phở")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Đến nội dung chính")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_language_is_switched_and_stays_switched(page: Page) -> None:
    page.goto("/?q=chợ nổi")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("status")).to_contain_text("articles")
    page.get_by_role("combobox").fill("phở")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 article,")


def test_without_scripts_everything_but_the_walk_works(browser: Browser, site: str) -> None:
    with opened(browser, site, java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_role("searchbox").fill('"dân vận khéo"')
        page.get_by_role("button", name="Tìm", exact=True).click()
        page.get_by_text("Bộ lọc", exact=True).click()
        page.get_by_label("Sắp xếp").select_option("newest")
        page.get_by_role("button", name="Áp dụng").click()
        page.locator(".passage a").last.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(CONFERENCE.header.title)
        expect(page.locator("#walk")).to_be_hidden()
        expect(page.locator(".keys")).to_be_hidden()
        page.get_by_role("navigation", name="Đoạn có từ khớp").get_by_text("6").click()
        expect(page.locator("#p6:target")).to_be_in_viewport()
        page.locator("#back").click()
        expect(page.locator(".hits > li")).to_have_count(1)


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_wider_than_a_phone(browser: Browser, site: str, address: str) -> None:
    with opened(browser, site, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        page.goto(address)
        for summary in page.locator("summary").all():
            summary.click()
        wide = "document.documentElement.scrollWidth"
        assert page.evaluate(wide) <= PHONE["width"]


CONTRAST = """
([text, ground]) => {
  const style = getComputedStyle(document.documentElement);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const luminance = (name) => {
    canvas.fillStyle = style.getPropertyValue(name).trim();
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((byte) => {
      const c = byte / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark, light] = [luminance(text), luminance(ground)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
"""
GROUNDS = ("--paper", "--tint")
TEXT_ON_GROUND = [
    *[
        (text, ground)
        for text in ("--ink", "--soft", "--accent")
        for ground in ("--paper", "--tint")
    ],
    ("--alarm", "--paper"),
    ("--on-accent", "--accent"),
    ("--on-mark", "--mark"),
    ("--ink", "--raised"),
    ("--soft", "--raised"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(browser: Browser, site: str, scheme: str) -> None:
    with opened(browser, site, color_scheme=scheme) as page:
        page.goto("/?q=phở")
        ratios = {pair: page.evaluate(CONTRAST, list(pair)) for pair in TEXT_ON_GROUND}
        assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}
        assert page.evaluate(CONTRAST, ["--edge", "--paper"]) >= 3


def test_the_dark_scheme_is_dark(browser: Browser, site: str) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        with opened(browser, site, color_scheme=scheme) as page:
            page.goto("/")
            ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
            grounds[scheme] = sum(map(int, re.findall(r"\d+", ground)[:3]))
    assert grounds["dark"] < 150 < 600 < grounds["light"]


def test_every_field_has_a_name_and_every_page_its_landmarks(page: Page) -> None:
    page.goto("/?q=chợ nổi")
    page.get_by_text("Bộ lọc", exact=True).click()
    for field in page.locator("input:not([type=hidden]), select").all():
        assert field.evaluate("e => e.labels.length") == 1
    for role in ("banner", "main", "contentinfo", "search"):
        expect(page.get_by_role(role)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_paper_shows_the_article_and_none_of_the_controls(page: Page) -> None:
    page.goto("/articles/dan-van/2017?q=dân vận")
    page.emulate_media(media="print")
    expect(page.locator("#p3")).to_be_visible()
    for control in (".site >> nth=0", "form.search", "#walk", "#back"):
        expect(page.locator(control)).to_be_hidden()


def test_paper_says_what_was_searched_for(page: Page) -> None:
    page.goto("/?q=chợ nổi")
    heading = page.get_by_role("heading", level=1, name="chợ nổi")
    assert heading.bounding_box()["height"] < 2  # type: ignore[index]
    page.emulate_media(media="print")
    assert heading.bounding_box()["height"] > 10  # type: ignore[index]
