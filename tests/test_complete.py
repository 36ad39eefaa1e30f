"""Completions of a query that is being typed: phrases and titles, by either engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import TypeAlias

import pytest
from corpus_for_tests import ROOT, in_memory, in_whoosh
from index_helpers import article, write

from search_app import service
from search_app.engines.base import Engine
from search_app.engines.registry import open_engine
from search_app.ingest import readers
from search_app.ingest.files import find_inputs
from search_app.ingest.values import Entry
from search_app.model import Article, Suggestion
from search_app.query.typed import Typed
from search_app.scoring import cohesion

Build: TypeAlias = Callable[[Iterable[Article], Path], Engine]

ARTICLES = (
    article(
        "dân-vận",
        "Ban Dân vận Trung ương tổng kết phong trào dân vận khéo ở Kiên Giang.",
        "Nhờ dân vận khéo, đường liên xã ở Kiên Giang đã xong; dân vận khéo thì việc gì cũng xong.",
        "Đường sắt qua Kiên Giang còn trên giấy, đường sắt đến Cần Thơ cũng vậy.",
        title="Dân vận khéo ở Kiên Giang",
    ),
    article(
        "nông-thôn",
        "Xây dựng nông thôn mới là việc của dân, nông thôn mới không của riêng ai.",
        "Nhà máy dương cầm ở thị trấn: tiếng dương cầm vang cả xóm.",
        title="Nông thôn mới nhìn từ một con đường",
    ),
    article("hòa-bình", "Bồ câu là biểu tượng hoà bình, hòa bình cho mọi người.", title="Hoà bình"),
    article("hai-lần", "Chuyện kể ở xóm.", title="Hoà Bình"),
)


@pytest.fixture(scope="module", params=[in_memory, in_whoosh])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    built: Engine = request.param(ARTICLES, tmp_path_factory.mktemp("index"))
    return built


def suggestions(q: str, engine: Engine) -> tuple[Suggestion, ...]:
    return service.suggest(q, engine).suggestions


def texts(q: str, engine: Engine) -> list[str]:
    return [suggestion.text for suggestion in suggestions(q, engine)]


def marked(q: str, engine: Engine) -> dict[str, list[str]]:
    return {
        each.text: [each.text[span.start : span.end] for span in each.highlights]
        for each in suggestions(q, engine)
    }


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("dân v", "dân vận khéo"),
        ("dan v", "dân vận khéo"),
        ("DAN V", "dân vận khéo"),
        ("dâ", "dân vận khéo"),
        ("dân va", "dân vận khéo"),
        ("dân vâ", "dân vận khéo"),
        ("daan v", "dân vận khéo"),
        ("daan vaanj", "dân vận khéo"),
        ("da6n va65n kh", "dân vận khéo"),
        ("kie", "Kiên Giang"),
        ("kieen g", "Kiên Giang"),
        ("kiên g", "Kiên Giang"),
        ("duong", "đường sắt"),
        ("duong", "dương cầm"),
        ("đuong", "đường sắt"),
        ("dduwowngf s", "đường sắt"),
        ("hòa b", "hoà bình"),
        ("hoà b", "hoà bình"),
        ("hoa bi", "hoà bình"),
        ("nông thôn", "nông thôn mới"),
        ("nông thôn m", "nông thôn mới"),
        ("nhin tu", "Nông thôn mới nhìn từ một con đường"),
        ("đường mới", "Nông thôn mới nhìn từ một con đường"),
        ("con duo", "Nông thôn mới nhìn từ một con đường"),
    ],
)
def test_what_is_half_typed_is_completed(typed: str, offered: str, engine: Engine) -> None:
    assert offered.lower() in [text.lower() for text in texts(typed, engine)]


@pytest.mark.parametrize("typed", ["bóng đ", "bóng đa", "bong d"])
@pytest.mark.parametrize("build", [in_memory, in_whoosh])
def test_the_tone_that_is_typed_last_is_not_missed_before(
    build: Build, typed: str, tmp_path: Path
) -> None:
    football = "Bóng đá nữ, bóng đá nam, bóng đá phủi: xóm này mê bóng đá."
    shadow = article("nắng", "Trưa đứng bóng.", title="Bóng nắng đo sân, bóng đa che xóm")
    engine = build([article("bóng", football, title="Xóm bóng đá"), shadow], tmp_path)
    assert texts(typed, engine)[0].lower() == "bóng đá"


@pytest.mark.parametrize(
    "typed", ["", " ", "kh ", "xyz", "giang kiên xa", "dân NOT v", "-dân", '"dân" OR v']
)
def test_nothing_is_offered_where_nothing_fits(typed: str, engine: Engine) -> None:
    assert texts(typed, engine) == []


@pytest.mark.parametrize(
    ("typed", "sooner", "later"),
    [
        ("đương", "đường sắt", "dương cầm"),
        ("đường", "đường sắt", "dương cầm"),
        ("dương", "dương cầm", "đường sắt"),
    ],
)
def test_accents_that_were_typed_come_first(
    typed: str, sooner: str, later: str, engine: Engine
) -> None:
    found = [text.lower() for text in texts(typed, engine)]
    assert found.index(sooner) < found.index(later)


def test_a_frequent_phrase_comes_before_a_title_and_titles_that_begin_so_before_others(
    engine: Engine,
) -> None:
    found = suggestions("n", engine)
    assert [each.kind for each in found] == ["phrase", "title"]
    titles = [each.text for each in suggestions("m", engine) if each.kind == "title"]
    assert titles == ["Nông thôn mới nhìn từ một con đường"]


def test_what_has_been_typed_is_marked(engine: Engine) -> None:
    assert marked("dan va", engine)["dân vận khéo"] == ["dân vậ"]
    assert marked("daan v", engine)["dân vận khéo"] == ["dân v"]
    title = "Nông thôn mới nhìn từ một con đường"
    assert marked("thon mo", engine)[title] == ["thôn mớ"]
    assert marked("đường mới", engine)[title] == ["mới", "đường"]


def test_one_spelling_of_a_text_is_enough(engine: Engine) -> None:
    found = [text for text in texts("hoa b", engine) if "bình" in text.lower()]
    assert len(found) == 1


def test_what_is_typed_in_full_is_not_offered_again(engine: Engine) -> None:
    assert texts("đường sắt", engine) == []
    assert texts("duong sat", engine) == ["đường sắt"]


def test_names_keep_their_capitals_and_first_words_do_not(engine: Engine) -> None:
    assert texts("kien gia", engine)[0] == "Kiên Giang"
    assert texts("duong sa", engine)[0] == "đường sắt"


def test_a_phrase_is_no_fragment_of_one_that_always_goes_on(engine: Engine) -> None:
    assert "nông thôn" not in texts("nông", engine)


def test_no_more_than_ten_are_offered(tmp_path: Path) -> None:
    many = [article(f"{i}", f"Chuyện làng số {i}.", title=f"Chuyện làng {i}") for i in range(30)]
    for built in (in_memory(many), in_whoosh(many, tmp_path)):
        assert len(texts("chuyện", built)) == 10


def test_titles_that_read_as_operators_are_not_offered(tmp_path: Path) -> None:
    odd = [
        article("lạnh", "Trời rét.", title="Sa Pa lạnh -5 độ"),
        article("lựa", "Đi đâu?", title="Sa Pa OR Đà Lạt"),
        article("tên", "Đi đâu?", title="title:Sa Pa"),
        article("ngoặc", "Đi thôi.", title="Sa Pa (Lào Cai) “trong mây”"),
    ]
    for built in (in_memory(odd), in_whoosh(odd, tmp_path)):
        assert texts("sa pa", built) == ["Sa Pa (Lào Cai) “trong mây”"]


def test_what_was_deleted_is_not_offered_and_what_is_left_still_is(tmp_path: Path) -> None:
    write(tmp_path, ARTICLES)
    write(tmp_path, removed=["dân-vận"])
    left = open_engine(tmp_path)
    assert texts("dân v", left) == texts("kiên g", left) == []
    assert texts("nông th", left) == ["nông thôn mới", "Nông thôn mới nhìn từ một con đường"]
    twice = article("còn", "Ở Kiên Giang thì dân vận khéo, và dân vận khéo mãi.")
    write(tmp_path, [twice])
    assert "dân vận khéo" in texts("dân v", open_engine(tmp_path))


def test_frequencies_of_segments_are_added_up(tmp_path: Path) -> None:
    for i in range(2):
        write(tmp_path, [article(f"sắt-{i}", "Đường sắt này, đường sắt kia.")])
    write(tmp_path, [article("bộ", "Đường bộ, đường bộ, đường bộ.")])
    assert texts("đường", open_engine(tmp_path)) == ["đường sắt", "đường bộ"]


SHIPPED = [
    entry.article
    for file in find_inputs([ROOT / "corpus"], readers.FORMATS).files.values()
    for entry, _ in readers.read(file)
    if isinstance(entry, Entry)
]


def beginnings(articles: Sequence[Article]) -> Iterator[str]:
    """One and two letters, and what people would type of each title."""
    yield from "abcdđeghiklmnoôơpqrstuưvxy"
    for each, length in product(articles, (6, 11)):
        yield each.header.title[:length]


@pytest.mark.parametrize(("build", "step"), [(in_whoosh, 1), (in_memory, 9)])
def test_every_suggestion_finds_something_with_all_its_words(
    build: Build, step: int, tmp_path: Path
) -> None:
    shipped = build(SHIPPED, tmp_path)
    offered = sorted({text for q in beginnings(SHIPPED) for text in texts(q, shipped)})
    assert len(offered) > 100
    for text in offered[::step]:  # the oracle is slow
        found = service.search(service.SearchParams(text, match="all", size=1), shipped)
        assert found.paragraphs > 0, text


def test_both_engines_know_the_same_phrases_and_titles(tmp_path: Path) -> None:
    oracle, engine = in_memory(SHIPPED), in_whoosh(SHIPPED, tmp_path)
    for letter in "abcdghiklmnopqstuvxy":
        typed = [Typed(letter, letter, letter, letter, False)]
        assert engine.phrases(typed, 1000) == oracle.phrases(typed, 1000)
        assert engine.titles(typed, 1000) == oracle.titles(typed, 1000)


def test_both_engines_complete_what_is_longer_than_any_title_left(tmp_path: Path) -> None:
    oracle, engine = in_memory(SHIPPED), in_whoosh(SHIPPED, tmp_path)
    for each in SHIPPED:
        title = each.header.title
        for q in (title, f"{title} {title}", f"{title} a", *each.body[:2]):
            assert texts(q, engine) == texts(q, oracle)


def test_chance_alone_is_no_cohesion() -> None:
    assert cohesion.cohesion(10, left=100, right=100, words=1000) == pytest.approx(0)
    assert cohesion.cohesion(10, left=10, right=10, words=1000) == pytest.approx(1)


def test_the_table_of_phrases_grows_slower_than_the_text() -> None:
    assert cohesion.least_count(1000) == 2
    assert cohesion.least_count(20_000_000) == 10
