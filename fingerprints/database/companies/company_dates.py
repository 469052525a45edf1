"""Dates of the companies data as people write them: a day, a month or a year."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field


def first_day(when: str) -> date:
    """The first day of YYYY, YYYY-MM or YYYY-MM-DD. Raises ValueError if there is no such day."""
    return date.fromisoformat((when + "-01-01")[:10])


def end_of(when: str) -> date:
    """The first day on which a tie no longer holds: the given day, or the day after the given month or year."""
    if len(when) == 10:
        return date.fromisoformat(when)
    first = first_day(when)
    later = first + timedelta(days=366 if len(when) == 4 else 31)
    return later.replace(day=1, month=1) if len(when) == 4 else later.replace(day=1)


def _real(when: str) -> str:
    first_day(when)
    return when


When = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"), AfterValidator(_real)]
