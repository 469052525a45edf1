"""`kitscan policy`: the dated rules that ship with kitscan, and the user's own."""

from pathlib import Path

import click

_FOLDER = click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Your own policies as well."
)

_UNVERIFIED = click.option(
    "--include-unverified", is_flag=True, help="Those that are from memory alone as well; check them first."
)


@click.group("policy")
def command() -> None:
    """List, show and test the policies. They are facts to check, not legal advice."""


@command.command("list")
@_FOLDER
@_UNVERIFIED
def list_policies(folder: Path | None, include_unverified: bool) -> int:
    """One line a policy: id, jurisdiction, how sure its facts are, title."""
    from reports.judgement.policy import load_policies

    for policy in load_policies(None, folder, include_unverified):
        click.echo(f"{policy.id:<28} {policy.jurisdiction:<3} {policy.certainty.value:<9} {policy.title}")
    return 0


@command.command()
@click.argument("policy")
@_FOLDER
def show(policy: str, folder: Path | None) -> int:
    """What a policy says: who, where, what, from when, until when, and where that can be read."""
    from reports.judgement.policy import load_policies
    from reports.output.explain_policy import explain_policy

    (found,) = load_policies((policy,), folder, unverified=True)
    click.echo(explain_policy(found), nl=False)
    return 0


@command.command()
@_FOLDER
def test(folder: Path | None) -> int:
    """Judge every worked example that the policy files hold; exits 2 where one does not come out as written, or where
    a policy names a maker that nobody knows."""
    from fingerprints.companies import load_companies
    from reports.judgement.examples import run_examples, unknown_makers
    from reports.judgement.policy import SHIPPED, load_policies
    from scanner.cli.main import USAGE

    files = sorted(path for place in (SHIPPED, *((folder,) if folder else ())) for path in place.glob("*.yaml"))
    companies = load_companies()
    examples = [example for path in files for example in run_examples(path, companies)]
    wrong = [example for example in examples if example.wrong]
    for example in wrong:
        click.echo(f"{example.policy}: {example.name}: {'; '.join(example.wrong)}", err=True)
    click.echo(f"{len(examples) - len(wrong)} of {len(examples)} examples of {len(files)} policies come out as written")
    strangers = unknown_makers(load_policies(None, folder, unverified=True), frozenset(one.id for one in companies))
    for stranger in strangers:
        click.echo(stranger, err=True)
    return USAGE if wrong or strangers else 0
