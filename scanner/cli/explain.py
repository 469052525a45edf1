"""`kitscan explain`: a device's verdict and the evidence for it, or the text of a policy or a rule."""

import os
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.options import DEFAULT_STORE, REDACT, is_redacted, judging_options, report_request_of, store_of
from scanner.project_file import CONFIG_FILE, store_hint

if TYPE_CHECKING:
    from reports.document.document import Document, Header, ReportedDevice
    from scanner.cli.options import ReportRequest
    from scanner.config import Config
    from scanner.store.answer_index import AnswerIndex
    from scanner.store.store import Run, Store

MAX_SUGGESTED = 3
"""Near names that the message about an unknown one holds."""

MAX_EARLIER = 3
"""Earlier runs that are judged to find a device which the latest does not know."""

MAX_WHOLE = 1000
"""Targets of a run that is judged as a whole for the answer about one of them."""

ALONE = (
    "Judged alone, without the {others:,} other targets of run {run}: other addresses of this device, what neighbours "
    "report of it, evidence against its place and shares of caps are not in this answer, so it is not called clear, "
    "and a report may give it another id. kitscan assess {run} judges the whole run, and then this answer is whole too."
)

NEAR = 0.6
"""How alike, from 0 to 1, a name must be to be meant, as difflib measures it."""


@click.command("explain")
@click.argument("device")
@click.option("--run", type=int, help="The run to look in.  [the latest that knows the device]")
@click.option("--evidence", is_flag=True, help="Print the whole chain from the words seen to the verdict.")
@judging_options
@REDACT
def command(device: str, run: int | None, evidence: bool, **given: Any) -> int:
    """Say in a few lines what a device is, by which rules it is judged, and what to do.

    DEVICE is an id, a label, an address or a name. The id of a policy, POLICY/RULE for one of its rules, or the id of a
    fingerprint rule shows the text of that policy or rule.
    """
    asked = report_request_of(given)
    click.echo(_kept(device, run, evidence, asked) or _anew(device, run, evidence, asked), nl=False)
    return 0


def _kept(name: str, number: int | None, evidence: bool, asked: "ReportRequest") -> str | None:
    """The text that was kept when the run was judged; None if none was, or no device has this name. Nothing is imported
    for it that takes long, and kitscan.yaml is not read: a wrong guess of its store finds no answers under its key."""
    from scanner.cli.assessment.kept_answers import kept_answers

    if asked.redact:
        return None
    return _text_of(kept_answers(asked.store or _likely_store(), number, asked), name, evidence)


def _likely_store() -> str:
    from fingerprints.model.input_file import read_text_file

    config = Path(CONFIG_FILE)
    named = store_hint(read_text_file(config)) if config.is_file() else None
    return str(Path(named)) if named else DEFAULT_STORE


def _anew(name: str, run: int | None, evidence: bool, asked: "ReportRequest") -> str:
    from scanner.config import read_config

    config = read_config(Path())
    text = explain_data(name, config, asked.support or config.support)
    return text or _judged(name, run, evidence, asked, config)


def _text_of(kept: "AnswerIndex | None", name: str, evidence: bool) -> str | None:
    """What is kept about a device; None if nothing is, or only the short answer where the chain is asked for."""
    answer = None if kept is None else kept.answer(name)
    if answer is None:
        return None
    return (answer.chain if evidence else answer.short) or None


def _judged(device: str, number: int | None, evidence: bool, asked: "ReportRequest", config: "Config") -> str:
    """The text about a device: of the run that was asked for, or of the latest that knows the device. The whole run is
    judged, unless the answers that were kept say that no device of it has this name."""
    from reports.document.sanitize import sanitize
    from scanner.cli.assessment.kept_answers import answer_keeper, kept_answers
    from scanner.cli.assessment.reporting import run_named
    from scanner.store.store import open_store

    with open_store(store_of(asked, config)) as store:
        latest = run_named(store, number)
        redacted = is_redacted(asked, config)
        kept = None if redacted else kept_answers(store.place, latest.id, asked)
        if text := _text_of(kept, device, evidence):
            return text
        if kept is None and not redacted and (text := _alone(store, latest, device, evidence, asked, config)):
            return text
        if kept is None or not kept.lacks(device):
            keeper = answer_keeper(asked, config)
            document = _document_of(store, latest, asked, config)
            keeper.keep(store, latest, document)
            if text := _explain(document, device, evidence, redacted):
                return text
            names = tuple(_names_in(document))
        else:
            names = kept.names()
        for earlier in () if number is not None else store.runs_that_name(device, before=latest.id)[:MAX_EARLIER]:
            if text := _explain(_document_of(store, earlier, asked, config), device, evidence, redacted):
                day = earlier.started.date().isoformat()
                known = f"run {latest.id} does not know {sanitize(device)}, so this is run {earlier.id} ({day})"
                click.echo(known, err=True)
                return text
    near = near_names(device, (*names, *_policy_ids(config)))
    raise KitscanError(
        f"{sanitize(device)}: no device of run {latest.id}, no policy and no rule has this name",
        f"did you mean {' or '.join(near)}?" if near else "kitscan assess --format csv lists the devices",
    )


