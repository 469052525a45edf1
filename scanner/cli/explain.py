"""`kitscan explain`: a device's verdict and the evidence for it, or the text of a policy or a rule."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from heapq import nlargest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.options import DEFAULT_STORE, REDACT, is_redacted, judging_options, report_request_of, store_of
from scanner.project_file import CONFIG_FILE, store_hint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from reports.document.document import Document, Header, ReportedDevice
    from reports.judgement.assessment import AssessmentOptions
    from scanner.cli.options import ReportRequest
    from scanner.config import Config
    from scanner.store.answer_index import AnswerIndex
    from scanner.store.store import Run, Store

MAX_SUGGESTED = 3
"""Near names that the message about an unknown one holds."""

MAX_COMPARED = 1000
"""Names that an unknown one is compared with: those that begin and end most like it."""

MAX_EARLIER = 3
"""Earlier runs that are judged to find a device which the latest does not know."""

MAX_WHOLE = 1000
"""Targets of a run that is judged as a whole for the answer about one of them."""

MAX_SOME = 24
"""Targets of a larger run that are judged without the others, for a word that so many said."""

_ID = re.compile("[0-9a-f]{16}", re.IGNORECASE)
"""An id of a device: it is a digest, so only a judgement tells whose it is."""

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

    DEVICE is an id, a label, an address, a name or a serial number. The id of a policy, POLICY/RULE for one of its
    rules, or the id of a fingerprint rule shows the text of that policy or rule.
    """
    from scanner.cli.assessment.kept_answers import kept_answers

    asked = report_request_of(given)
    place = asked.store or _likely_store()
    kept = None if asked.redact else kept_answers(place, run, asked)
    text = None if kept is None else _kept(kept, place, device, run, evidence)
    click.echo(text or _anew(device, run, evidence, asked, {} if kept is None else {place: kept}), nl=False)
    return 0


def _kept(kept: "AnswerIndex", place: str, name: str, number: int | None, evidence: bool) -> str | None:
    """The text that was kept when the run was judged; None if no device has this name, or the chain is asked for.
    Nothing is imported for it that takes long, and kitscan.yaml is not read: a wrong guess of its store finds no
    answers under its key. Raises KitscanError where it is certain that nothing has this name."""
    from scanner.cli.assessment.kept_answers import common_of
    from scanner.store.run_mark import is_first_run

    answer = kept.answer(name)
    if answer is not None:
        return None if evidence and answer.again else answer.short
    common = common_of(kept)
    if common is None or common.is_taken(name) or not kept.lacks(name):
        return None
    if number is None and not is_first_run(place, common.run):
        return None
    raise _unknown(name, common.run, (*kept.names(), *common.policies), kept.holders(name))


def _likely_store() -> str:
    from fingerprints.model.input_file import read_text_file

    config = Path(CONFIG_FILE)
    named = store_hint(read_text_file(config)) if config.is_file() else None
    return str(Path(named)) if named else DEFAULT_STORE


def _anew(name: str, run: int | None, evidence: bool, asked: "ReportRequest", kept: "Mapping[str, AnswerIndex]") -> str:
    """The text about a policy, a rule, or a device that is judged for it. `kept` has the answers of a store that were
    found already: a policy or a rule is never among them."""
    from scanner.cli.data_texts import explain_data
    from scanner.config import read_config

    config = read_config(Path())
    is_device = any(answers.answer(name) is not None for answers in kept.values())
    text = None if is_device else explain_data(name, config, asked.support or config.support)
    return text or _judged(name, run, evidence, asked, config, kept)


