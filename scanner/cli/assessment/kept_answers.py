"""Keeps what is said of each device when a run is judged, so that `kitscan explain` need not judge it again."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.cli.assessment.answer_key import JudgedFrom, key_of, state_of
from scanner.cli.options import ReportRequest, is_redacted
from scanner.store.answer_index import AnswerIndex, StoredAnswer, index_of, inputs_of, read_answers, write_answers
from scanner.store.run_mark import run_mark

if TYPE_CHECKING:
    from reports.document.document import Document
    from scanner.config import Config
    from scanner.store.store import Run, Store

MAX_CHAINS = 1000
"""Devices, the worst first, whose whole chain is kept too. It takes ten times as long to write down as the answer."""


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
class AnswerKeeper:
    """Keeps the answers of a judgement that began in a state. What was changed while it was going on (a scan takes
    hours) would be taken for what was judged by: then nothing is kept, and neither is it of a redacted report."""

    request: ReportRequest
    config: "Config"
    judged_from: JudgedFrom
    state: str | None

    def keep(self, store: "Store", run: "Run", document: "Document") -> None:
        """Keep the answers about every device and target of a judged run beside its store, if that is a file. A run
        that saw nothing has none: whoever names no run is told of the one before it."""
        path, mark = index_of(store.place), run_mark(store.place, run.id)
        if path is None or mark is None or self.state is None or is_redacted(self.request, self.config):
            return
        as_of = self.request.as_of or self.config.as_of or run.started.date()
        if document.header.as_of != as_of or not store.saw_something(run.id):
            return
        if state_of(self.request, self.judged_from) == self.state:
            answers = _answers(document, names_of_data(self.config))
            write_answers(path, key_of(store.place, mark, self.state), self.judged_from.to_text(), answers)


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


def _answers(document: "Document", taken: frozenset[str]) -> Iterator[StoredAnswer]:
    """In the order in which a name is looked up: devices by id, then targets. `taken` are the names of policies and
    rules, which come before any device of the same name."""
    from reports.document.overview import worst_first
    from reports.explanation.device import explain_device
    from reports.explanation.short_answer import answer_device, answer_target

    chained = {judged.device.id for judged in worst_first(document)[:MAX_CHAINS]}
    for judged in document.devices:
        device = judged.device
        chain = explain_device(judged, document.header) if device.id in chained else ""
        names = _untaken((device.id, device.name, *device.labels, *device.addresses), taken)
        yield StoredAnswer(names, answer_device(judged, document.header), chain)
    for missing in document.not_assessed:
        text = answer_target(missing)
        yield StoredAnswer(_untaken(dict.fromkeys((missing.target, missing.address)), taken), text, text)


def _untaken(names: Iterable[str], taken: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name and name not in taken and name.partition("/")[0] not in taken)


def names_of_data(config: "Config") -> frozenset[str]:
    """The ids of all policies and fingerprint rules that `kitscan explain` shows the text of."""
    from reports.policy.policy_set import known_policies
    from reports.policy.support_policy import SUPPORT
    from reports.policy.verdict import OWN_ZONES
    from scanner.cli.assessment.reporting import database_of
    from scanner.updates.installed_data import data_folder

    policies = known_policies(config.policies_folder, data_folder(config.data, os.environ)).by_id
    rules = (rule.id for rules in database_of(config).rules.by_source.values() for rule in rules)
    return frozenset((SUPPORT, OWN_ZONES, *policies, *rules))