def _alone(
    store: "Store", run: "Run", name: str, evidence: bool, asked: "ReportRequest", config: "Config"
) -> str | None:
    """The text about the one target of a large run with this key, address or label, judged without the others, and what
    that leaves out; None in a small run, which is soon judged, and where none or several have the name."""
    import textwrap

    from scanner.cli.assessment.reporting import assessment_options_of, document_of_one
    from scanner.store.contents import keys_named

    count = store.subject_count(run.id)
    if count <= MAX_WHOLE:
        return None
    with store.reading() as connection:
        keys = keys_named(connection, run.id, name)
    if len(keys) != 1:
        return None
    document = document_of_one(store, run, keys[0], assessment_options_of(asked, config, run.started.date()))
    text = _explain(document, name, evidence, redacted=False, otherwise=f"Judge the whole run: kitscan assess {run.id}")
    left_out = ALONE.format(others=count - 1, run=run.id)
    return None if text is None else "\n".join(textwrap.wrap(left_out, 80)) + f"\n\n{text}"


def _document_of(store: "Store", run: "Run", asked: "ReportRequest", config: "Config") -> "Document":
    from scanner.cli.assessment.reporting import assessment_options_of, document_of

    options = assessment_options_of(asked, config, run.started.date())
    return document_of(store, run, options, asked.jobs)


def _explain(
    document: "Document", name: str, evidence: bool, redacted: bool, otherwise: str | None = None
) -> str | None:
    """The text about a device or a target that was not assessed; None where the document has none of this name.
    `otherwise` says what to do where no finding of the device does."""
    from reports.explanation.device import explain_device
    from reports.explanation.short_answer import answer_device, answer_target
    from scanner.cli.assessment.reporting import device_named, not_assessed_named

    judged = device_named(document, name)
    if judged is not None:
        shown = _shown(document, judged, redacted)
        return explain_device(*shown) if evidence else answer_device(*shown, otherwise)
    missing = not_assessed_named(document, name)
    if missing is None:
        return None
    return answer_target(replace(missing, target="this target") if redacted else missing)


def _names_in(document: "Document") -> Iterable[str]:
    for judged in document.devices:
        device = judged.device
        yield from filter(None, (device.name, *device.labels, *device.addresses))
    yield from (missing.target for missing in document.not_assessed)


def _policy_ids(config: "Config") -> Iterable[str]:
    from reports.policy.policy_set import known_policies
    from scanner.updates.installed_data import data_folder

    return known_policies(config.policies_folder, data_folder(config.data, os.environ)).by_id


def near_names(wanted: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names nearest to an unknown one, compared without case, safe to print; none if none is near."""
    from reports.document.sanitize import sanitize

    by_key = {name.casefold(): name for name in names}
    near = get_close_matches(wanted.casefold(), by_key, n=MAX_SUGGESTED, cutoff=NEAR)
    return tuple(sanitize(by_key[key], 80) for key in near)


def _shown(document: "Document", judged: "ReportedDevice", redacted: bool) -> tuple["ReportedDevice", "Header"]:
    """The device and the header to explain it by, with the pseudonyms of the report if it is redacted."""
    from reports.document.redaction.redact import redaction_of

    if not redacted:
        return judged, document.header
    redaction = redaction_of(document)
    wanted = redaction.ids[judged.device.id]
    shown = next(device for device in redaction.document.devices if device.device.id == wanted)
    return shown, redaction.document.header


def explain_data(name: str, config: "Config", support: Path | None = None) -> str | None:
    """The text of the policy or the fingerprint rule with this id, or of the list of support ends; None where none has
    it."""
    from reports.explanation.fingerprint_rule import explain_rule
    from reports.explanation.policy import EVIDENCE_AGAINST_PLACE, explain_policy
    from reports.policy.policy_set import check_rule, known_policies
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
        if policy.id == policy_id:
            if rule_id:
                check_rule(policy, rule_id)
            return explain_policy(policy, rule_id or None)
    for rules in database_of(config).rules.by_source.values():
        for rule in rules:
            if rule.id == name:
                return explain_rule(rule)
    return None
