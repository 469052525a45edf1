"""`kitscan policy list`: one line for each policy, of everywhere and everybody or of some."""

from pathlib import Path

import click

from reports.document.sanitize import sanitize
from reports.policy.policy import Policy
from scanner.cli.policy.options import FOLDER, JURISDICTION, ROLE, UNVERIFIED, bound_by_options, policies_here

SHOWN_ROLES = 2
"""Roles of a policy that its line names; the rest is counted."""

_HEAD = ("id", "where", "status", "until", "binds", "certainty", "title")
_LINE = "{:<28} {:<5} {:<10} {:<10} {:<44} {:<9} {}"


@click.command("list")
@JURISDICTION
@ROLE
@FOLDER
@UNVERIFIED
def list_policies(
    jurisdictions: tuple[str, ...], roles: tuple[str, ...], folder: Path | None, include_unverified: bool
) -> int:
    """Print one line for each policy: id, jurisdiction, status, first day without it, roles that it binds, certainty of
    its facts, title.

    --jurisdiction de also lists the law of the European Union; --role lists what binds one of these roles.
    """
    from reports.document.policy_wording import without_policy_text
    from reports.policy.choice import of_jurisdictions, without_any_policy
    from reports.policy.jurisdictions import read_jurisdictions

    known, places = policies_here(folder), read_jurisdictions()
    bound_by = bound_by_options(jurisdictions, roles, places)
    everything = tuple(known.by_id.values())
    meant = [
        policy
        for policy in of_jurisdictions(everything, bound_by.jurisdictions, places)
        if not bound_by.roles or not policy.roles or set(bound_by.roles) & set(policy.roles)
    ]
    shown = [policy for policy in meant if include_unverified or policy.id not in known.from_memory]
    if shown:
        click.echo(_LINE.format(*_HEAD))
    for policy in shown:
        click.echo(_describe(policy, bound_by.roles))
    if without := without_any_policy(everything, bound_by.jurisdictions):
        click.echo(without_policy_text(without), err=True)
    if hidden := len(meant) - len(shown):
        click.echo(f"{hidden:,} more from memory alone: --include-unverified lists them", err=True)
    return 0


def _describe(policy: Policy, asked: tuple[str, ...]) -> str:
    return _LINE.format(
        policy.id,
        policy.jurisdiction,
        policy.status.value,
        policy.until.isoformat() if policy.until else "-",
        _describe_roles(policy.roles, asked),
        policy.certainty.value,
        sanitize(policy.title),
    )


def _describe_roles(roles: tuple[str, ...], asked: tuple[str, ...]) -> str:
    """The first roles that a policy binds, those that were asked for before the others."""
    ordered = sorted(roles, key=lambda role: role not in asked)
    more = f" +{len(ordered) - SHOWN_ROLES}" if len(ordered) > SHOWN_ROLES else ""
    return ", ".join(ordered[:SHOWN_ROLES]) + more or "every role"
