"""`kitscan db`: how old the fingerprint data are, newer ones, and whether rule files prove what they claim."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fingerprints.database.snapshots import DataSet
from fingerprints.model.errors import KitscanError

if TYPE_CHECKING:
    from scanner.updates.fetch import Fetched
    from scanner.updates.status import DataStatus

PUBLISHED = {
    DataSet.MAC_PREFIXES: (
        "https://standards-oui.ieee.org/oui/oui.csv",
        "https://standards-oui.ieee.org/oui28/mam.csv",
        "https://standards-oui.ieee.org/oui36/oui36.csv",
    ),
    DataSet.ENTERPRISE_NUMBERS: ("https://www.iana.org/assignments/enterprise-numbers.txt",),
}
"""Where the registries publish their lists themselves. Rule packs have no publisher but the one you name."""

_WHICH = click.argument("data_set", metavar="[SET]", required=False, type=click.Choice([one.value for one in DataSet]))


@click.group("db")
def command() -> None:
    """Show, update and verify the fingerprint data.

    SET is mac-prefixes, enterprise-numbers or rules.
    """


@command.command()
def status() -> int:
    """Every set of data: how many entries, of what day, from where, shipped or your own."""
    from scanner.config import read_config
    from scanner.updates.status import statuses

    config, today = read_config(Path()), datetime.now(UTC).date()
    click.echo(f"{'set':<19} {'of':<10} {'days':>5}  {'whose':<8} entries")
    told = tuple(statuses(_data(), config.rules, config.policies_folder))
    for one in told:
        whose = "your own" if one.own else "shipped"
        click.echo(f"{one.name:<19} {one.day.isoformat():<10} {one.age(today):>5}  {whose:<8} {one.entries}")
        click.echo(f"{'':<19} from {_printable(one.source)}")
    for warning in _warnings(told, today):
        click.echo(f"warning: {warning}", err=True)
    return 0


@command.command()
@_WHICH
@click.option("--from", "places", multiple=True, metavar="FILE|URL", help="A copy of your own; may be given again.")
@click.option("--date", "stated", metavar="DATE", help="The day of the copy, where it does not say so itself.")
@click.option("--rollback", is_flag=True, help="Use the data before the last update again.")
def update(data_set: str | None, places: tuple[str, ...], stated: str | None, rollback: bool) -> int:
    """Renew a set from its registry over https, or from a file or address that you name.

    A copy that has shrunk, that is older, or in which well-known entries are wrong is refused; the old data are kept.
    """
    wanted = DataSet(data_set) if data_set else None
    day = _day(stated)
    if rollback:
        if places or stated:
            raise click.UsageError("--rollback takes no copy and no date")
        return _roll_back(wanted)
    if places:
        _renew(wanted, places, day)
        return 0
    if wanted is DataSet.RULES:
        raise click.UsageError("rules have no registry: name a pack with --from")
    for which in (wanted,) if wanted else tuple(PUBLISHED):
        _renew(which, PUBLISHED[which], day)
    return 0


@command.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True), required=False)
def verify(path: Path | None) -> int:
    """Verify rule files: yours at PATH, or all that are in use. Exits 2 where one does not prove what it claims."""
    from fingerprints.database.snapshots import in_use
    from scanner.cli.main import USAGE
    from scanner.config import read_config

    shipped = in_use(_data(), DataSet.RULES).folder
    place = path or read_config(Path()).rules
    wrong = 0 if path else _verified(shipped, shipped)
    if place is not None:
        wrong += _verified(place, shipped)
    return USAGE if wrong else 0


def _verified(place: Path, shipped: Path) -> int:
    """Tell every flaw below a place, and how much was looked at; returns how many flaws there are. A part of the rules
    in use is verified among all of them, others beside them."""
    import time

    from fingerprints.database.companies import load_companies
    from fingerprints.database.rules import load_rules
    from fingerprints.database.verification import verify as verified
    from reports.document.wording import format_count

    if place.resolve().is_relative_to(shipped.resolve()):
        found = verified(shipped, load_companies(), time.thread_time)
    else:
        companies = load_companies(own_rules=place if place.is_dir() else place.parent)
        found = verified(place, companies, time.thread_time, load_rules(shipped))
    below = place.resolve()
    flaws = [(file, flaw) for file, flaw in found.flaws if file.resolve().is_relative_to(below)]
    for file, flaw in flaws:
        click.echo(_printable(f"{file}: {flaw.place}: {flaw.problem}; expected {flaw.expected}"))
    for note in found.notes:
        click.echo(note)
    examples, rules, files = (
        format_count(count, one)
        for count, one in ((found.examples, "example"), (found.rules, "rule"), (found.files, "file"))
    )
    held = format_count(len(flaws), "flaw") if flaws else "no flaw"
    click.echo(f"{examples} of {rules} in {files} of {place}: {held}")
    return len(flaws)


def _data() -> Path:
    from scanner.config import read_config
    from scanner.updates.installed_data import data_folder

    return data_folder(read_config(Path()).data, os.environ)


def _renew(wanted: DataSet | None, places: tuple[str, ...], day: date | None) -> None:
    from scanner.updates.renew import renew

    done = renew(_data(), tuple(_fetched(places)), wanted, day, datetime.now(UTC).date())
    changes = ", ".join(f"{part} {done.before.get(part, 0):,} -> {count:,}" for part, count in done.after.items())
    if done.changed:
        click.echo(f"{done.which.value}: of {done.day.isoformat()} in use: {changes}")
        click.echo(f"The data before are kept: kitscan db update {done.which.value} --rollback", err=True)
    else:
        click.echo(f"{done.which.value}: of {done.day.isoformat()}, already in use")


def _fetched(places: tuple[str, ...]) -> "Iterator[Fetched]":
    from scanner.updates.fetch import fetched, plain_address

    for place in places:
        if "://" in place:
            click.echo(f"Fetching {_printable(plain_address(place))}", err=True)
        yield fetched(place)


def _roll_back(wanted: DataSet | None) -> int:
    from fingerprints.database.snapshots import in_use
    from scanner.updates.installed_data import can_roll_back, roll_back

    data = _data()
    which = wanted
    if which is None:
        kept = [one for one in DataSet if can_roll_back(data, one)]
        if len(kept) != 1:
            names = ", ".join(one.value for one in kept) or "none"
            raise KitscanError(f"sets with data from before an update: {names}\nNext: name the set to roll back")
        which = kept[0]
    roll_back(data, which)
    used = in_use(data, which)
    told = f"of {used.snapshot.day.isoformat()}" if used.snapshot else "as shipped"
    click.echo(f"{which.value}: {told} in use again; the same command returns to the newer")
    return 0


def _warnings(told: "tuple[DataStatus, ...]", today: date) -> Iterator[str]:
    from scanner.updates.status import MAX_DAYS

    for one in told:
        if one.note:
            yield one.note
        if one.stale(today):
            days = f"{one.name}: {one.age(today)} days old, fresh up to {MAX_DAYS[one.name]}"
            yield f"{days}. Next: {one.next_step()}"


def _day(stated: str | None) -> date | None:
    try:
        return date.fromisoformat(stated) if stated else None
    except ValueError as error:
        raise click.BadParameter(f"{stated!r} is no date; write it as 2018-12-31") from error


def _printable(text: str) -> str:
    """Names of files and addresses as they may come from others, without what steers a terminal."""
    return "".join(mark if mark.isprintable() else "?" for mark in text)
