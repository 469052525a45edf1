"""`kitscan targets`: what is understood of the lists that name targets, before anything is sent."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import INVENTORY

if TYPE_CHECKING:
    from scanner.stop_signals import StopSignals
    from scanner.targets.entry import ListedPrefix, SkippedEntry
    from scanner.targets.overview import ListOverview

MAX_SHOWN = 20
"""Rows, names and networks that the text shows of each group. JSON has all."""


@click.group("targets")
def command() -> None:
    """Show what is understood of lists of targets."""


@command.command()
@click.argument("files", nargs=-1, metavar="FILE...")
@INVENTORY
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.pass_obj
def show(stop: "StopSignals", /, files: tuple[str, ...], inventory: tuple[str, ...], output_format: str) -> None:
    """Show what is understood of each FILE and what is not: its kind, targets, names, attributes, skipped rows.

    It resolves no name and sends nothing to a target. Only `netbox:https://...`, `nautobot:https://...` and
    `ansible-inventory:PATH` ask the server or the program that they name. Without FILE: the targets of kitscan.yaml.
    """
    from fingerprints.model.errors import KitscanError
    from scanner.cli.terminal.prompt import ask
    from scanner.config import read_config
    from scanner.inventory_services.fetching import fetching
    from scanner.targets.lists import lists_of
    from scanner.targets.overview import overview_of

    words, folder = (*files, *inventory), Path()
    if not words:
        config = read_config(folder)
        words, folder = config.targets, config.folder
    if not words:
        raise KitscanError("no list is named", "name a file, or write `targets` in kitscan.yaml")
    fetch = fetching(stop.asking(ask), with_prefixes=True)
    overviews = [overview_of(named) for named in lists_of(words, folder, "target", fetch)]
    if output_format == "json":
        click.echo(json.dumps({"lists": list(map(as_json, overviews))}, indent=2))
        return
    for overview in overviews:
        for line in _lines(overview):
            click.echo(line)


def _lines(overview: "ListOverview") -> Iterator[str]:
    from reports.document.sanitize import sanitize
    from reports.document.wording import format_count
    from scanner.cli.lists.wording import SKIPPED, format_note

    named, content = overview.named, overview.named.content
    why = f", because {named.because}" if named.because else ""
    yield f"{sanitize(named.origin, 200)}: {f'{named.kind}{why}' if named.kind else 'a target'}"
    rows = len(content.entries) + len(content.skipped)
    skipped = f", {len(content.skipped):,} skipped" if content.skipped else ""
    yield f"  {format_count(rows, 'row', 'rows')}: {format_count(len(content.entries), 'target', 'targets')}{skipped}"
    addresses = format_count(overview.addresses, "address", "addresses")
    yield f"  {addresses}, {format_count(len(overview.names), 'name', 'names')} to resolve"
    yield from _some("name to resolve", overview.names)
    if overview.attributes:
        kept = ", ".join(f"{sanitize(name, 60)} ({count:,})" for name, count in overview.attributes[:MAX_SHOWN])
        yield f"  attributes: {kept}{_more(len(overview.attributes))}"
    if content.unread:
        unread = ", ".join(sanitize(name, 60) for name in content.unread[:MAX_SHOWN])
        yield f"  not kept: {unread}{_more(len(content.unread))}"
    if content.links:
        yield f"  {format_count(len(content.links), 'link', 'links')} declared between them"
    for note in content.notes:
        yield f"  note: {format_note(note)}"
    for reason, count in sorted(Counter(entry.reason for entry in content.skipped).items()):
        yield f"  skipped, {count:,}: {SKIPPED[reason]}"
        yield from _some("", [_skipped_row(entry) for entry in content.skipped if entry.reason is reason])
    yield from _some("not understood", [f"{place}: {problem}" for place, problem in overview.flaws])
    for twice in overview.twice[:MAX_SHOWN]:
        differ = f"; they differ in {', '.join(twice.attributes)}" if twice.attributes else ""
        yield sanitize(f"  named twice: {twice.word} in {', '.join(twice.places[:4])}{differ}", 300)
    yield from _secret_lines(overview)
    yield from _zone_lines(content.prefixes)


def _secret_lines(overview: "ListOverview") -> Iterator[str]:
    from reports.document.sanitize import sanitize
    from reports.document.wording import format_count

    for secret in overview.secrets:
        user = f" of the login {sanitize(secret.user, 60)}" if secret.user else ""
        yield f"  secret, not kept: {sanitize(secret.name, 60)}{user}, for {format_count(secret.hosts, 'host')}"
        prefixes = ", ".join(secret.prefixes[:MAX_SHOWN])
        yield f"    write {secret.reference} into credentials.yaml, for prefixes: [{prefixes}]"
    named = {secret.name for secret in overview.secrets}
    for name in overview.named.content.secret_columns:
        if name not in named:
            yield f"  secret, not kept: {sanitize(name, 60)}"


def _zone_lines(prefixes: "tuple[ListedPrefix, ...]") -> Iterator[str]:
    """Networks with a role or a site, as a proposal for zones.yaml."""
    from reports.document.sanitize import sanitize

    proposed = [listed for listed in prefixes if listed.role or listed.site]
    if prefixes:
        yield f"  networks: {len(prefixes):,}, {len(proposed):,} of them with a role or a site"
    if proposed:
        yield "  zones to consider; add the tier that each has:"
    for listed in proposed[:MAX_SHOWN]:
        name = json.dumps(" ".join(filter(None, (listed.role, listed.site, listed.prefix))))
        yield sanitize(f"    - {{name: {name}, match: {{prefix: {json.dumps(listed.prefix)}}}}}", 300)
    if len(proposed) > MAX_SHOWN:
        yield f"    ... {len(proposed) - MAX_SHOWN:,} more; --format json has all"


def _skipped_row(entry: "SkippedEntry") -> str:
    return f"{entry.place}: {entry.name}{f' ({entry.detail})' if entry.detail else ''}"


def _some(heading: str, texts: "tuple[str, ...] | list[str]") -> Iterator[str]:
    from reports.document.sanitize import sanitize

    for text in texts[:MAX_SHOWN]:
        yield f"    {f'{heading}: ' if heading else ''}{sanitize(text, 200)}"
    if len(texts) > MAX_SHOWN:
        yield f"    ... {len(texts) - MAX_SHOWN:,} more; --format json has all"


def _more(count: int) -> str:
    return f" and {count - MAX_SHOWN:,} more" if count > MAX_SHOWN else ""


def as_json(overview: "ListOverview") -> dict[str, Any]:
    """One list for a program, with every row."""
    from scanner.cli.lists.wording import format_note
    from scanner.targets.shown_content import shown_word

    content = overview.named.content
    return {
        "list": overview.named.origin,
        "kind": overview.named.kind or None,
        "because": overview.named.because or None,
        "targets": [
            {
                "place": entry.place,
                "word": shown_word(entry.word),
                "labels": list(entry.labels),
                "attributes": [list(pair) for pair in entry.attributes],
                "snmp_port": entry.snmp_port,
                "ssh_port": entry.ssh_port,
            }
            for entry in content.entries
        ],
        "addresses": overview.addresses,
        "names": list(overview.names),
        "skipped": [
            {"place": entry.place, "name": entry.name, "reason": entry.reason.value, "detail": entry.detail}
            for entry in content.skipped
        ],
        "not_understood": [{"place": place, "problem": problem} for place, problem in overview.flaws],
        "not_kept": list(content.unread),
        "notes": [{"kind": note.kind.value, "text": format_note(note)} for note in content.notes],
        "named_twice": [
            {"word": twice.word, "places": list(twice.places), "differ_in": list(twice.attributes)}
            for twice in overview.twice
        ],
        "secrets": [
            {
                "name": secret.name,
                "user": secret.user or None,
                "hosts": secret.hosts,
                "prefixes": list(secret.prefixes),
                "reference": secret.reference,
            }
            for secret in overview.secrets
        ],
        "links": [
            {"a": [link.a_name, link.a_interface], "b": [link.b_name, link.b_interface]} for link in content.links
        ],
        "networks": [
            {"prefix": listed.prefix, "role": listed.role, "site": listed.site, "vrf": listed.vrf}
            for listed in content.prefixes
        ],
    }
