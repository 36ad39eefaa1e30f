"""Tables of equal writings: Solr's format, the built-in table, what an index teaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_app.analysis import analyze
from search_app.errors import BadSynonyms
from search_app.model import Abbreviation
from search_app.query.equal import Equal
from search_app.query.synonyms import Table, built_in, from_file, learned, read_solr


def table(text: str) -> Table:
    return Table(read_solr(text, "synonyms.txt"))


def others(source: Table, typed: str) -> set[str]:
    """The other writings of all that is typed."""
    whole = len(analyze(typed))
    return {
        " ".join(writing)
        for found in source.find(typed, analyze(typed))
        if (found.start, found.end) == (0, whole)
        for writing in found.others
    }


class TestSolrFormat:
    def test_writings_between_commas_are_equal_both_ways(self) -> None:
        bread = table("bánh mì, bánh mỳ kẹp, bmk")
        assert others(bread, "bánh mì") == {"bánh mỳ kẹp", "bmk"}
        assert others(bread, "BMK") == {"bánh mỳ", "bánh mỳ kẹp"}

    def test_an_arrow_goes_one_way(self) -> None:
        trains = table("tàu hỏa, xe lửa => đường sắt")
        assert others(trains, "xe lửa") == others(trains, "tàu hoả") == {"đường sắt"}
        assert others(trains, "đường sắt") == set()

    def test_comments_and_blank_lines_say_nothing(self) -> None:
        assert others(table("# a, b\n\n   \n  # c, d\nxe lửa, tàu hỏa"), "a") == set()

    def test_an_escaped_comma_is_part_of_the_writing(self) -> None:
        assert others(table(r"một\, hai, 1 2"), "1 2") == {"một hai"}

    def test_lines_that_share_a_writing_add_up(self) -> None:
        assert others(table("heo, lợn\nheo, ỉn"), "heo") == {"lợn", "ỉn"}

    @pytest.mark.parametrize(
        ("text", "where", "why"),
        [
            ("heo, lợn\nmèo,, miu", "synonyms.txt:2", "no word"),
            ("=> lợn", "synonyms.txt:1", "no word"),
            ("heo =>", "synonyms.txt:1", "no word"),
            ("# chó\n\na => b => c", "synonyms.txt:3", "more than one =>"),
        ],
    )
    def test_a_bad_line_is_named(self, text: str, where: str, why: str) -> None:
        with pytest.raises(BadSynonyms, match=why) as caught:
            table(text)
        assert str(caught.value).startswith(f"{where}: ")

    def test_a_file_is_read_and_its_version_is_its_content(self, tmp_path: Path) -> None:
        file = tmp_path / "mien.txt"
        file.write_text("heo, lợn", encoding="utf-8-sig")
        before = from_file(file)
        assert others(before, "lợn") == {"heo"}
        file.write_text("heo, lợn\nbắp, ngô", encoding="utf-8")
        assert from_file(file).version != before.version

    def test_a_file_that_is_missing_or_in_no_utf8_is_named(self, tmp_path: Path) -> None:
        file = tmp_path / "mien.txt"
        with pytest.raises(BadSynonyms, match=r"mien\.txt: No such file"):
            from_file(file)
        file.write_bytes("heo, lợn".encode("utf-16"))
        with pytest.raises(BadSynonyms, match=r"mien\.txt: is not in UTF-8"):
            from_file(file)


class TestFinding:
    def test_accents_may_be_missing_but_not_wrong(self) -> None:
        source = table("UBND, ủy ban nhân dân")
        assert others(source, "uy ban nhan dan") == others(source, "Uỷ ban nhân dan") == {"ubnd"}
        assert others(source, "ủy bạn nhân dân") == set()

    def test_every_stretch_is_found_where_it_stands(self) -> None:
        tokens = analyze("chủ tịch UBND và HĐND")
        found = sorted(built_in().find("", tokens), key=lambda equal: equal.start)
        assert found[0] == Equal(2, 3, (("ủy", "ban", "nhân", "dân"),))
        assert found[-1] == Equal(4, 5, (("hội", "đồng", "nhân", "dân"),))


class TestBuiltIn:
    @pytest.mark.parametrize(
        ("short", "long"),
        [
            ("UBND", "ủy ban nhân dân"),
            ("TW", "trung ương"),
            ("T.Ư", "trung ương"),
            ("TPHCM", "thành phố Hồ Chí Minh"),
            ("TP.HCM", "thành phố Hồ Chí Minh"),
            ("HĐND", "hội đồng nhân dân"),
            ("MTTQ", "mặt trận tổ quốc"),
            ("CNXH", "chủ nghĩa xã hội"),
            ("GD&ĐT", "giáo dục và đào tạo"),
            ("THPT", "trung học phổ thông"),
        ],
    )
    def test_official_abbreviations_are_known_both_ways(self, short: str, long: str) -> None:
        assert " ".join(analyze(long).terms) in others(built_in(), short)
        assert " ".join(analyze(short).terms) in others(built_in(), long)

    def test_no_single_term_of_it_is_a_common_syllable(self) -> None:
        from search_app.analysis.normalize import is_syllable

        text = (Path(__file__).parents[1] / "search_app/query/synonyms.vi.txt").read_text("utf-8")
        single = {typed[0] for typed, _ in read_solr(text, "") if len(typed) == 1}
        assert len(single) > 100
        assert {term for term in single if is_syllable(term)} <= {"ub"}


class TestLearned:
    def test_the_two_commonest_expansions_win(self) -> None:
        source = learned(
            {
                Abbreviation("clc", "chất lượng cao"): 5,
                Abbreviation("clc", "cá lóc con"): 1,
                Abbreviation("clc", "câu lạc chuyện"): 2,
            }
        )
        assert others(source, "clc") == {"chất lượng cao", "câu lạc chuyện"}
        assert others(source, "chat luong cao") == {"clc"}
        assert others(source, "cá lóc con") == set()

    def test_one_article_is_enough_but_for_two_letters(self) -> None:
        once = {Abbreviation("kltn", "khóa luận tốt nghiệp"): 1, Abbreviation("th", "thanh hà"): 1}
        assert others(learned(once), "KLTN") == {"khóa luận tốt nghiệp"}
        assert others(learned(once), "TH") == set()
        assert others(learned({Abbreviation("sv", "sinh viên"): 2}), "SV") == {"sinh viên"}
