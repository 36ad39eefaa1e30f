"""Other writings of dates, documents' numbers, Roman numerals and amounts."""

from __future__ import annotations

import pytest

from search_app.analysis import analyze
from search_app.query.documents import KINDS
from search_app.query.variants import variants


def others(typed: str) -> set[str]:
    """The other writings of every stretch that has any."""
    found = variants(typed, analyze(typed))
    return {" ".join(writing) for equal in found for writing in equal.others}


def stretches(typed: str) -> set[tuple[int, int]]:
    return {(equal.start, equal.end) for equal in variants(typed, analyze(typed))}


DATE = {"4 12", "04 12", "4 tháng 12", "04 tháng 12"}
NINTH = {"2 9", "02 9", "02 09", "2 tháng 9", "02 tháng 9", "02 tháng 09"}
DATE_WITH_YEAR = {
    "4 12 2017",
    "04 12 2017",
    "4 tháng 12 năm 2017",
    "04 tháng 12 năm 2017",
}


def headed(typed: str, dates: set[str]) -> set[str]:
    """The dates with the ``ngày`` that was typed."""
    return {f"ngày {date}" for date in dates} if typed.lower().startswith("ng") else set()


class TestDates:
    @pytest.mark.parametrize(
        "typed",
        ["4-12", "4/12", "04/12", "ngày 4 tháng 12", "ngay 4 thang 12", "Ngày 4-12", "ngày 4.12"],
    )
    def test_a_day_is_found_in_all_its_writings(self, typed: str) -> None:
        assert others(typed) == DATE | headed(typed, DATE)
        assert stretches(typed) == {(0, len(analyze(typed)))}

    @pytest.mark.parametrize(
        "typed",
        ["4/12/2017", "04-12-2017", "4.12.2017", "ngày 4 tháng 12 năm 2017", "4 thang 12 nam 2017"],
    )
    def test_a_year_that_is_typed_stays(self, typed: str) -> None:
        assert others(typed) == DATE_WITH_YEAR | headed(typed, DATE_WITH_YEAR)

    def test_a_month_has_two_writings(self) -> None:
        expected = {"9 2017", "09 2017", "tháng 9 năm 2017", "tháng 09 năm 2017"}
        assert others("tháng 9/2017") == others("9/2017") == expected
        assert others("tháng 9 năm 2017") == expected

    def test_a_month_with_its_zero_is_after_a_day_with_one(self) -> None:
        assert others("2/9") == NINTH  # 2.09 is a decimal

    @pytest.mark.parametrize("typed", ["32/1", "5/13", "0-1", "4 12", "1/2/3", "A4/12", "4,12"])
    def test_other_numbers_are_no_dates(self, typed: str) -> None:
        assert others(typed) == set()


