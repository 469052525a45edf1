"""The options of a crawl, and what is said of it when it has ended."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import ClickFunction

if TYPE_CHECKING:
    from scanner.crawl.crawl import Crawl
    from scanner.crawl.frontier import CrawlResult, LeftNeighbour
    from scanner.fence import FenceWords

MAX_NAMED = 5
"""Neighbours of one kind that are named."""

_CRAWL = (
    click.option("--crawl", is_flag=True, help="Also ask the neighbours that devices announce, inside a fence."),
    click.option("--within", multiple=True, metavar="PREFIX", help="With --crawl: it may follow into this prefix."),
    click.option("--hops", type=click.IntRange(1, 64), metavar="N", help="With --crawl: at most N steps.  [3]"),
    click.option(
        "--max-devices", type=click.IntRange(1), metavar="N", help="With --crawl: follow at most N addresses.  [256]"
    ),
)


def crawl_options(command: ClickFunction) -> ClickFunction:
    """Add the options of a crawl to a command, which reads them with `fence_words_of`."""
    for option in reversed(_CRAWL):
        command = option(command)
    return command


def fence_words_of(given: dict[str, Any]) -> "FenceWords | None":
    """Take the options of a crawl out of a command's options; None where none is asked for. Raises UsageError for an
    option of a crawl without --crawl."""
    from scanner.fence import FenceWords

    crawl, within, hops, devices = (given.pop(name) for name in ("crawl", "within", "hops", "max_devices"))
    if not crawl:
        for name, value in (("--within", within), ("--hops", hops), ("--max-devices", devices)):
            if value:
                raise click.UsageError(f"{name} belongs to a crawl; add --crawl")
        return None
    usual = FenceWords()
    return FenceWords(tuple(within), hops or usual.hops, devices or usual.devices)


def print_crawl(crawl: "Crawl | None") -> None:
    """Say what became of a crawl; nothing of a scan that is none."""
    if crawl is not None:
        click.echo("\n".join(describe_crawl(crawl.result())), err=True)


def describe_crawl(result: "CrawlResult") -> Iterator[str]:
    """What became of the neighbours that devices announced, in a line for each kind there is."""
    from reports.document.wording import format_count

    hops = max((found.hop for found in result.followed), default=0)
    steps = f", in {format_count(hops, 'step', 'steps')}" if hops else ""
    yield f"Crawl: {format_count(len(result.followed), 'announced address', 'announced addresses')} followed{steps}"
    kinds = (
        (result.outside, "outside the fence: not asked", "--within names where the crawl may go"),
        (
            result.beyond,
            "inside the fence, beyond its hops or its count: not asked",
            "--hops and --max-devices raise them",
        ),
        (result.excluded, "excluded: not asked", ""),
        (result.unconfirmed, "at public addresses: not asked", "--yes says that you may scan them"),
        (result.nowhere, "without an address that a device can be asked at", ""),
    )
    for neighbours, what, step in kinds:
        if neighbours:
            count = format_count(len(neighbours), "announced neighbour", "announced neighbours")
            yield f"{count} {what} ({_named(neighbours)}){f'; {step}' if step else ''}"


def _named(neighbours: "Sequence[LeftNeighbour]") -> str:
    """The first neighbours by name and address. Devices wrote both."""
    from reports.document.sanitize import sanitize

    names = [" ".join(filter(None, (one.name, one.address))) or "nameless" for one in neighbours[:MAX_NAMED]]
    more = f" and {len(neighbours) - MAX_NAMED:,} more" if len(neighbours) > MAX_NAMED else ""
    return f"{', '.join(sanitize(name) for name in names)}{more}"
