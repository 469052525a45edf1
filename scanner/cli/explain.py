"""`kitscan explain`: why a device is said to be what it is, and why that is judged as it is."""

from pathlib import Path
from typing import Any

import click

from fingerprints.errors import KitscanError
from scanner.cli.options import assessment_of, assessment_options


@click.command("explain")
@click.argument("device")
@click.option("--run", type=int, help="The run to look in.  [the latest]")
@assessment_options
def command(device: str, run: int | None, **given: Any) -> int:
    """Show the chain from the words seen to the verdict.

    DEVICE is an id, a label, an address or a name; the id of a policy shows what that policy says.
    """
    from reports.judgement.policy import load_policies
    from reports.output.explain import explain_device
    from reports.output.explain_policy import explain_policy
    from scanner.cli.reporting import device_named, document_of, frame_of, store_of
    from scanner.config import read_config
    from scanner.store import open_store

    asked = assessment_of(given)
    config = read_config(Path())
    for policy in load_policies(None, config.policies_folder):
        if policy.id == device:
            click.echo(explain_policy(policy), nl=False)
            return 0
    with open_store(store_of(asked, config)) as store:
        taken = store.run(run)
        document = document_of(store, taken, frame_of(asked, config, taken.started.date()))
    found = device_named(document, device)
    if found is None:
        raise KitscanError(f"{device}: no device of run {taken.id} answers to it\nNext: kitscan assess --format csv")
    click.echo(explain_device(found), nl=False)
    return 0