def _judged(
    device: str,
    number: int | None,
    evidence: bool,
    asked: "ReportRequest",
    config: "Config",
    known: "Mapping[str, AnswerIndex]",
) -> str:
    """The text about a device: of the run that was asked for, or of the latest that knows the device."""
    from reports.document.sanitize import sanitize
    from scanner.cli.assessment.kept_answers import common_of, kept_answers
    from scanner.cli.assessment.reporting import run_named
    from scanner.cli.data_texts import policy_ids
    from scanner.store.contents import names_in
    from scanner.store.store import open_store

    with open_store(store_of(asked, config)) as store:
        asking = _Asking(store, device, evidence, asked, config)
        latest = run_named(store, number)
        kept = known.get(store.place) or kept_answers(store.place, latest.id, asked)
        kept = None if asking.redacted else kept
        if kept is not None and (answer := kept.answer(device)) is not None:
            if not (evidence and answer.again):
                return answer.short
            if (common := common_of(kept)) is not None and (text := asking.again(latest, answer.again, common.shares)):
                return text
        if (kept is None or not kept.lacks(device)) and (text := asking.text_in(latest, is_latest=True)):
            return text
        for earlier in () if number is not None else store.runs_that_name(device, before=latest.id)[:MAX_EARLIER]:
            if text := asking.text_in(earlier):
                day = earlier.started.date().isoformat()
                said = f"run {latest.id} does not know {sanitize(device)}, so this is run {earlier.id} ({day})"
                click.echo(said, err=True)
                return text
        with store.reading() as connection:
            names = asking.names or (names_in(connection, latest.id) if kept is None else kept.names())
        holders = asking.holders if kept is None else kept.holders(device)
        was_judged = bool(asking.names) or kept is not None
        raise _unknown(device, latest.id, (*names, *policy_ids(config)), holders, was_judged)


@dataclass(frozen=True, slots=True)
class _Asking:
    """What is asked of a store, and by which options. `names` are those of a whole run that was judged for it, and
    `holders` the ids of the devices in it that share the name as their serial number. `options` has those of each
    run."""

    store: "Store"
    name: str
    evidence: bool
    asked: "ReportRequest"
    config: "Config"
    names: list[str] = field(default_factory=list)
    holders: list[str] = field(default_factory=list)
    options: "dict[int, AssessmentOptions]" = field(default_factory=dict)

    @property
    def redacted(self) -> bool:
        """Whether the answer has pseudonyms."""
        return is_redacted(self.asked, self.config)

    def again(self, run: "Run", kept: str, shares: str) -> str | None:
        """The text about one device of a run that was judged before, judged once more by what was kept of it; None
        where that cannot be read."""
        from scanner.cli.assessment.kept_values import device_from, shares_from
        from scanner.cli.assessment.reporting import document_again

        try:
            one, measured = device_from(kept), shares_from(shares)
        except ValueError:
            return None
        document = document_again(self.store, run, one, measured, self._options(run))
        return self._text_about(document, one.id, self.redacted)

    def text_in(self, run: "Run", is_latest: bool = False) -> str | None:
        """The text about the device or target of a run with this name; None where the run has none. Of a large run only
        those targets are judged that have the name or said it, if that is sure to find it. The answers of a judgement
        of the whole latest run are kept."""
        from scanner.cli.assessment.kept_answers import answer_keeper
        from scanner.cli.assessment.reporting import devices_numbered, judged_run

        count = self.store.subject_count(run.id)
        if count > MAX_WHOLE and not self.redacted and not _ID.fullmatch(self.name):
            is_sure = self.name.isascii()
            for keys in self._choices(run):
                if 0 < len(keys) <= MAX_SOME and (text := self._alone(run, keys, count)):
                    return text
                is_sure = is_sure and len(keys) <= MAX_SOME
            if is_sure:
                return None
        keeper = answer_keeper(self.asked, self.config)
        judged = judged_run(self.store, run, self._options(run), self.asked.jobs)
        text = self._text_about(judged.document, self.name, self.redacted)
        if is_latest:
            keeper.keep(self.store, run, judged)
            self.names.extend(_names_in(judged.document))
            self.holders.extend(one.device.id for one in devices_numbered(judged.document, self.name))
        return text

    def _choices(self, run: "Run") -> "Iterator[Collection[str]]":
        """The keys of the targets of a run that have the name, then of those that said it as a whole, and of all that
        said it."""
        from scanner.store.contents import keys_named, keys_saying

        with self.store.reading() as connection:
            named = keys_named(connection, run.id, self.name)
        yield named
        with self.store.reading() as connection:
            said = keys_saying(connection, run.id, self.name)
        yield frozenset(key for key, is_whole in said.items() if is_whole)
        yield frozenset(said)

    def _alone(self, run: "Run", keys: "Collection[str]", count: int) -> str | None:
        """The text about the device among a few targets of a run, and what judging these alone leaves out."""
        import textwrap

        from scanner.cli.assessment.reporting import document_of_some

        document = document_of_some(self.store, run, keys, self._options(run))
        text = self._text_about(
            document, self.name, redacted=False, otherwise=f"Judge the whole run: kitscan assess {run.id}"
        )
        left_out = ALONE.format(others=count - len(keys), run=run.id)
        return None if text is None else "\n".join(textwrap.wrap(left_out, 80)) + f"\n\n{text}"

    def _options(self, run: "Run") -> "AssessmentOptions":
        from scanner.cli.assessment.reporting import assessment_options_of

        if run.id not in self.options:
            self.options[run.id] = assessment_options_of(self.asked, self.config, run.started.date())
        return self.options[run.id]

    def _text_about(self, document: "Document", name: str, redacted: bool, otherwise: str | None = None) -> str | None:
        """The text about a device or a target that was not assessed; None where the document has none of this name.
        `otherwise` says what to do where no finding of the device does."""
        from reports.explanation.device import explain_device
        from reports.explanation.short_answer import answer_device, answer_target
        from scanner.cli.assessment.reporting import device_named, devices_numbered, not_assessed_named

        judged, missing = device_named(document, name), None
        if judged is None and (missing := not_assessed_named(document, name)) is None:
            numbered = devices_numbered(document, name)
            judged = numbered[0] if len(numbered) == 1 else None
        if judged is not None:
            shown = _shown(document, judged, redacted)
            return explain_device(*shown) if self.evidence else answer_device(*shown, otherwise)
        if missing is None:
            return None
        return answer_target(replace(missing, target="this target") if redacted else missing)


