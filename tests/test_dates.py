"""Dates as people type them, each the stretch of time that it names."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.errors import BadQuery
from search_app.query.dates import parse_date, parse_range

BEFORE_9999 = st.dates(date(1000, 1, 1), date(9998, 12, 31))
FORMS = ["{0:%Y-%m-%d}", "{0:%d/%m/%Y}", "{0:%d-%m-%Y}", "{0.year}-{0.month}-{0.day}"]
FORMS += ["{0.day}/{0.month}/{0.year}", " {0:%Y-%m-%d} "]


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2017", datetime(2017, 1, 1), datetime(2018, 1, 1)),
        ("2017-12", datetime(2017, 12, 1), datetime(2018, 1, 1)),
        ("12/2017", datetime(2017, 12, 1), datetime(2018, 1, 1)),
        ("2-2016", datetime(2016, 2, 1), datetime(2016, 3, 1)),
        ("4/12/2017", datetime(2017, 12, 4), datetime(2017, 12, 5)),
        ("4.12.2017", datetime(2017, 12, 4), datetime(2017, 12, 5)),
        ("29/2/2016", datetime(2016, 2, 29), datetime(2016, 3, 1)),
        ("9999", datetime(9999, 1, 1), datetime.max),
        ("31/12/9999", datetime(9999, 12, 31), datetime.max),
    ],
)
def test_a_date_is_the_time_from_its_first_moment_to_the_one_after(
    text: str, first: datetime, after: datetime
) -> None:
    assert parse_date(text, "date") == (first, after)


@given(BEFORE_9999, st.sampled_from(FORMS))
def test_a_day_is_the_same_in_every_form(day: date, form: str) -> None:
    midnight = datetime(day.year, day.month, day.day)
    assert parse_date(form.format(day), "date") == (midnight, midnight + timedelta(days=1))


@given(BEFORE_9999)
def test_months_and_years_leave_no_gap(day: date) -> None:
    first, after = parse_date(f"{day:%Y-%m}", "date")
    assert first <= datetime(day.year, day.month, day.day) < after
    assert parse_date(f"{after:%Y-%m}", "date")[0] == after
    assert (after - timedelta(days=1)).month == day.month
    _, new_year = parse_date(str(day.year), "date")
    assert parse_date(str(new_year.year), "date")[0] == new_year


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2017-12..2018-01", datetime(2017, 12, 1), datetime(2018, 2, 1)),
        ("2017-12..", datetime(2017, 12, 1), None),
        ("..4/12/2017", None, datetime(2017, 12, 5)),
        ("2017", datetime(2017, 1, 1), datetime(2018, 1, 1)),
        ("1/2017..12/2017", datetime(2017, 1, 1), datetime(2018, 1, 1)),
    ],
)
def test_both_ends_of_a_range_are_inside_and_either_may_be_open(
    text: str, since: datetime | None, until: datetime | None
) -> None:
    assert parse_range(text, "date") == (since, until)


@pytest.mark.parametrize(
    "text",
    [
        *("", "..", "hôm qua", "2017-13", "30/2/2017", "0000", "17", "99999", "-2017", "2017-"),
        *("2017-12-04T09", "2017/12/04/1", "2017...2018", "2017..2018..2019", "12/2017..mai"),
    ],
)
def test_what_is_no_date_is_refused_by_the_name_of_its_parameter(text: str) -> None:
    with pytest.raises(BadQuery, match=r"^from: ") as caught:
        parse_range(text, "from")
    assert (caught.value.code, caught.value.parameter) == ("bad_date", "from")


@given(st.text() | st.text(alphabet="0123456789-/.", max_size=12))
def test_any_text_is_a_range_or_is_refused(text: str) -> None:
    try:
        since, until = parse_range(text, "date")
    except BadQuery:
        return
    assert since is not None or until is not None
