"""Made-up news of a night: what the tests of notices send."""

from collections.abc import Collection
from dataclasses import replace

from reports.changes.compare import compare
from reports.changes.lasting import assign_lasting
from reports.changes.state.device_state import DeviceState, FindingState
from reports.policy.verdict import Verdict
from scanner.notify.destination import EVERYTHING, NoticeFilter
from scanner.notify.news import News, news_of
from scanner.notify.notices import Notice, notice_of
from tests.unit.device_states import FIRST_NIGHT, OPTIC, RULE, box, night

SOON: FindingState = replace(RULE, deadline=FIRST_NIGHT.date().replace(month=4))
"""A finding whose last day is 31 days after the first night."""

BAD = box(1, verdict=Verdict.RESTRICTED, findings=(SOON,))
PLAIN = box(2, verdict=Verdict.CLEAR)


def news(
    before: tuple[DeviceState, ...], after: tuple[DeviceState, ...], recorded: Collection[tuple[str, str, str]] = ()
) -> News:
    """What the second night tells after the first."""
    first = assign_lasting(night(1, *before), None)
    second = assign_lasting(night(2, *after), first)
    return news_of(compare(first, second), first, second, recorded)


def first_news(*devices: DeviceState) -> News:
    return news_of(None, None, assign_lasting(night(1, *devices), None))


def notice(what: News, wants: NoticeFilter = EVERYTHING) -> Notice:
    """The notice of news that has something to tell."""
    made = notice_of(what, wants)
    assert made is not None
    return made


def changed() -> News:
    """Two devices of which one was renamed and its optic swapped, and one is restricted now."""
    optic = replace(OPTIC, maker="Huawei", model="SFP-10G", serial="HW0000117")
    renamed = replace(PLAIN, name="core-two", parts=(optic,))
    return news((replace(BAD, verdict=Verdict.CLEAR, findings=()), PLAIN), (BAD, renamed))
