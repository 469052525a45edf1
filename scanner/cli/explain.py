"""`kitscan explain`: the evidence for a device's identity and verdict, or the text of a policy or a rule."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.options import REDACT, judging_options, report_request_of
from scanner.config import Config, read_config

if TYPE_CHECKING:
    from reports.document.document import Document, Header, ReportedDevice


@click.command("explain")
@click.argument("device")
@click.option("--run", type=int, help="The run to look in.  [the latest]")
@judging_options
@REDACT
def command(device: str, run: int | None, **given: Any) -> int:
    """Show the chain from the words in a device's answers to its verdict.

    DEVICE is an id, a label, an address or a name. The id of a policy, POLICY/RULE for one of its rules, or the id of a
    fingerprint rule shows the text of that policy or rule.
    """
    from reports.document.wording import NEXT_STEP, describe_reason
    from reports.explanation.device import explain_device
    from scanner.cli.assessment.reporting import (
        assessment_options_of,
        device_named,
        document_of,
        is_redacted,
        not_assessed_named,
        run_named,
    )
    from scanner.cli.options import store_of
    from scanner.store.store import open_store

    asked = report_request_of(given)
    config = read_config(Path())
    text = explain_data(device, config, asked.support or config.support)
    if text is None:
        with open_store(store_of(asked, config)) as store:
            stored = run_named(store, run)
            document = document_of(store, stored, assessment_options_of(asked, config, stored.started.date()))
        judged, unassessed = device_named(document, device), not_assessed_named(document, device)
        if judged is not None:
            text = explain_device(*_shown(document, judged, is_redacted(asked, config)))
        elif unassessed is not None:
            named = unassessed.target if not is_redacted(asked, config) else "This target"
            reason, step = unassessed.reason, NEXT_STEP[unassessed.reason]
            text = f"{named}: not assessed: {describe_reason(reason)}\nNext: {step}\n"
        else:
            raise KitscanError(
                f"{device}: no device of run {stored.id}, no policy and no rule has this name",
                "kitscan assess --format csv lists the devices",
            )
    click.echo(text, nl=False)
    return 0


def _shown(document: "Document", judged: "ReportedDevice", redacted: bool) -> tuple["ReportedDevice", "Header"]:
    """The device and the header to explain it by, with the pseudonyms of the report if it is redacted."""
    from reports.document.redaction.redact import redaction_of

    if not redacted:
        return judged, document.header
    redaction = redaction_of(document)
    wanted = redaction.ids[judged.device.id]
    shown = next(device for device in redaction.document.devices if device.device.id == wanted)
    return shown, redaction.document.header


def explain_data(name: str, config: Config, support: Path | None = None) -> str | None:
    """The text of the policy or the fingerprint rule with this id, or of the list of support ends; None where none has
    it."""
    from reports.explanation.fingerprint_rule import explain_rule
    from reports.explanation.policy import EVIDENCE_AGAINST_PLACE, explain_policy
    from reports.policy.policy_set import known_policies
    from reports.policy.support_file import declared_support, read_support
    from reports.policy.support_policy import SUPPORT
    from reports.policy.verdict import OWN_ZONES
    from scanner.cli.assessment.reporting import database_of
    from scanner.updates.installed_data import data_folder

    policy_id, _, rule_id = name.partition("/")
    if policy_id == OWN_ZONES:
        return EVIDENCE_AGAINST_PLACE
    if policy_id == SUPPORT:
        ends = read_support(support, database_of(config).companies) if support is not None else declared_support()
        return explain_policy(ends, rule_id or None)
    for policy in known_policies(config.policies_folder, data_folder(config.data, os.environ)).by_id.values():
        if policy.id == policy_id and (text := explain_policy(policy, rule_id or None)):
            return text
    for rules in database_of(config).rules.by_source.values():
        for rule in rules:
            if rule.id == name:
                return explain_rule(rule)
    return None
