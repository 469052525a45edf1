"""`kitscan doctor`: checks this machine, this folder and, for one device, each credential, before a scan."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fingerprints.model.errors import KitscanError
from scanner.checks.machine import Check, State, check_data, check_layer_2, check_store, check_versions
from scanner.checks.secret_strength import check_strength
from scanner.cli.exit_codes import USAGE
from scanner.protocols.link.helper_program import read_status

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.credentials.book import FileBook


@click.command("doctor")
@click.argument("device", required=False)
@click.option("--credentials", type=click.Path(path_type=Path, dir_okay=False), help="The credentials file.")
@click.option("--yes", is_flag=True, help="Allow a device with a public address.")
def command(device: str | None, credentials: Path | None, yes: bool) -> int:
    """Check this machine, the files of this folder, and the age of the data.

    Given a DEVICE, also offer it every credential that is bound to its address, once each.
    """
    from scanner.cli.options import DEFAULT_STORE
    from scanner.config import Config, read_config

    failed = _print_checks((*check_versions(), check_layer_2(read_status())))
    try:
        config = read_config(Path())
    except KitscanError as error:
        failed |= _print_checks((_failure(error),))
        config = Config(Path())
    failed |= _print_checks((*_data(config), check_store(config.store or DEFAULT_STORE), *_files(config)))
    book, checks = _book(credentials or config.credentials)
    failed |= _print_checks(checks)
    failed |= _print_checks(_destinations(config))
    if device is not None:
        failed |= _print_checks(_device(device, config, book, yes))
    return USAGE if failed else 0


def _print_checks(checks: Iterator[Check] | tuple[Check, ...]) -> bool:
    """Print each check as it is made. True if one failed."""
    failed = False
    for check in checks:
        failed |= check.state is State.FAIL
        click.echo(f"{check.state.value:<4}  {check.summary}")
        if check.next_step:
            click.echo(f"      Next: {check.next_step}")
    return failed


def _destinations(config: "Config") -> Iterator[Check]:
    """Check whether those who are to be told can be."""
    from scanner.checks.destinations import check_destinations

    yield from check_destinations(config.notify, config.folder)


def _failure(error: KitscanError) -> Check:
    return Check(State.FAIL, error.problem.replace("\n", "\n      "), error.next_step)


def _data(config: "Config") -> Iterator[Check]:
    """Check every set of data, including the user's own rules and policies."""
    from scanner.updates.installed_data import data_folder
    from scanner.updates.status import statuses

    data = data_folder(config.data, os.environ)
    try:
        yield from check_data(statuses(data, config.rules, config.policies_folder), datetime.now(UTC).date())
    except KitscanError as error:
        yield _failure(error)


def _files(config: "Config") -> Iterator[Check]:
    """Check that the files named in kitscan.yaml can be read."""
    from fingerprints.database.companies.companies import load_companies
    from reports.declared.attribute_list import read_attributes
    from reports.judgement.permits import read_permits
    from reports.judgement.waivers import read_waivers
    from reports.placement.zones import read_zones
    from reports.policy.support_file import read_support
    from scanner.cli.secret_columns import format_secret_column
    from scanner.inventory_services.fetching import fetching
    from scanner.targets.read_targets import read_exclusions, read_targets, resolve_all, resolve_name

    readers: tuple[tuple[str, Path | None, Callable[[Path], object]], ...] = (
        ("zones", config.zones, read_zones),
        ("waivers", config.waivers, read_waivers),
        ("permits", config.permits, read_permits),
        ("attributes", config.attributes, read_attributes),
        ("support", config.support, lambda path: read_support(path, load_companies(own_rules=config.rules))),
    )
    for name, path, read in readers:
        if path is not None:
            try:
                read(path)
                yield Check(State.OK, f"{name}: {path} can be read")
            except KitscanError as error:
                yield _failure(error)
    try:
        fetch = fetching()
        targets = read_targets(config.targets, config.ports, resolve_name, config.folder, fetch)
        read_exclusions(config.exclude, resolve_all, config.folder, fetch)
    except KitscanError as error:
        yield _failure(error)
        return
    if config.targets:
        yield Check(State.OK, f"targets: {targets.count:,} addresses before exclusions")
    for column in targets.secret_columns:
        yield Check(State.WARN, f"targets: {format_secret_column(column)}", "keep secrets out of lists of devices")
    for missing in targets.unresolved:
        yield Check(
            State.WARN,
            f"targets: {missing.name} has no address ({missing.place})",
            "correct the name, or give its address",
        )


def _book(path: Path | None) -> "tuple[FileBook | None, tuple[Check, ...]]":
    """The credential book, and a check of each secret in it, by name and never by value."""
    from scanner.cli.terminal.prompt import ask
    from scanner.credentials.book import read_credentials

    if path is None:
        return None, (Check(State.WARN, "credentials: none", "kitscan init, then credentials: in kitscan.yaml"),)
    try:
        book = read_credentials(path, ask)
    except KitscanError as error:
        return None, (_failure(error),)
    checks = tuple(
        Check(State.OK, f"credential {name}: readable")
        if problem is None
        else Check(State.FAIL, f"credential {name}: {problem.problem}", problem.next_step)
        for name, problem in book.check()
    )
    checks += tuple(check_strength(name, strength) for name, strength in book.easily_guessed())
    return book, checks or (Check(State.WARN, f"credentials: {path} has no entries", "add one as its comments show"),)


def _device(device: str, config: "Config", book: "FileBook | None", confirmed: bool) -> Iterator[Check]:
    """Offer each credential to one device, once. Raises ScopeRefused for a public address that is not confirmed."""
    import asyncio

    from scanner.checks.credential_check import check_credentials
    from scanner.config import known_hosts_of
    from scanner.credentials.redacting_sink import Redactor
    from scanner.inventory_services.fetching import fetching
    from scanner.rate_limit.profiles import PROFILES
    from scanner.scope import admit
    from scanner.targets.read_targets import read_exclusions, read_targets, resolve_all, resolve_name

    targets = read_targets((device,), config.ports, resolve_name)
    exclusions = read_exclusions(config.exclude, resolve_all, config.folder, fetching())
    if targets.count != 1:
        raise KitscanError(
            f"{device}: {targets.count} addresses", "name one device: an address, or a name that resolves"
        )
    scope = admit(targets, exclusions, PROFILES["gentle"], confirmed=confirmed)
    target = next(iter(scope))
    book = book.avoiding(scope.forbids, resolve_name) if book else None
    if book is None or not book.names(target.address):
        yield Check(
            State.FAIL, f"{target.key}: no credential is bound to it", "add its prefix to one in the credentials file"
        )
        return
    known_hosts, redactor = known_hosts_of(config), Redactor(book.secrets_known_at)
    for result in asyncio.run(check_credentials(target, book, scope.profile, known_hosts)):
        state = State.OK if result.accepted else State.FAIL
        summary = redactor.text(target.address, result.summary)
        yield Check(state, f"{target.key}: credential {result.name}: {summary}", result.next_step)
