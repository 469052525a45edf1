"""`kitscan policy show` and `kitscan policy test`: what a policy says, and whether its examples come out as written."""

from pathlib import Path

import click

from scanner.cli.policy.options import FOLDER, policies_here


@click.command()
@click.argument("policy")
@FOLDER
def show(policy: str, folder: Path | None) -> int:
    """Print what a policy says: who, where, what, from when, until when, and its sources."""
    from reports.explanation.policy import explain_policy
    from reports.policy.policy_set import named_policies

    (shown,) = named_policies((policy,), policies_here(folder), unverified=True)
    click.echo(explain_policy(shown), nl=False)
    return 0


@click.command()
@FOLDER
def test(folder: Path | None) -> int:
    """Judge every worked example of the policy files. Exits 2 where one does not come out as written, or where a policy
    names a maker that the companies data does not know."""
    import os

    from fingerprints.database.companies.companies import load_companies
    from fingerprints.database.snapshots import DataSet, in_use
    from reports.document.finding_wording import difference_text
    from reports.judgement.policy_views.worked_examples import run_examples
    from reports.policy.maker_names import unknown_maker_text, unknown_makers
    from reports.policy.policy_set import known_policies
    from scanner.cli.exit_codes import USAGE
    from scanner.config import read_config
    from scanner.updates.installed_data import data_folder

    config = read_config(Path())
    data, own = data_folder(config.data, os.environ), folder or config.policies_folder
    places = (in_use(data, DataSet.POLICIES).folder, *((own,) if own else ()))
    files = sorted(path for place in places for path in place.glob("*.yaml"))
    companies = load_companies()
    examples = [example for path in files for example in run_examples(path, companies)]
    failed = [example for example in examples if example.differences]
    for example in failed:
        differences = "; ".join(map(difference_text, example.differences))
        click.echo(f"{example.policy}: {example.name}: {differences}", err=True)
    passed = len(examples) - len(failed)
    click.echo(f"{passed} of {len(examples)} examples of {len(files)} policies come out as written")
    unknown = unknown_makers(tuple(known_policies(own, data).by_id.values()), companies)
    for maker in unknown:
        click.echo(unknown_maker_text(maker), err=True)
    return USAGE if failed or unknown else 0