class TestDocuments:
    def test_a_named_document_has_its_sign(self) -> None:
        expected = {"05 ct", "5 ct", "chỉ thị 05", "chỉ thị số 05", "chỉ thị 5", "chỉ thị số 5"}
        assert others("chi thi 05") == others("Chỉ thị số 05") == expected

    @pytest.mark.parametrize("typed", ["CT 05", "ct 05", "CT số 05", "CT05", "05CT/TW", "05CT-TW"])
    def test_so_has_one_whose_kind_is_abbreviated(self, typed: str) -> None:
        assert {"05 ct", "chỉ thị 05", "chỉ thị số 05", "chỉ thị 5"} <= others(typed)
        assert stretches(typed) == {(0, len(analyze(typed)))}

    @pytest.mark.parametrize(
        ("typed", "named"),
        [
            ("NĐ46", "nghị định 46"),
            ("nd 46", "nghị định 46"),
            ("QĐ 99", "quyết định số 99"),
            ("qđ1956", "quyết định 1956"),
            ("QĐ 1956", "quyết định số 1956"),
            ("1956/QDTTG", "1956 qđ"),
            ("NQ18/TW", "18 nq"),
            ("cv 305", "công văn số 305"),
            ("KH 99", "99 kh"),
            ("báo cáo 77", "77 bc"),
            ("tờ trình số 88", "88 ttr"),
            ("TTLT 36/2014", "thông tư liên tịch 36 2014"),
            ("45/2013/QH-13", "45 2013 qh13"),
        ],
    )
    def test_every_kind_has_its_abbreviation(self, typed: str, named: str) -> None:
        assert named in others(typed)

    @pytest.mark.parametrize(
        "typed",
        [
            *("CT-01", "KT&CT 05", "CT 05-06", "ct05x", "NQ 42.5", "CT 1,5 tỷ"),
            *("TV HD 43", "đĩa CD 12", "TB 3", "Audi TT 2017", "kh 2018"),
        ],
    )
    def test_other_numbers_after_letters_are_no_documents(self, typed: str) -> None:
        assert not [other for other in others(typed) if other.startswith((*KINDS.values(),))]

    @pytest.mark.parametrize(
        "typed", ["báo cáo 6 tháng đầu năm", "ke hoach 5 nam", "thông báo 3 lần"]
    )
    def test_a_number_that_counts_names_none(self, typed: str) -> None:
        assert stretches(typed) == set()

    @pytest.mark.parametrize("typed", ["chı thı 05", "CHỈ THİ 05", "chỉ  thị\u00a05", "ſố 5"])
    def test_letters_that_only_look_alike_break_nothing(self, typed: str) -> None:
        assert isinstance(others(typed), set)

    @pytest.mark.parametrize("typed", ["05-CT/TW", "05 CT TW", "05-ct/tư"])
    def test_a_sign_has_its_document(self, typed: str) -> None:
        assert {"chỉ thị 05", "chỉ thị số 05"} <= others(typed)
        assert stretches(typed) == {(0, 3)}

    def test_the_year_of_a_decree_stays(self) -> None:
        assert "nghị định số 30 2020" in others("30/2020/NĐ-CP")
        assert others("30/2020/NĐ-CP") == others("30/2020/nd-cp")

    def test_a_sign_of_the_national_assembly_is_a_resolution_or_a_law(self) -> None:
        assert {"nghị quyết 42", "nghị quyết số 42", "luật số 42"} <= others("42/2017/QH14")

    @pytest.mark.parametrize("typed", ["20 tb", "100 CT", "chỉ thị của Đảng", "05-XY/TW"])
    def test_what_names_no_document_is_left(self, typed: str) -> None:
        assert others(typed) == set()

    @pytest.mark.parametrize(
        "typed",
        [
            *("nđ100/2019", "ND100/2019/ND-CP", "NĐ 100/2019/NĐ-CP", "100/2019/NĐCP"),
            *("nghị định số 100/2019/NĐ-CP", "nghi dinh 100/2019", "nghị định 100/2019/NĐCP"),
        ],
    )
    def test_a_decree_is_named_with_its_year_however_it_is_signed(self, typed: str) -> None:
        wanted = {"100 2019 nđ", "nghị định 100 2019", "nghị định số 100 2019"}
        assert wanted - {" ".join(analyze(typed).terms)} <= others(typed)
        assert (0, len(analyze(typed))) in stretches(typed)


class TestRomanNumerals:
    @pytest.mark.parametrize(
        ("typed", "other"),
        [
            ("khoá XII", "khóa 12"),
            ("khóa 12", "khóa xii"),
            ("khoa 12", "khóa xii"),
            ("thế kỷ XXI", "kỷ 21"),
            ("đại hội IX", "hội 9"),
            ("lần thứ XIII", "thứ 13"),
            ("quý 4", "quý iv"),
            ("chương V", "chương 5"),
        ],
    )
    def test_they_are_numbers_after_what_is_counted_so(self, typed: str, other: str) -> None:
        assert other in others(typed)

    @pytest.mark.parametrize("typed", ["phố 12", "mix", "vitamin C", "khóa IIX", "khóa 0", "XII"])
    def test_elsewhere_letters_are_letters(self, typed: str) -> None:
        assert others(typed) == set()


class TestLettersAndDigits:
    @pytest.mark.parametrize(
        ("typed", "other"),
        [
            ("U23", "u 23"),
            ("U.23", "u23"),
            ("B-52", "b52"),
            ("su30", "su 30"),
            ("mh 370", "mh370"),
            ("iPhone8", "iphone 8"),
            ("10tỷ", "10 tỷ"),
            ("8GB", "8 gb"),
        ],
    )
    def test_they_are_written_together_or_apart(self, typed: str, other: str) -> None:
        assert others(typed) == {other}

    @pytest.mark.parametrize("typed", ["F1", "tổ 10", "an 7", "A4/12", "x1y2"])
    def test_a_number_of_its_own_stays_apart(self, typed: str) -> None:
        assert others(typed) == set()


