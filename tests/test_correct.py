"""What was meant, from the query to the service, the endpoint, the terminal and the page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from browser_html import arguments, page
from browser_site import ARTICLES as SITE
from browser_site import client_over
from browser_site import engine as site_engine
from corpus_for_tests import ARTICLES, corrected, in_memory
from flask.testing import FlaskClient
from index_helpers import article, write

from search_app.cli import main
from search_app.engines.base import Engine
from search_app.model import Match, SearchParams
from search_app.query.correct import STANDING, Corrector
from search_app.service import search


@pytest.fixture(scope="module")
def engine() -> Engine:
    return in_memory(ARTICLES)


@pytest.fixture(scope="module")
def corrector(engine: Engine) -> Corrector:
    return Corrector(engine.lexicon())


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return client_over(site_engine(*SITE))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dan van kheo", "dân vận khéo"),
        ("dân van kheo", "dân vận khéo"),
        ("dân vân khéo", "dân vận khéo"),
        ("Kiên Gaing", "Kiên Giang"),
        ("kien gaing", "kiên giang"),
        ("nong thôm mới", "nông thôn mới"),
        ("+dan -muc", "+dân -mực"),
        ('"nong thon moi" -dan', '"nông thôn mới" -dân'),
        ("title:nong thon date:2017-12..2018-01", "title:nông thôn date:2017-12..2018-01"),
        ("(nong OR mực) NOT cay", "(nông OR mực) NOT cây"),
        ('nong thon source:"dan gian"', 'nông thôn source:"dan gian"'),
        ("nong tho*", "nông tho*"),
        ("chi thi 05-CT/TW", "chỉ thị 05-CT/TW"),
    ],
)
def test_words_are_corrected_and_the_query_language_stays(
    corrector: Corrector, typed: str, meant: str
) -> None:
    assert corrected(corrector, typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("BOT", None), ("tram BOT", "trạm BOT"), ('"BOT"', None), ("bot", "bột"), ("TRAM", "TRẠM")],
)
def test_an_abbreviation_in_capitals_that_the_text_knows_has_no_accents(
    typed: str, meant: str | None
) -> None:
    spoons = ["Cà phê bột, bánh bột lọc, bột sắn ở trạm xe."] * 40
    engine = in_memory([article("bột", *spoons), article("trạm", *["Trạm BOT đầu dốc."] * 9)])
    assert corrected(Corrector(engine.lexicon()), typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "dân vận khéo",
        "Dân Vận Khéo",
        "hoà bình",
        "da\u0302n va\u0323\u0302n",
        "nước trong nguồn",
        "source:dan gian",
        "khe*",
        "Premier League",
        "05-CT/TW",
        "OR",
        "",
        "mua " * 100,
    ],
)
def test_what_is_right_or_no_words_is_left_alone(corrector: Corrector, typed: str) -> None:
    assert corrected(corrector, typed) is None


def test_accents_that_no_neighbour_tells_are_not_guessed() -> None:
    few = article("mang", "Mỗi người một cách, ai có gì mang nấy.", "Nhà nào cũng hòa giải được.")
    corrector = Corrector(in_memory([few]).lexicon())
    assert corrected(corrector, "cach mang") is None  # cách mạng, which the text does not know
    assert corrected(corrector, "hoa giai cach mang") == "hòa giải cach mang"
    assert corrected(corrector, "giai") == "giải"


def test_what_stands_together_once_by_chance_tells_no_accents() -> None:
    often = [article(f"{i}", "Ai có thì cho.", "Cho số nào cũng được.") for i in range(9)]
    chance = article("chance", "Tổ hòa giải ở cơ sở.", "Ai có số thì gọi.", "Nhà hòa giải viên.")
    corrector = Corrector(in_memory([*often, chance]).lexicon())
    assert corrected(corrector, "hoa giai co so") == "hòa giải co so"  # and not có số


NEWS = [
    "Hà Nội mưa phùn, người dân quận Ba Đình đi chợ sớm mua hoa sen trắng về cúng ông bà tổ tiên, "
    "trẻ nhỏ thì theo mẹ ra phố cổ xem múa lân rồng và ăn kem Tràng Tiền, còn tôi ngồi nhà."
] * 120
SLIP = "Từ Hà Nôi vào Huế."


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hà nôi", "hà nội"),
        ("Hà Nôi mưa phùn", "Hà Nội mưa phùn"),
        ("tìm nhà ở hà nôi", "tìm nhà ở hà nội"),
        ("hà nội", None),
        ("nôi vào huế", None),  # nothing is commoner there
    ],
)
def test_a_mistyping_that_stands_in_the_text_is_corrected_where_the_right_one_is_far_commoner(
    typed: str, meant: str | None
) -> None:
    corrector = Corrector(in_memory([article("tin", *NEWS, SLIP)]).lexicon())
    assert corrected(corrector, typed) == meant


def test_what_stands_in_the_text_more_than_now_and_then_is_no_mistyping() -> None:
    corrector = Corrector(in_memory([article("tin", *NEWS, *[SLIP] * 6)]).lexicon())
    assert corrected(corrector, "hà nôi") is None


ABROAD = ["Ông Donald Trump đến Formosa ở Hà Tĩnh."] * 120
SLIPS = ["Ông Donal Trump đến Fomosa.", "Tin về Donald Trum.", "Formosan là tiếng của đảo."]
SLIPS += ["Bơi lội ở SEA Games."] * 120 + ["Tải game về máy."] * 120


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("donal trump", "donald trump"),
        ("Donald Trum", "Donald Trump"),
        ("ông donald trum", "ông donald trump"),
        ("fomosa ở hà tĩnh", "formosa ở hà tĩnh"),
        ("fomosa", "formosa"),
        ("sea game", "sea games"),
        ("game", None),
        ("tải game", None),
        ("formosan", None),  # a letter more at the end makes another word
        ("donald trump", None),
    ],
)
def test_a_rare_foreign_word_is_corrected_where_one_a_letter_away_is_far_commoner(
    typed: str, meant: str | None
) -> None:
    corrector = Corrector(in_memory([article("tin", *NEWS, *ABROAD, *SLIPS)]).lexicon())
    assert corrected(corrector, typed) == meant


PLACES = [article(f"{i}", "Nhà Trắng họp báo.", "Bãi biển Nha Trang đông khách.") for i in range(9)]


@pytest.mark.parametrize(
    ("typed", "text", "restored", "is_certain"),
    [
        ("dan van kheo", "dân vận khéo", "dân vận khéo", True),
        ("dan -van kheo", "dân -vận khéo", "dân -vận khéo", True),
        ("dân van khéo", "dân vận khéo", "dân vận khéo", True),
        ("dân vân khéo", "dân vận khéo", "dân vân khéo", True),
        ("hop bao nha trang", "họp báo nhà trắng", "họp báo nha trang", False),
    ],
)
def test_accents_that_are_certainly_missing_are_restored(
    typed: str, text: str, restored: str, is_certain: bool
) -> None:
    corrector = Corrector(in_memory([*ARTICLES, *PLACES]).lexicon())
    assert corrector.corrected(typed)[:3] == (text, restored, is_certain)


NHA_TRANG = [
    *(article(f"nhà{i}", "Nhà Trắng họp báo ở Hà Nội.") for i in range(100)),
    *(article(f"biển{i}", "Bãi biển Nha Trang đông khách.") for i in range(STANDING)),
    article("tên", "Ha Noi Opera House."),
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nha trang", None),
        ("Nha Trang", None),
        ('"nha trang"', None),
        ("bien nha trang", "biển nha trang"),
        ("ha noi", "hà nội"),
    ],
)
def test_a_name_without_accents_is_not_corrected_to_what_is_only_commoner(
    typed: str, meant: str | None
) -> None:
    """In 20,000 articles of news *nhà trắng* is thrice as common as *Nha Trang*."""
    assert corrected(Corrector(in_memory(NHA_TRANG).lexicon()), typed) == meant


@pytest.mark.parametrize("typed", ["nha trang", "Nha Trang", "NHA TRANG", "nha trang đông khách"])
def test_it_comes_before_what_is_commoner(typed: str) -> None:
    found = search(SearchParams(typed, size=STANDING), in_memory(NHA_TRANG))
    assert {hit.article.id[:4] for hit in found.hits} == {"biển"}
    assert found.suggestion is None and found.shown_for is None


def test_keys_are_decoded_inside_the_query_language(corrector: Corrector) -> None:
    assert corrector.decoded('+daan "vaanj kheos"') == '+dân "vận khéo"'
    assert corrector.decoded("dân vận") is None


class TestService:
    def test_by_date_what_was_certainly_meant_is_searched_for(self) -> None:
        """By relevance, what only has the same letters comes last; by date it would come first."""
        old, new = datetime(2017, 1, 1), datetime(2017, 12, 1)
        meant = [article(f"đn{i}", "Khách đến Đà Nẵng.", published=old) for i in range(40)]
        letters = [article(f"{i}", "Giá đã được nâng.", published=new) for i in range(3)]
        others = [article(f"c{i}", "Chợ quê bán rau cá với tôm tươi ngon.") for i in range(200)]
        engine = in_memory([*meant, *letters, *others, article("voi", "Con voi già.")])
        best = search(SearchParams("da nang", size=50), engine)
        assert (best.articles, best.shown_for, best.suggestion) == (43, None, "đà nẵng")
        assert [hit.article.id for hit in best.hits[-3:]] == ["0", "1", "2"]
        newest = search(SearchParams("da nang", sort="newest"), engine)
        assert (newest.articles, newest.shown_for, newest.suggestion) == (40, "đà nẵng", None)
        as_typed = search(SearchParams("da nang", sort="newest", verbatim=True), engine)
        assert (as_typed.articles, as_typed.hits[0].article.id) == (43, "0")
        alone = search(SearchParams("voi", sort="newest"), engine)
        assert (alone.articles, alone.shown_for, alone.suggestion) == (201, None, "với")

    @pytest.mark.parametrize("typed", ["dan van kheo", "kien giang"])
    def test_a_suggestion_finds_something_as_it_stands(self, engine: Engine, typed: str) -> None:
        suggestion = search(SearchParams(typed), engine).suggestion
        assert suggestion
        again = search(SearchParams(suggestion), engine)
        assert again.articles
        assert not again.relaxed
        assert again.suggestion is None

    @pytest.mark.parametrize("match", get_args(Match))
    @pytest.mark.parametrize("page", [1, 2])
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [("dân vân khéo", "dân vận khéo"), ("Kiên Gaing title:van", "Kiên Giang title:vận")],
    )
    def test_where_nothing_is_found_as_typed_what_was_meant_is_searched_for(
        self, engine: Engine, typed: str, meant: str, page: int, match: Match
    ) -> None:
        found = search(SearchParams(typed, page=page, match=match), engine)
        again = search(SearchParams(meant, page=page, match=match), engine)
        as_typed = search(SearchParams(typed, match=match, verbatim=True), engine)
        if as_typed.articles and not as_typed.relaxed:
            assert match == "any" and found.shown_for is None
        else:
            assert (found.shown_for, found.suggestion, found.relaxed) == (meant, None, False)
            assert (found.articles, found.hits) == (again.articles, again.hits)

    def test_accents_count_where_any_word_was_let_match_too(self, engine: Engine) -> None:
        found = search(SearchParams("dan van xyzzy qwrty", explain=True), engine)
        assert found.relaxed
        parts = found.hits[0].paragraphs[0].parts or ()
        assert "pairs:dân_vận" in {part.evidence for part in parts}

    def test_what_was_hardly_meant_is_offered_and_not_searched_for(self) -> None:
        engine = in_memory(PLACES)
        found = search(SearchParams("hop baoo nha trang", match="all"), engine)
        assert (found.articles, found.shown_for) == (0, None)
        assert found.suggestion == "họp báo nhà trắng"

    def test_what_was_meant_counts_beside_what_was_typed(self, engine: Engine) -> None:
        def counts(**asked: Any) -> set[str]:
            found = search(SearchParams("dan van", explain=True, **asked), engine)
            return {part.evidence for part in found.hits[0].paragraphs[0].parts or ()}

        assert {"folded:dan", "folded_pairs:dan_van", "pairs:dân_vận"} <= counts()
        assert all(evidence.startswith("folded") for evidence in counts(verbatim=True))

    def test_a_suggestion_that_finds_nothing_is_not_made(self, engine: Engine) -> None:
        assert search(SearchParams("kien giang"), engine).suggestion == "kiên giang"
        assert search(SearchParams("kien giang", until="1990"), engine).suggestion is None

    def test_only_the_first_page_suggests(self, engine: Engine) -> None:
        assert search(SearchParams("dan van kheo", page=2), engine).suggestion is None

    @pytest.mark.parametrize("page", [1, 2])
    def test_keys_are_searched_for_as_what_they_stand_for(self, engine: Engine, page: int) -> None:
        found = search(SearchParams("daan vaanj kheos", page=page), engine)
        assert found.text == "daan vaanj kheos"
        assert found.shown_for == "dân vận khéo"
        assert found.articles == search(SearchParams("dân vận khéo"), engine).articles > 0

    def test_keys_are_read_where_any_of_their_words_finds_something(self, engine: Engine) -> None:
        found = search(SearchParams("daan vaanj xyzzy qwrty"), engine)
        assert (found.shown_for, found.relaxed) == ("dân vận xyzzy qwrty", True)
        assert found.articles == search(SearchParams("dân vận", match="any"), engine).articles > 0

    def test_keys_stay_where_what_was_typed_finds_something(self, engine: Engine) -> None:
        assert search(SearchParams("nông thôn mới nước mowj"), engine).shown_for is None
        assert search(SearchParams("daan vaanj xyzzy", match="all"), engine).shown_for is None

    def test_keys_of_what_is_nowhere_are_searched_for_as_typed(self, engine: Engine) -> None:
        assert search(SearchParams("daan", until="1900"), engine).shown_for is None

    @pytest.mark.parametrize("typed", ["daan vaanj kheos", "dan van kheo", "dân vân khéo"])
    def test_verbatim_searches_as_typed_and_offers_nothing(
        self, engine: Engine, typed: str
    ) -> None:
        found = search(SearchParams(typed, verbatim=True), engine)
        assert (found.text, found.shown_for, found.suggestion) == (typed, None, None)

    def test_the_accents_left_out_of_keys_are_suggested(self, engine: Engine) -> None:
        found = search(SearchParams("daan van kheos"), engine)
        assert (found.shown_for, found.suggestion) == ("dân van khéo", "dân vận khéo")


class TestPage:
    def test_the_correction_is_a_click_away_and_finds_something(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=Kien Giang&source=Báo Miền Tây")
        assert "Có phải bạn muốn tìm: Kiên Giang" in shown.one("p", class_="suggestion").text
        href = shown.link("Kiên Giang")
        assert arguments(href) == {"q": "Kiên Giang", "source": "Báo Miền Tây"}
        assert page(client, href).all("ol", class_="hits")

    @pytest.mark.parametrize(
        ("typed", "heading"),
        [
            ("daan vaanj kheos", "Không tìm thấy"),
            ("da6n va65n kheo1", "Không tìm thấy"),
            ("dân vân khéo", "Kết quả: dân vân khéo"),
        ],
    )
    def test_what_is_shown_for_it_is_said_marked_and_undone(
        self, client: FlaskClient, typed: str, heading: str
    ) -> None:
        shown = page(client, f"/?q={typed}")
        assert "Đang hiện kết quả cho: dân vận khéo" in shown.one("p", class_="note").text
        assert "Dân vận khéo" in shown.marks()
        back = shown.link(f"Tìm đúng như đã gõ: {typed}")
        assert arguments(back) == {"q": typed, "verbatim": "1"}
        as_typed = page(client, back)
        assert heading in as_typed.one("h1").text and "Dân vận khéo" not in as_typed.marks()

    def test_an_article_is_marked_by_what_was_meant(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=daan vaanj kheos")
        href = next(a["href"] for a in shown.all("a") if "/articles/dan-van/" in a["href"])
        assert arguments(href)["q"] == "dân vận khéo"

    def test_a_search_as_typed_is_no_filter_and_ends_with_the_next_query(
        self, client: FlaskClient
    ) -> None:
        shown = page(client, "/?q=chợ nổi&verbatim=1")
        assert not shown.all("ul", class_="chips")
        assert not shown.all("input", name="verbatim")
        assert arguments(shown.one("a", rel="next")["href"])["verbatim"] == "1"

    def test_the_endpoint_says_what_it_searched_for(self, client: FlaskClient) -> None:
        asked = client.get("/api/search", query_string={"q": "daan vaanj"}).json
        assert asked and asked["query"]["shown_for"] == "dân vận"
        typed = client.get("/api/search", query_string={"q": "daan vaanj", "verbatim": "1"}).json
        assert typed and typed["query"]["shown_for"] is None
        assert typed["total"]["articles"] == 0


def test_the_terminal_says_what_it_searched_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, ARTICLES)
    assert main(["search", "--index", str(tmp_path), "daan vaanj"]) == 0
    assert "showing results for dân vận; --verbatim searches for daan vaanj" in _out(capsys)
    assert main(["search", "--index", str(tmp_path), "--verbatim", "daan vaanj"]) == 0
    assert _out(capsys) == "no hits for daan vaanj\n"
    assert main(["search", "--index", str(tmp_path), "Kiên Gaing"]) == 0
    assert "showing results for Kiên Giang" in _out(capsys)
    assert main(["search", "--index", str(tmp_path), "Kien Giang"]) == 0
    assert "did you mean: Kiên Giang" in _out(capsys)


def _out(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out
