"""Keeps what is said of each device when a run is judged, and what it takes to judge one of them again by itself: so
`kitscan explain` need not judge the run again."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.cli.assessment.answer_key import JudgedFrom, key_of, state_of
from scanner.cli.options import ReportRequest, is_redacted
from scanner.store.answer_index import AnswerIndex, StoredAnswer, index_of, inputs_of, read_answers, write_answers
from scanner.store.run_mark import run_mark

if TYPE_CHECKING:
    from fingerprints.database.fingerprint_database import FingerprintDatabase
    from scanner.cli.assessment.reporting import JudgedRun
    from scanner.config import Config
    from scanner.store.store import Run, Store


def kept_answers(place: str, number: int | None, request: ReportRequest) -> AnswerIndex | None:
    """The answers that were kept when a run of a store was judged by the same code, data, policies, files and options;
    None if there are none. Without a number it is the latest run, if that is finished."""
    path = index_of(place)
    inputs = None if path is None else inputs_of(path)
    judged_from = None if inputs is None else JudgedFrom.of_text(inputs)
    if path is None or judged_from is None:
        return None
    mark, state = run_mark(place, number), state_of(request, judged_from)
    return None if mark is None or state is None else read_answers(path, key_of(place, mark, state))


@dataclass(frozen=True, slots=True)
class KeptInCommon:
    """What all answers of a run have in common: its number, the shares of its caps as `kept_values` writes them, and
    the ids of policies and rules, which come before a device of the same name."""

    run: int
    shares: str
    policies: frozenset[str]
    rules: frozenset[str]

    def is_taken(self, name: str) -> bool:
        """Whether a policy or a rule has this name."""
        return name in self.rules or name.partition("/")[0] in self.policies


def common_of(kept: AnswerIndex) -> KeptInCommon | None:
    """What all kept answers have in common; None where it cannot be read."""
    shared = kept.shared()
    if shared is None:
        return None
    try:
        run, shares, policies, rules = json.loads(shared)
        return KeptInCommon(run, shares, frozenset(policies), frozenset(rules))
    except (ValueError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class AnswerKeeper:
    """Keeps the answers of a judgement that began in a state. What was changed while it was going on (a scan takes
    hours) would be taken for what was judged by: then nothing is kept, and neither is it of a redacted report."""

    request: ReportRequest
    config: "Config"
    judged_from: JudgedFrom
    state: str | None

    def keep(self, store: "Store", run: "Run", judged: "JudgedRun") -> None:
        """Keep the answers about every device and target of a judged run beside its store, if that is a file. A run
        that saw nothing has none: whoever names no run is told of the one before it."""
        from scanner.cli.assessment.kept_values import shares_text

        path, mark, document = index_of(store.place), run_mark(store.place, run.id), judged.document
        if path is None or mark is None or self.state is None or is_redacted(self.request, self.config):
            return
        as_of = self.request.as_of or self.config.as_of or run.started.date()
        if document.header.as_of != as_of or not store.saw_something(run.id):
            return
        if len(judged.of_run) != len(document.devices):
            return
        if state_of(self.request, self.judged_from) == self.state:
            policies, rules = _ids_of_data(judged.options.database, self.config)
            shared = json.dumps((run.id, shares_text(judged.shares), sorted(policies), sorted(rules)))
            answers, key = _answers(judged, policies | rules), key_of(store.place, mark, self.state)
            write_answers(path, key, self.judged_from.to_text(), shared, answers)


def answer_keeper(request: ReportRequest, config: "Config") -> AnswerKeeper:
    """The keeper of a judgement that now begins: before its files are read."""
    from scanner.updates.installed_data import data_folder

    files = (*_files(request), *_files(config))
    folders = (request.folder, config.rules, config.policies_folder, data_folder(config.data, os.environ))
    judged_from = JudgedFrom(files, tuple(str(folder) for folder in folders if folder is not None))
    return AnswerKeeper(request, config, judged_from, state_of(request, judged_from))


def _files(given: "ReportRequest | Config") -> tuple[str, ...]:
    named = (given.zones, given.waivers, given.permits, given.support, given.attributes)
    return tuple(str(path) for path in named if path is not None)


def _answers(judged: "JudgedRun", taken: frozenset[str]) -> Iterator[StoredAnswer]:
    """In the order in which a name is looked up: devices by id, then targets. `taken` are the names of policies and
    rules, which come before any device of the same name."""
    from reports.explanation.short_answer import answer_device, answer_target
    from scanner.cli.assessment.kept_values import device_text
    from scanner.cli.assessment.reporting import names_of, serials_of

    document = judged.document
    again = {one.id: one for one in judged.of_run}
    for reported in document.devices:
        names, serials = names_of(reported.device), serials_of(reported.device)
        short, one = answer_device(reported, document.header), again.get(reported.device.id)
        text = device_text(one) if one is not None else ""
        yield StoredAnswer(_untaken(names, taken), short, text, _untaken(serials, taken))
    for missing in document.not_assessed:
        yield StoredAnswer(_untaken((missing.target, missing.address), taken), answer_target(missing))


def _untaken(names: Iterable[str], taken: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name and name not in taken and name.partition("/")[0] not in taken)


def _ids_of_data(database: "FingerprintDatabase", config: "Config") -> tuple[frozenset[str], frozenset[str]]:
    """The ids of all policies, and of all fingerprint rules, that `kitscan explain` shows the text of."""
    from reports.policy.policy_set import known_policies
    from reports.policy.support_policy import SUPPORT
    from reports.policy.verdict import OWN_ZONES
    from scanner.updates.installed_data import data_folder

    policies = known_policies(config.policies_folder, data_folder(config.data, os.environ)).by_id
    return frozenset((SUPPORT, OWN_ZONES, *policies)), frozenset(rule.id for rule in database.rules.all())
