"""One article as plain text, in the layout of a newspaper."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_fakes import articles_of, reason_of

from search_app.ingest.news_text import MAX_SOURCE, MAX_TITLE, parse
from search_app.ingest.text import clean
from search_app.ingest.values import Refusal
from search_app.model import Article

CONFERENCE = Path(__file__).resolve().parents[2] / "shared/data/hoi-nghi-dan-van-2017.txt"

ARTICLE = """\
18/06/2018 - 06:05

Chợ nổi Cái Răng ngày nước lên\u00a0

Từ tờ mờ sáng, ghe xuồng đã tụ về khúc sông Cần Thơ.


Ghe bán trái cây treo hàng lên cây bẹo

Bà Ba nói: “Bẹo gì bán nấy”.

Đến 9 giờ chợ tan, theo con nước ra về.

Theo Báo Cần Thơ

Chia sẻ bài viết
"""


def test_every_part_of_the_layout_is_told_apart() -> None:
    article = parse(ARTICLE, "cho-noi")
    assert article.header.id == "cho-noi"
    assert article.header.published == datetime(2018, 6, 18, 6, 5)
    assert article.header.title == "Chợ nổi Cái Răng ngày nước lên"
    assert article.header.source == "Báo Cần Thơ"
    assert article.header.url is None
    assert article.lead == "Từ tờ mờ sáng, ghe xuồng đã tụ về khúc sông Cần Thơ."
    assert article.paragraphs == (
        "Ghe bán trái cây treo hàng lên cây bẹo",
        "Bà Ba nói: “Bẹo gì bán nấy”.",
        "Đến 9 giờ chợ tan, theo con nước ra về.",
    )


@pytest.mark.skipif(not CONFERENCE.exists(), reason=f"{CONFERENCE} is not on this machine")
def test_the_article_the_project_started_from_is_read_right() -> None:
    (article,) = articles_of(CONFERENCE)
    header = article.header
    assert header.id == "hoi-nghi-dan-van-2017"
    assert header.published == datetime(2017, 12, 5, 9, 30)
    assert header.title == "Hội nghị giao ban công tác Dân vận khu vực Tây Nam bộ năm 2017"
    assert header.source == "Báo điện tử Đảng cộng sản Việt Nam"
    assert article.lead is not None
    assert article.lead.startswith("Sáng 4-12, tại Kiên Giang, Ban Dân vận Trung ương phối hợp")
    assert article.paragraphs[0] == "Quang cảnh Hội nghị"
    beginnings = [" ".join(paragraph.split()[:3]) for paragraph in article.paragraphs[1:]]
    assert beginnings == [
        "Phát biểu tại",
        "Phương thức lãnh",
        "Ủy ban nhân",
        "Mặt trận Tổ",
        "Điển hình như",
        "Ngoài ra, các",
        "Các đơn vị",
        "Tiêu biểu là",
        "Tại hội nghị,",
    ]
    written = CONFERENCE.read_text(encoding="utf-8")
    assert all(paragraph in written for paragraph in article.body)


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("05/12/2017 - 09:30", datetime(2017, 12, 5, 9, 30)),
        ("5/12/2017 9:30", datetime(2017, 12, 5, 9, 30)),
        ("05/12/2017, 09h30", datetime(2017, 12, 5, 9, 30)),
        ("05/12/2017", datetime(2017, 12, 5)),
        ("Thứ ba, 05/12/2017, 09:30 (GMT+7)", datetime(2017, 12, 5, 9, 30)),
        ("Thứ Ba, 5/12/2017 - 09:30 GMT+7", datetime(2017, 12, 5, 9, 30)),
        ("Chủ nhật, 10/12/2017", datetime(2017, 12, 10)),
        ("Thứ 7 09/12/2017 | 23:59", datetime(2017, 12, 9, 23, 59)),
    ],
)
def test_a_first_line_that_is_a_date_says_when_it_was_published(
    line: str, moment: datetime
) -> None:
    article = parse(f"\n{line}\nTết Đoan Ngọ\n\nSáng sớm ăn rượu nếp.", "tet")
    assert article.header.published == moment
    assert article.header.title == "Tết Đoan Ngọ"


@pytest.mark.parametrize(
    "line", ["31/02/2017", "05/12/2017 25:00", "Ngày 05/12/2017 mở hội", "05/12/17", "12/2017"]
)
def test_a_first_line_that_is_no_date_is_the_title(line: str) -> None:
    article = parse(f"{line}\n\nSáng sớm ăn rượu nếp.", "tet")
    assert (article.header.published, article.header.title) == (None, line)


def test_date_source_and_lead_may_all_be_missing() -> None:
    article = parse("Phở Thìn\n\nQuán mở từ năm 1979.", "pho")
    assert article == Article(article.header, paragraphs=("Quán mở từ năm 1979.",), lead=None)
    assert article.header.title == "Phở Thìn"
    assert (article.header.published, article.header.source) == (None, None)


def test_a_file_with_one_block_is_a_body_without_a_title() -> None:
    article = parse("Mùa nước nổi, cá linh về theo bông điên điển.", "ca-linh")
    assert article.header.title == ""
    assert article.body == ("Mùa nước nổi, cá linh về theo bông điên điển.",)


def test_without_blank_lines_each_line_is_a_paragraph() -> None:
    article = parse("Cá linh\nĐầu mùa, cá nhỏ.\nCuối mùa, cá lớn.\nTheo Báo An Giang", "ca-linh")
    assert article.header.title == "Cá linh"
    assert article.body == ("Đầu mùa, cá nhỏ.", "Cuối mùa, cá lớn.")
    assert article.header.source == "Báo An Giang"


def test_lines_of_a_block_are_joined_into_one_paragraph() -> None:
    article = parse("Cá linh\n\nĐầu mùa,\n  cá nhỏ.\n\nCuối mùa,\tcá lớn.", "ca-linh")
    assert article.lead == "Đầu mùa, cá nhỏ."
    assert article.paragraphs == ("Cuối mùa, cá lớn.",)


@pytest.mark.parametrize("first", ["Đồng Tháp\nMười", "Đồng " * (MAX_TITLE // 5) + "Tháp Mười"])
def test_a_first_block_of_many_lines_or_letters_is_no_title(first: str) -> None:
    article = parse(f"{first}\n\nSen nở.\n\nCá về.", "dong-thap-muoi")
    assert (article.header.title, article.lead) == ("", None)
    assert article.paragraphs == (" ".join(first.split("\n")), "Sen nở.", "Cá về.")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_all_line_endings_are_alike(ending: str) -> None:
    assert parse(ARTICLE.replace("\n", ending), "a") == parse(ARTICLE, "a")


def test_a_missing_final_newline_makes_no_difference() -> None:
    assert parse(ARTICLE.rstrip(), "a") == parse(ARTICLE, "a")


@pytest.mark.parametrize(
    "last",
    [
        "Theo ông Ba, chợ đã vắng.",
        "Theo " + "Báo " * (MAX_SOURCE // 4),
        "Theo Báo Cần Thơ\nvà Báo Hậu Giang",
        "Ghe lại về\nTheo Báo Cần Thơ",
        "Theo dõi con nước mà đi…",
        "theo Báo Cần Thơ",
    ],
)
def test_a_last_block_that_names_no_source_is_a_paragraph(last: str) -> None:
    article = parse(f"Chợ nổi\n\nGhe về.\n\n{last}", "cho-noi")
    assert article.header.source is None
    assert article.paragraphs[-1] == " ".join(last.split())


def test_a_source_before_the_end_is_a_paragraph() -> None:
    article = parse("Chợ nổi\n\nTheo Báo Cần Thơ\n\nGhe về.", "cho-noi")
    assert article.header.source is None
    assert article.lead == "Theo Báo Cần Thơ"


def test_share_buttons_are_dropped_at_the_end_only() -> None:
    article = parse("Chia sẻ\n\nFacebook\n\nZalo là gì?\n\nFacebook\nZalo\n\nIn bài viết:", "a")
    assert article.header.title == "Chia sẻ"
    assert article.body == ("Facebook", "Zalo là gì?")


@pytest.mark.parametrize("text", ["", " \n\u00a0\n", "05/12/2017 - 09:30\n\nChia sẻ bài viết\n"])
def test_a_file_without_text_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="has no text"):
        parse(text, "a")


def test_an_empty_file_is_rejected_by_name(tmp_path: Path) -> None:
    path = tmp_path / "rong.txt"
    path.touch()
    assert reason_of(path) == "has no text"


def test_spaces_inside_a_line_stay_as_the_author_wrote() -> None:
    article = parse("Giá:  5\u00a0000\u00a0đồng", "gia")
    assert article.body == ("Giá:  5\u00a0000\u00a0đồng",)


def test_control_characters_are_removed_before_letters_are_composed() -> None:
    assert parse("a\x01\u0301o da\x0f\u0300i", "ao").body == ("áo dài",)


@given(st.text(max_size=400))
def test_any_text_is_an_article_or_refused(text: str) -> None:
    try:
        article = parse(text, "bất kỳ")
    except Refusal:
        return
    assert article.body
    assert all(part == part.strip() and "\n" not in part for part in article.body)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=8))
def test_every_block_is_a_paragraph_in_its_place(blocks: list[str]) -> None:
    marked = [f"đoạn {number} {''.join(block.split())}." for number, block in enumerate(blocks)]
    article = parse("\n\n".join(["Nhan đề", "Mở đầu.", *marked]), "a")
    assert article.body == ("Mở đầu.", *map(clean, marked))
