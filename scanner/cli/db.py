"""`kitscan db`: shows the age of the fingerprint data, updates them, and verifies rules and MAC prefixes."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fingerprints.database.snapshots import WRITTEN_BY_PEOPLE, DataSet
from fingerprints.model.errors import KitscanError
from scanner.updates.printable_text import printable

if TYPE_CHECKING:
    from scanner.updates.fetch import FetchedFile
    from scanner.updates.mac_vendors import ListComparison
    from scanner.updates.status import DataStatus

IEEE_24_BIT_LIST = "https://standards-oui.ieee.org/oui/oui.csv"
PUBLISHED = {
    DataSet.MAC_PREFIXES: (
        IEEE_24_BIT_LIST,
        "https://standards-oui.ieee.org/oui28/mam.csv",
        "https://standards-oui.ieee.org/oui36/oui36.csv",
    ),
    DataSet.ENTERPRISE_NUMBERS: ("https://www.iana.org/assignments/enterprise-numbers.txt",),
}
"""Where the registries publish their lists. Packs of rules and policies have no publisher: the
user names one."""

_WHICH = click.argument(
    "data_set", metavar="[SET]", required=False, type=click.Choice([data_set.value for data_set in DataSet])
)


@click.group("db")
def command() -> None:
    """Show, update and verify the fingerprint data.

    SET is mac-prefixes, enterprise-numbers, rules or policies.
    """


@command.command()
def status() -> int:
    """Show every set of data: its entries, its day, its source, shipped or your own."""
    from scanner.config import read_config
    from scanner.updates.status import statuses

    config, today = read_config(Path()), datetime.now(UTC).date()
    click.echo(f"{'set':<19} {'of':<10} {'days':>5}  {'whose':<8} entries")
    known = tuple(statuses(_data(), config.rules, config.policies_folder))
    for data_set in known:
        whose = "your own" if data_set.own else "shipped"
        row = f"{data_set.name:<19} {data_set.day.isoformat():<10} {data_set.age(today):>5}  {whose:<8}"
        click.echo(f"{row} {data_set.entries}")
        click.echo(f"{'':<19} from {printable(data_set.source)}")
        if data_set.name == DataSet.MAC_PREFIXES.value:
            click.echo(f"{'':<19} {_describe_comparison(_compare_prefixes())}")
    for warning in _warnings(known, today):
        click.echo(f"warning: {warning}", err=True)
    return 0


@command.command()
@_WHICH
@click.option(
    "--from",
    "places",
    multiple=True,
    metavar="FILE|URL",
    help="Your copy of the list, or a pack: a folder, zip or tar. May be repeated. `mac-vendor-lookup`: that library "
    "fetches the 24-bit prefixes.",
)
@click.option("--date", "stated", metavar="DATE", help="The day of the copy, if it does not state one.")
@click.option("--rollback", is_flag=True, help="Use the data before the last update again.")
def update(data_set: str | None, places: tuple[str, ...], stated: str | None, rollback: bool) -> int:
    """Renew a set from its registry over https, or from a file or address that you name.

    kitscan refuses a copy that has shrunk, that is older, or in which well-known entries are wrong. The old data are
    kept.
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
    if wanted in WRITTEN_BY_PEOPLE:
        raise click.UsageError(f"{wanted} have no registry: name a pack with --from")
    for which in (wanted,) if wanted else tuple(PUBLISHED):
        _renew(which, PUBLISHED[which], day)
    return 0


@command.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True), required=False)
def verify(path: Path | None) -> int:
    """Verify rule files: yours at PATH, or all that are in use. Exits 2 if a rule does not prove what it claims.

    Without PATH, the 24-bit MAC prefixes are compared with the list of mac-vendor-lookup as well.
    """
    from fingerprints.database.snapshots import in_use
    from scanner.cli.exit_codes import USAGE
    from scanner.config import read_config

    shipped = in_use(_data(), DataSet.RULES).folder
    place = path or read_config(Path()).rules
    flaws = 0 if path else _verify_rules(shipped, shipped) + _verify_prefixes()
    if place is not None:
        flaws += _verify_rules(place, shipped)
    return USAGE if flaws else 0


def _verify_rules(place: Path, shipped: Path) -> int:
    """Print every flaw below a place, and how much was verified. Returns the number of flaws. A part of the rules in
    use is verified together with all of them, other rules beside them."""
    import time

    from fingerprints.database.companies.companies import load_companies
    from fingerprints.database.rules import load_rules
    from fingerprints.database.verification import verify as verify_rules
    from reports.document.wording import format_count

    if place.resolve().is_relative_to(shipped.resolve()):
        verified = verify_rules(shipped, load_companies(), time.thread_time)
    else:
        companies = load_companies(own_rules=place if place.is_dir() else place.parent)
        verified = verify_rules(place, companies, time.thread_time, load_rules(shipped))
    below = place.resolve()
    flaws = [(file, flaw) for file, flaw in verified.flaws if file.resolve().is_relative_to(below)]
    for file, flaw in flaws:
        click.echo(printable(f"{file}: {flaw.place}: {flaw.problem}; expected {flaw.expected}"))
    for note in verified.notes:
        click.echo(note)
    examples, rules, files = (
        format_count(count, word)
        for count, word in ((verified.examples, "example"), (verified.rules, "rule"), (verified.files, "file"))
    )
    result = format_count(len(flaws), "flaw") if flaws else "no flaw"
    click.echo(f"{examples} of {rules} in {files} of {place}: {result}")
    return len(flaws)


