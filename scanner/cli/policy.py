"""`kitscan policy`: the dated rules that ship with kitscan, and the user's own."""

from pathlib import Path

import click

_FOLDER = click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Your own policies as well."
)


@click.group("policy")
def command() -> None:
    """List, show and test the policies. They are facts to check, not legal advice."""


@command.command("list")
@_FOLDER
def list_policies(folder: Path | None) -> int:
    """One line a policy: id, jurisdiction, how sure its facts are, title."""
    from reports.judgement.policy import load_policies

    for policy in load_policies(None, folder):
        click.echo(f"{policy.id:<28} {policy.jurisdiction:<3} {policy.certainty.value:<9} {policy.title}")
    return 0


@command.command()
@click.argument("policy")
@_FOLDER
def show(policy: str, folder: Path | None) -> int:
    """What a policy says: who, where, what, from when, until when, and where that can be read."""
    from reports.judgement.policy import load_policies
    from reports.output.explain_policy import explain_policy

    (found,) = load_policies((policy,), folder)
    click.echo(explain_policy(found), nl=False)
    return 0


@command.command()
@_FOLDER
def test(folder: Path | None) -> int:
    """Judge every worked example that the policy files hold; exits 2 where one does not come out as written."""
    from fingerprints.companies import load_companies
    from reports.judgement.examples import run_examples
    from reports.judgement.policy import SHIPPED
    from scanner.cli.main import USAGE

    files = sorted(path for place in (SHIPPED, *((folder,) if folder else ())) for path in place.glob("*.yaml"))
    companies = load_companies()
    examples = [example for path in files for example in run_examples(path, companies)]
    wrong = [example for example in examples if example.wrong]
    for example in wrong:
        click.echo(f"{example.policy}: {example.name}: {'; '.join(example.wrong)}", err=True)
    click.echo(f"{len(examples) - len(wrong)} of {len(examples)} examples of {len(files)} policies come out as written")
    return USAGE if wrong else 0
