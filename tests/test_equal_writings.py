"""What is written in two ways is found either way, and marked right, by every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from corpus_for_tests import in_memory, in_whoosh
from index_helpers import article, write

from search_app.cli import main
from search_app.config import Settings
from search_app.engines.base import Engine
from search_app.engines.registry import open_engine
from search_app.errors import BadSynonyms
from search_app.model import Article, ResultPage, SearchParams
from search_app.query.synonyms import from_file
from search_app.service import read_article, search
from search_app.web import create_app

Make = Callable[[Iterable[Article], Path], Engine]
ENGINES = [pytest.param(in_memory, id="memory"), pytest.param(in_whoosh, id="whoosh")]

TEXTS = {
    "ubnd": "Chiều qua, UBND xã họp.",
    "uy-ban": "Uỷ ban Nhân dân huyện ra thông báo.",
    "tw": "Ban Tuyên giáo TW kết luận.",
    "t-u": "Ban Tuyên giáo T.Ư kết luận.",
    "tu": "Ban Tuyên giáo TƯ kết luận.",
    "trung-uong": "Ban Tuyên giáo Trung ương kết luận.",
    "dau-tu": "Vốn đầu tư tư nhân tăng; giá thứ tư không đổi.",
    "tp-hcm": "Đường sách TP.HCM mở cửa.",
    "tphcm": "Đường sách TPHCM mở cửa.",
    "tp-ho-chi-minh": "Đường sách Tp. Hồ Chí Minh mở cửa.",
    "thanh-pho": "Đường sách thành phố Hồ Chí Minh mở cửa.",
    "hdnd": "Kỳ họp HĐND bế mạc.",
    "hoi-dong": "Kỳ họp Hội đồng nhân dân bế mạc.",
    "mttq": "Ngày hội của MTTQ.",
    "mat-tran": "Ngày hội của Mặt trận Tổ quốc.",
    "cnxh": "Tiến lên CNXH.",
    "chu-nghia": "Tiến lên chủ nghĩa xã hội.",
    "05-ct": "Học tập theo 05-CT/TW.",
    "chi-thi": "Học tập theo Chỉ thị số 05 của Bộ Chính trị.",
    "4-12": "Lễ hội mở ngày 4-12 ở Huế.",
    "04/12": "Lễ hội mở hôm 04/12 ở Huế.",
    "4-thang-12": "Lễ hội mở ngày 4 tháng 12 ở Huế.",
    "2017": "Lễ hội mở ngày 4 tháng 12 năm 2017 ở Huế.",
    "5-12": "Lễ hội mở ngày 5/12 ở Huế.",
    "xii": "Trung tâm mở khoá XII.",
    "12": "Trung tâm mở khóa 12.",
    "1.000": "Thưởng 1.000 cây tràm.",
    "1-000": "Thưởng 1 000 cây tràm.",
    "1-phẩy": "Thưởng 1,000 cây tràm.",
    "3,5": "Vườn ươm rộng 3,5 hecta.",
    "3.5": "Vườn ươm rộng 3.5 hecta.",
    "5": "Vườn ươm rộng 5 hecta.",
    "nđ-100": "Phạt theo Nghị định số 100/2019/NĐ-CP từ đầu năm.",
    "nđ-18": "Nghị định số 18 ban hành hôm 25/11, không ghi số 100.",
    "điều-12": "Điều 12. Người trồng rừng được vay vốn.",
    "điều-5": "Điều 5. Trồng xong trong 12 tháng.",
    "8h30": "Khai hội lúc 8h30.",
    "8-giờ": "Khai hội lúc 8 giờ 30 phút.",
    "2-triệu": "Đội thưởng 2 triệu USD.",
    "1,2-triệu": "Đội thưởng 1,2 triệu USD và 2 con trâu.",
    "đồng": "Vé vào cửa 50.000 đồng.",
    "đ": "Vé vào cửa 50.000đ.",
    "250m2": "Sân chợ 250m2.",
    "250-m²": "Sân chợ 250 m².",
    "1000": "Thưởng 1000 cây tràm.",
    "ô-tô": "Bãi giữ ô tô.",
    "ôtô": "Bãi giữ ôtô.",
    "moscow": "Tin từ Moscow.",
    "mát-xcơ-va": "Tin từ Mát-xcơ-va.",
}
ROWS = [
    (
        ("UBND", "ubnd", "ủy ban nhân dân", "uy ban nhan dan", "Ủy Ban Nhân Dân"),
        {"ubnd": ["UBND"], "uy-ban": ["Uỷ ban Nhân dân"]},
    ),
    (
        ("TW", "T.Ư", "TƯ", "trung ương", "trung uong", "tw"),
        {"tw": ["TW"], "t-u": ["T.Ư"], "tu": ["TƯ"], "trung-uong": ["Trung ương"]}
        | {"05-ct": ["TW"]},
    ),
    (
        ("TP.HCM", "TPHCM", "Tp. Hồ Chí Minh", "thành phố Hồ Chí Minh", "thanh pho ho chi minh"),
        {"tp-hcm": ["TP.HCM"], "tphcm": ["TPHCM"], "tp-ho-chi-minh": ["Tp", "Hồ Chí Minh"]}
        | {"thanh-pho": ["thành phố Hồ Chí Minh"]},
    ),
    (
        ("HĐND", "hdnd", "hội đồng nhân dân", "hoi dong nhan dan"),
        {"hdnd": ["HĐND"], "hoi-dong": ["Hội đồng nhân dân"]},
    ),
    (
        ("MTTQ", "mttq", "mặt trận Tổ quốc", "mat tran to quoc"),
        {"mttq": ["MTTQ"], "mat-tran": ["Mặt trận Tổ quốc"]},
    ),
    (
        ("CNXH", "chủ nghĩa xã hội", "chu nghia xa hoi"),
        {"cnxh": ["CNXH"], "chu-nghia": ["chủ nghĩa xã hội"]},
    ),
    (
        ("05-CT/TW", "05 CT TW", "05-CT/TƯ"),
        {"05-ct": ["05-CT/TW"], "chi-thi": ["Chỉ thị số 05"]},
    ),
    (
        ("chi thi 05", "chỉ thị số 05", "CT 05", "05CT/TW"),
        {"05-ct": ["05-CT/TW"], "chi-thi": ["Chỉ thị số 05"]},
    ),
    (
        ("4-12", "4/12", "04/12", "4 tháng 12"),
        {"4-12": ["4-12"], "04/12": ["04/12"], "4-thang-12": ["4 tháng 12"]}
        | {"2017": ["4 tháng 12"]},
    ),
    (
        ("ngày 4 tháng 12", "ngay 4 thang 12", "ngày 4-12"),
        {"4-12": ["ngày 4-12"], "04/12": ["04/12"], "4-thang-12": ["ngày 4 tháng 12"]}
        | {"2017": ["ngày 4 tháng 12"]},
    ),
    (
        ("4/12/2017", "04-12-2017", "4 tháng 12 năm 2017"),
        {"2017": ["4 tháng 12 năm 2017"]},
    ),
    (("khoá XII", "khóa 12", "khoa xii"), {"xii": ["khoá XII"], "12": ["khóa 12"]}),
    (
        ("1.000", "1000", "1 000"),
        {"1.000": ["1.000"], "1000": ["1000"], "1-000": ["1 000"], "1-phẩy": ["1,000"]},
    ),
    (
        (
            *("nđ100/2019", "ND100/2019/ND-CP", "100/2019/NĐ-CP", "100/2019/NĐCP"),
            *("nghi dinh 100/2019/nd-cp", "nghị định số 100/2019"),
        ),
        {"nđ-100": ["Nghị định số 100/2019/NĐ-CP"]},
    ),
    (("nghị định 100", "NĐ100", "nd 100"), {"nđ-100": ["Nghị định số 100"]}),
    (("điều 12", "dieu 12", "Điều 12"), {"điều-12": ["Điều 12"]}),
    (("8h30", "8 giờ 30"), {"8h30": ["8h30"], "8-giờ": ["8 giờ 30"]}),
    (("2 triệu USD",), {"2-triệu": ["2 triệu USD"]}),
    (("50.000 đồng", "50.000đ"), {"đồng": ["50.000 đồng"], "đ": ["50.000đ"]}),
    (("250 m2", "250m2", "250m²"), {"250m2": ["250m2"], "250-m²": ["250 m²"]}),
    (("3,5",), {"3,5": ["3,5"]}),
    (("3.5",), {"3,5": ["3,5"], "3.5": ["3.5"]}),
    (("5 hecta",), {"5": ["5 hecta"], "3.5": ["5 hecta"]}),
    (("ô tô", "ôtô", "Ô TÔ"), {"ô-tô": ["ô tô"], "ôtô": ["ôtô"]}),
    (
        ("Moscow", "Mát-xcơ-va", "mat-xco-va"),
        {"moscow": ["Moscow"], "mát-xcơ-va": ["Mát-xcơ-va"]},
    ),
]
TYPED = [(typed, marked) for writings, marked in ROWS for typed in writings]


def marks(page: ResultPage) -> dict[str, list[str]]:
    """What is marked in the first paragraph of each article that was found."""
    return {
        hit.article.id: [
            hit.paragraphs[0].text[span.start : span.end] for span in hit.paragraphs[0].highlights
        ]
        for hit in page.hits
    }


@pytest.fixture(scope="module", params=ENGINES)
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    articles = [article(name, text) for name, text in TEXTS.items()]
    make: Make = request.param
    return make(articles, tmp_path_factory.mktemp("library") / "index")


@pytest.mark.parametrize(("typed", "marked"), TYPED, ids=[typed for typed, _ in TYPED])
def test_either_writing_finds_and_marks_the_others(
    library: Engine, typed: str, marked: dict[str, list[str]]
) -> None:
    page = search(SearchParams(typed, size=50, match="all"), library)
    assert marks(page) == marked


@pytest.mark.parametrize(("typed", "marked"), TYPED, ids=[typed for typed, _ in TYPED])
def test_most_words_of_it_find_it_too(
    library: Engine, typed: str, marked: dict[str, list[str]]
) -> None:
    page = search(SearchParams(typed, size=50), library)
    assert not page.relaxed
    assert marked.keys() <= marks(page).keys()


def test_what_was_typed_ranks_before_its_other_writing(library: Engine) -> None:
    for typed, first in (("UBND", "ubnd"), ("ủy ban nhân dân", "uy-ban"), ("HĐND", "hdnd")):
        assert next(iter(marks(search(SearchParams(typed), library)))) == first


def test_a_part_of_a_sign_is_not_looked_for_by_itself(library: Engine) -> None:
    found = marks(search(SearchParams("05-CT/TW", match="any", size=50), library))
    assert found == {"05-ct": ["05-CT/TW"], "chi-thi": ["Chỉ thị số 05"]}


def test_a_quoted_phrase_is_found_only_as_it_is(library: Engine) -> None:
    assert marks(search(SearchParams('"ủy ban nhân dân"'), library)) == {
        "uy-ban": ["Uỷ ban Nhân dân"]
    }


def test_what_is_excluded_is_excluded_in_every_writing(library: Engine) -> None:
    page = search(SearchParams("sách NOT TPHCM", size=50), library)
    assert marks(page) == {}
    assert "tp-hcm" in marks(search(SearchParams("sách -huế", size=50), library))


def test_a_word_that_is_only_begun_has_no_other_writing(library: Engine) -> None:
    assert "ubnd" not in marks(search(SearchParams("ủy ban nhân d*", size=50), library))


def test_a_long_form_beside_other_words_counts_as_its_syllables(library: Engine) -> None:
    page = search(SearchParams("chiều họp ủy ban nhân dân xã", match="all"), library)
    assert marks(page) == {"ubnd": ["Chiều", "UBND xã họp"]}


def test_the_parts_of_a_score_still_sum_to_it(library: Engine) -> None:
    page = search(SearchParams("ủy ban nhân dân xã", explain=True), library)
    for paragraph in (p for hit in page.hits for p in hit.paragraphs):
        assert sum(part.score for part in paragraph.parts or ()) == pytest.approx(paragraph.score)


LEARNING = (
    article("quy-che", "Hội đồng bảo vệ khóa luận tốt nghiệp (KLTN) do trường lập."),
    article("viet-tat", "CVHT: Cố vấn học tập của lớp."),
    article("kltn", "Điểm KLTN được công bố.", title="KLTN năm nay"),
    article("khoa-luan", "Sinh viên nộp khóa luận tốt nghiệp ở khoa."),
    article("cvht", "CVHT gặp lớp mỗi tháng."),
)


@pytest.mark.parametrize("make", ENGINES)
class TestLearned:
    def test_an_abbreviation_explained_anywhere_is_known_everywhere(
        self, make: Make, tmp_path: Path
    ) -> None:
        engine = make(LEARNING, tmp_path / "index")
        for typed in ("KLTN", "khóa luận tốt nghiệp", "khoa luan tot nghiep"):
            found = marks(search(SearchParams(typed, match="all"), engine))
            assert found.keys() == {"quy-che", "kltn", "khoa-luan"}
            assert found["quy-che"] == ["khóa luận tốt nghiệp", "KLTN"]
        assert "cvht" in marks(search(SearchParams("cố vấn học tập"), engine))

    def test_titles_are_asked_for_either_writing(self, make: Make, tmp_path: Path) -> None:
        engine = make(LEARNING, tmp_path / "index")
        assert marks(search(SearchParams("title:khóa luận tốt nghiệp"), engine)) == {
            "kltn": ["KLTN"]
        }

    def test_a_whole_article_is_marked_by_either_writing(self, make: Make, tmp_path: Path) -> None:
        engine = make(LEARNING, tmp_path / "index")
        page = read_article("kltn", "khóa luận tốt nghiệp", engine)
        shown = [p.text[s.start : s.end] for p in page.paragraphs for s in p.highlights]
        assert shown == ["KLTN", "KLTN"]

    def test_a_users_own_table_is_used_beside_the_others(self, make: Make, tmp_path: Path) -> None:
        (tmp_path / "own.txt").write_text("lớp, nhóm", encoding="utf-8")
        engine = make(LEARNING, tmp_path / "index")
        own = from_file(tmp_path / "own.txt")
        assert not search(SearchParams("nhóm"), engine).articles
        found = marks(search(SearchParams("nhóm"), engine, own))
        assert found == {"viet-tat": ["lớp"], "cvht": ["lớp"]}


def test_what_only_a_removed_article_explained_is_forgotten(tmp_path: Path) -> None:
    write(tmp_path, LEARNING)
    assert len(open_engine(tmp_path).abbreviations()) == 2
    write(tmp_path, removed=["quy-che"])
    engine = open_engine(tmp_path)
    assert [pair.short for pair in engine.abbreviations()] == ["cvht"]
    assert "khoa-luan" not in marks(search(SearchParams("KLTN"), engine))


def test_joined_segments_remember_what_their_articles_explain(tmp_path: Path) -> None:
    for item in LEARNING * 2:
        write(tmp_path, [item])
    assert set(open_engine(tmp_path).abbreviations().values()) == {1}


class TestAUsersTable:
    def test_the_settings_name_it_for_the_page_and_the_endpoint(self, tmp_path: Path) -> None:
        write(tmp_path / "index", LEARNING)
        (tmp_path / "own.txt").write_text("lớp, nhóm", encoding="utf-8")
        settings = Settings(index=tmp_path / "index", synonyms=tmp_path / "own.txt")
        client = create_app(settings).test_client()
        answer = client.get("/api/search?q=nhóm").get_json()
        assert answer["total"]["articles"] == 2
        assert "<mark>lớp</mark>" in client.get("/?q=nhóm").get_data(as_text=True)
        assert "<mark>lớp</mark>" in client.get("/articles/cvht?q=nhóm").get_data(as_text=True)

    def test_a_changed_table_is_another_answer(self, tmp_path: Path) -> None:
        write(tmp_path / "index", LEARNING)
        own = tmp_path / "own.txt"
        tags = []
        for content in ("lớp, nhóm", "lớp, tốp"):
            own.write_text(content, encoding="utf-8")
            client = create_app(Settings(index=tmp_path / "index", synonyms=own)).test_client()
            tags.append(client.get("/api/search?q=nhóm").headers["ETag"])
        assert tags[0] != tags[1]

    def test_a_bad_line_is_told_before_anything_is_served(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own = tmp_path / "own.txt"
        own.write_text("lớp, nhóm\nlớp,,\n", encoding="utf-8")
        monkeypatch.setenv("SEARCH_APP_SYNONYMS", str(own))
        with pytest.raises(BadSynonyms, match=f"^{own}:2: "):
            create_app()

    def test_the_command_line_reads_it_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(tmp_path / "index", LEARNING)
        (tmp_path / "own.txt").write_text("lớp, nhóm", encoding="utf-8")
        monkeypatch.setenv("SEARCH_APP_SYNONYMS", str(tmp_path / "own.txt"))
        assert main(["search", "nhóm", "--index", str(tmp_path / "index")]) == 0
        assert "«lớp»" in capsys.readouterr().out


@pytest.mark.parametrize(("typed", "relaxed"), [("nghị định 25", True), ("nghị định 18", False)])
def test_the_parts_of_one_thing_stand_apart_where_nothing_else_is_found(
    library: Engine, typed: str, relaxed: bool
) -> None:
    page = search(SearchParams(typed, size=50), library)
    assert marks(page).keys() == {"nđ-18"}
    assert page.relaxed is relaxed


def test_of_two_things_that_overlap_the_later_is_one() -> None:
    engine = in_memory([article("vay", "Hộ nghèo vay 300 triệu đồng, theo một khoản của quỹ.")])
    page = search(SearchParams("khoản 300 triệu đồng"), engine)
    assert marks(page) == {"vay": ["300 triệu đồng", "khoản"]}
    assert not page.relaxed
