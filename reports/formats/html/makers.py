"""The makers of the devices in each place as bars: how many devices, and how many of them are restricted there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reports.document.group_wording import describe_for_part
from reports.document.overview import Column, MakerCount, Overview
from reports.document.wording import PLACE, format_count
from reports.formats.html.first_screen import NumberCell
from reports.formats.html.links import PageLink, filtered
from reports.formats.html.parts import left_out
from reports.policy.verdict import Verdict

SHOWN_MAKERS = 12
"""Makers of each place; the device table has all of them."""


@dataclass(frozen=True, slots=True)
class MakerBar:
    """One maker: its link, its numbers and its bar. Widths are in percent of the longest bar of the place."""

    maker: PageLink
    devices: str
    restricted: NumberCell
    width: str
    restricted_width: str
    note: str


@dataclass(frozen=True, slots=True)
class MakersOfPlace:
    """The makers of one place, those with restricted devices first."""

    place: str
    counted: str
    restricted: str
    bars: tuple[MakerBar, ...]
    more: tuple[str, ...]


def makers_by_place(glance: Overview) -> tuple[MakersOfPlace, ...]:
    """The makers of each place that holds devices."""
    return tuple(
        MakersOfPlace(
            PLACE[column.place],
            format_count(column.devices, "device"),
            glance.labels[Verdict.RESTRICTED],
            tuple(_bars(column)),
            left_out(len(column.makers), SHOWN_MAKERS, "maker", "in the device table"),
        )
        for column in glance.columns
        if column.makers
    )


def _bars(column: Column) -> Iterator[MakerBar]:
    longest = max(maker.devices for maker in column.makers)
    for maker in column.makers[:SHOWN_MAKERS]:
        keys = {"maker": maker.name, "place": column.place.value}
        yield MakerBar(
            maker=PageLink(filtered(**keys), maker.name),
            devices=f"{maker.devices:,}",
            restricted=_restricted(maker, keys),
            width=_percent(maker.devices, longest),
            restricted_width=_percent(maker.restricted, longest),
            note=describe_for_part(maker),
        )


def _restricted(maker: MakerCount, keys: Mapping[str, str]) -> NumberCell:
    if not maker.restricted:
        return NumberCell((), "0")
    return NumberCell((PageLink(filtered(verdict=Verdict.RESTRICTED.value, **keys), f"{maker.restricted:,}"),))


def _percent(count: int, longest: int) -> str:
    return f"{max(100 * count / longest, 0.5) if count else 0:.2f}%"
