"""Deadlines as marks on a line: in order, apart, and none lost."""

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reports.document.due import DueDate
from reports.formats.html.due_marks import LATER, MAX_MARKS, PASSED, SOON, DueMarks, due_marks

AS_OF = date(2026, 11, 22)
UNTIL = date(2027, 2, 20)

DAYS = st.sets(st.dates(date(2015, 1, 1), date(2040, 12, 31)), max_size=40)


def marks_of(days: set[date], devices: int = 3) -> DueMarks:
    return due_marks([DueDate(day, devices, ()) for day in sorted(days)], AS_OF, UNTIL)


@given(DAYS)
def test_each_date_is_in_the_filter_of_one_mark(days: set[date]) -> None:
    linked = [day for mark in marks_of(days).marks for day in str(mark.href).removeprefix("#due=").split(",")]
    assert linked == [day.isoformat() for day in sorted(days)]


@given(DAYS)
def test_marks_stand_in_their_span_in_order_and_apart(days: set[date]) -> None:
    marks = marks_of(days).marks
    for part in (PASSED, SOON, LATER):
        places = [float(mark.x.removesuffix("%")) for mark in marks if mark.state == part.state]
        apart = (part.end - part.start) / MAX_MARKS
        assert len(places) <= MAX_MARKS
        assert all(part.start <= place <= part.end for place in places)
        assert all(after - before >= apart - 0.02 for before, after in itertools.pairwise(places))


def test_the_day_of_judgement_has_not_passed_and_the_last_of_the_next_days_is_one_of_them() -> None:
    days = {AS_OF - timedelta(days=1), AS_OF, UNTIL, UNTIL + timedelta(days=1)}
    assert [mark.state for mark in marks_of(days).marks] == ["passed", "soon", "soon", "later"]


def test_dates_that_share_a_mark_are_counted_and_the_last_year_is_named() -> None:
    later = {date(2028 + number, 1, 1) for number in range(6)}
    mark = marks_of(later).marks[-1]
    assert (mark.count, mark.day, mark.year) == ("+3", "dates", "to 2033")
    assert mark.label == "3 dates from 2031-01-01 to 2033-01-01"


def test_more_devices_make_a_larger_mark() -> None:
    dates = [DueDate(date(2024, 1, 1), 1, ()), DueDate(date(2025, 1, 1), 100, ())]
    small, large = due_marks(dates, AS_OF, UNTIL).marks
    assert (str(small.shape)[:9], str(large.shape)[:9]) == ("M-4.5 -4.", "M-9.5 -9.")


def test_no_date_leaves_the_line_empty() -> None:
    assert marks_of(set()).marks == ()