def _verify_prefixes() -> int:
    """Print how our 24-bit prefixes compare with mac-vendor-lookup's list. Returns 1 if too many differ, else 0."""
    comparison = _compare_prefixes()
    click.echo(_describe_comparison(comparison))
    return 1 if comparison is not None and comparison.is_suspect() else 0


def _compare_prefixes() -> "ListComparison | None":
    """The 24-bit prefixes in use beside mac-vendor-lookup's list; None if the library has no list."""
    from scanner.updates.current import mac_prefixes
    from scanner.updates.mac_vendors import compare, installed_list

    theirs = installed_list()
    return compare(mac_prefixes(_data()), theirs) if theirs is not None else None


def _describe_comparison(comparison: "ListComparison | None") -> str:
    if comparison is None:
        return "mac-vendor-lookup is installed without its list: nothing to compare the 24-bit prefixes with"
    counts = (
        f"{comparison.agreeing:,} agree, {comparison.differing:,} differ in name, {comparison.missing:,} are missing"
    )
    suspect = ": too many" if comparison.is_suspect() else ""
    return f"{comparison.total:,} 24-bit prefixes of mac-vendor-lookup {comparison.version}: {counts}{suspect}"


def _data() -> Path:
    from scanner.config import read_config
    from scanner.updates.installed_data import data_folder

    return data_folder(read_config(Path()).data, os.environ)


def _renew(wanted: DataSet | None, places: tuple[str, ...], day: date | None) -> None:
    from scanner.updates.renew import renew

    today = datetime.now(UTC).date()
    result = renew(_data(), tuple(_fetch_all(places, today)), wanted, day, today)
    changes = ", ".join(f"{part} {result.before.get(part, 0):,} -> {count:,}" for part, count in result.after.items())
    if result.changed:
        click.echo(f"{result.which.value}: of {result.day.isoformat()} in use: {changes}")
        click.echo(f"kitscan keeps the earlier data: kitscan db update {result.which.value} --rollback", err=True)
    else:
        click.echo(f"{result.which.value}: of {result.day.isoformat()}, already in use")


def _fetch_all(places: tuple[str, ...], today: date) -> "Iterator[FetchedFile]":
    """The files at these places. Where IEEE's own 24-bit list cannot be fetched, mac-vendor-lookup fetches IEEE's other
    edition of it."""
    from scanner.updates.fetch import FetchError, fetch, plain_address
    from scanner.updates.mac_vendors import PACKAGE, download

    for place in places:
        if place == PACKAGE:
            click.echo(f"Fetching the 24-bit prefixes by {PACKAGE}", err=True)
            yield download(today)
            continue
        if "://" in place:
            click.echo(f"Fetching {printable(plain_address(place))}", err=True)
        try:
            file = fetch(place)
        except FetchError as error:
            if place != IEEE_24_BIT_LIST:
                raise
            click.echo(f"{printable(error.problem)}\nFetching the 24-bit prefixes by {PACKAGE} instead", err=True)
            file = download(today)
        yield file


def _roll_back(wanted: DataSet | None) -> int:
    from fingerprints.database.snapshots import in_use
    from scanner.updates.installed_data import can_roll_back, roll_back

    data = _data()
    which = wanted
    if which is None:
        candidates = [data_set for data_set in DataSet if can_roll_back(data, data_set)]
        if len(candidates) != 1:
            names = ", ".join(data_set.value for data_set in candidates) or "none"
            raise KitscanError(f"sets with data from before an update: {names}", "name the set to roll back")
        which = candidates[0]
    roll_back(data, which)
    used = in_use(data, which)
    state = f"of {used.snapshot.day.isoformat()}" if used.snapshot else "as shipped"
    click.echo(f"{which.value}: {state} in use again; the same command returns to the newer")
    return 0


def _warnings(known: "tuple[DataStatus, ...]", today: date) -> Iterator[str]:
    from scanner.updates.status import MAX_DAYS

    for data_set in known:
        if data_set.fallback is not None:
            yield str(data_set.fallback)
        if data_set.stale(today):
            age = f"{data_set.name}: {data_set.age(today)} days old, fresh up to {MAX_DAYS[data_set.name]}"
            yield f"{age}. Next: {data_set.next_step()}"


def _day(stated: str | None) -> date | None:
    try:
        return date.fromisoformat(stated) if stated else None
    except ValueError as error:
        raise click.BadParameter(f"{stated!r} is no date; write it as 2018-12-31") from error