def _unknown(
    name: str, run: int, names: Iterable[str], holders: Sequence[str] = (), was_judged: bool = True
) -> KitscanError:
    """The error about a name that nothing has, with those that are near; `holders` are devices that share it as their
    serial number. Of a run that nobody judged it is only known what its targets said."""
    from reports.document.sanitize import sanitize

    if holders:
        problem = f"{sanitize(name)}: several devices of run {run} have this serial number"
        return KitscanError(problem, f"name one of {', '.join(holders[:MAX_SUGGESTED])}")
    near = near_names(name, names)
    nobody = f"no device of run {run}, no policy and no rule has this name"
    unsaid = f"no target of run {run} has this name or said it, and no policy and no rule has it"
    return KitscanError(
        f"{sanitize(name)}: {nobody if was_judged else unsaid}",
        f"did you mean {' or '.join(near)}?" if near else "kitscan assess --format csv lists the devices",
    )


def _names_in(document: "Document") -> Iterable[str]:
    for judged in document.devices:
        device = judged.device
        yield from filter(None, (device.name, *device.labels, *device.addresses))
    yield from (missing.target for missing in document.not_assessed)


def near_names(wanted: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names nearest to an unknown one, compared without case, safe to print; none if none is near."""
    from reports.document.sanitize import sanitize

    key, by_key = wanted.casefold(), {name.casefold(): name for name in names}
    likely: Iterable[str] = by_key
    if len(by_key) > MAX_COMPARED:
        likely = nlargest(MAX_COMPARED, by_key, lambda name: _same_ends(key, name))
    near = get_close_matches(key, likely, n=MAX_SUGGESTED, cutoff=NEAR)
    return tuple(sanitize(by_key[key], 80) for key in near)


def _same_ends(first: str, second: str) -> int:
    """How many characters two texts begin and end with alike."""
    count = 0
    for pairs in (zip(first, second, strict=False), zip(reversed(first), reversed(second), strict=False)):
        for one, other in pairs:
            if one != other:
                break
            count += 1
    return count


def _shown(document: "Document", judged: "ReportedDevice", redacted: bool) -> tuple["ReportedDevice", "Header"]:
    """The device and the header to explain it by, with the pseudonyms of the report if it is redacted."""
    from reports.document.redaction.redact import redaction_of

    if not redacted:
        return judged, document.header
    redaction = redaction_of(document)
    wanted = redaction.ids[judged.device.id]
    shown = next(device for device in redaction.document.devices if device.device.id == wanted)
    return shown, redaction.document.header