@pytest.mark.parametrize(
    "typed",
    [
        *("thi vao lop 10 ha noi", "quan 1 ha noi", "top 10 tỷ phú", "năm 2017 tỷ lệ thất nghiệp"),
        *("top 5 tấn công", "lop 12 gio hoc", "quốc lộ 51 Đồng Nai", "54 đồng bào dân tộc"),
        *("thpt 2017 dong nai", "top 5 đồng hồ thông minh", "kế hoạch 2018", "báo cáo 2016"),
        *("nghị quyết 2016", "hướng dẫn 5 cách", "thong bao 10", "kết luận 2 vụ án"),
        *("khoan 2 giếng", "danh chuong 108 tieng", "gọi 113 114 115", "iphone 8 999 usd"),
        *("18 tháng 6 tuổi", "trẻ 6 tháng 10 ngày", "chương 3 người", "ke hoach 5 nam"),
    ],
)
def test_what_only_begins_like_one_thing_is_several(typed: str) -> None:
    assert not [equal for equal in variants(typed, analyze(typed)) if equal.is_one]


class TestTimesOfDay:
    @pytest.mark.parametrize(
        "typed", ["8h30", "08h30", "8g30", "8:30", "8 giờ 30", "8 gio 30 phut"]
    )
    def test_they_are_written_in_four_ways(self, typed: str) -> None:
        assert {"8h30", "8g30", "8 giờ 30", "8 30"} <= others(typed) | {typed}

    def test_an_hour_is_one_alone(self) -> None:
        assert {"19h", "19g", "19 giờ"} <= others("19h")

    @pytest.mark.parametrize("typed", ["25h30", "8h61", "18:9"])
    def test_what_no_clock_shows_is_none(self, typed: str) -> None:
        assert "8 giờ 30" not in others(typed)
        assert not [other for other in others(typed) if "giờ" in other]


class TestUnits:
    @pytest.mark.parametrize(
        ("typed", "other"),
        [
            ("250 m2", "250m2"),
            ("250m2", "250 m2"),
            ("250 m²", "250m2"),
            ("12 MW", "12mw"),
            ("5 km", "5km"),
            ("50.000đ", "50000 đồng"),
            ("50.000 đồng", "50000 đ"),
            ("50000 dong", "50000đ"),
            ("3,500,000", "3500000"),
        ],
    )
    def test_they_are_glued_to_their_number_or_not(self, typed: str, other: str) -> None:
        assert other in others(typed)

    def test_dollars_are_dollars(self) -> None:
        assert {"20 tỷ usd", "20 tỷ đô"} <= others("20 tỷ đô la")
        assert {"1,2 tỷ usd", "1,2 tỷ đô la"} <= others("1.2 tỷ đô")
        assert "3500 tỷ đô" in others("3.500 tỷ USD")

    def test_blanks_between_thousands_are_no_end_of_an_amount(self) -> None:
        assert {"25000 đ", "25000đ"} <= others("25 000 đồng")

    @pytest.mark.parametrize("typed", ["2 triệu USD", "1,2 tỷ đồng", "3.500 tỉ", "5 ty dong"])
    def test_a_sum_of_money_is_one_thing(self, typed: str) -> None:
        whole = [equal for equal in variants(typed, analyze(typed)) if equal.is_one]
        assert (0, len(analyze(typed))) in {(equal.start, equal.end) for equal in whole}


class TestDecimals:
    def test_a_dot_that_is_typed_may_be_a_comma(self) -> None:
        assert others("3.5 triệu") == {"3,5"}
        assert others("4.12") == {"4,12"}

    def test_a_comma_that_is_typed_is_no_date(self) -> None:
        assert others("3,5 triệu") == set()

    @pytest.mark.parametrize("typed", ["1.2.3", "v1.5", "12.2017", "3.5/4"])
    def test_other_dots_are_left(self, typed: str) -> None:
        assert others(typed) == set()


class TestThousands:
    def test_blanks_between_thousands_may_be_there_or_not(self) -> None:
        assert others("1 000") == others("1000") == others("1.000") == {"1000", "1 000", "1,000"}
        assert others("1000000") == {"1000000", "1 000 000"}

    def test_a_year_is_none(self) -> None:
        assert others("2017") == set()

    def test_a_telephone_number_is_none(self) -> None:
        assert others("090 123 456") == set()
