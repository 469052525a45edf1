"""Keeps what is said of each device when a run is judged, so that `kitscan explain` need not judge it again."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fingerprints.model.input_file import octets_of
from scanner.cli.options import ReportRequest
from scanner.config import Config
from scanner.store.answer_index import AnswerIndex, StoredAnswer, index_of, read_answers, write_answers
from scanner.store.store import Run, Store
from scanner.updates.installed_data import data_folder
from scanner.version import VERSION

if TYPE_CHECKING:
    from reports.document.document import Document

MAX_CHAINS = 1000
"""Devices, the worst first, whose whole chain is kept too. It takes ten times as long to write down as the answer."""

HOME = Path(__file__).parents[3]
PACKAGES = ("fingerprints", "reports", "scanner")
"""What judges: the code and the data that ships with it."""

MAX_FILE = 1 << 30
"""Octets of one of the operator's files that its digest covers."""


def kept_answers(store: Store, run: Run, request: ReportRequest, config: Config) -> AnswerIndex | None:
    """The answers that were kept when this very run was judged by the same code, data, policies, files and options;
    None if there are none."""
    path, key = index_of(store.place), _key(store, run, request, config)
    return None if path is None or key is None or not path.is_file() else read_answers(path, key)


def keep_answers(store: Store, run: Run, document: "Document", request: ReportRequest, config: Config) -> None:
    """Keep the answers about every device and target of a judged run beside its store, if that is a file."""
    path, key = index_of(store.place), _key(store, run, request, config)
    if path is not None and key is not None:
        write_answers(path, key, _answers(document, names_of_data(config)))


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
        yield StoredAnswer(_untaken((missing.target,), taken), text, text)


def _untaken(names: Iterable[str], taken: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name and name not in taken and name.partition("/")[0] not in taken)


def names_of_data(config: Config) -> frozenset[str]:
    """The ids of all policies and fingerprint rules that `kitscan explain` shows the text of."""
    from reports.policy.policy_set import known_policies
    from reports.policy.support_policy import SUPPORT
    from reports.policy.verdict import OWN_ZONES
    from scanner.cli.assessment.reporting import database_of

    policies = known_policies(config.policies_folder, data_folder(config.data, os.environ)).by_id
    rules = (rule.id for rules in database_of(config).rules.by_source.values() for rule in rules)
    return frozenset((SUPPORT, OWN_ZONES, *policies, *rules))


def _key(store: Store, run: Run, request: ReportRequest, config: Config) -> str | None:
    """A digest of all that a judgement of a run depends on. Evidence is only ever added, so its last row tells it.
    None where a file is none that can be read twice, such as a pipe."""
    asked = replace(request, store=None, fail_on=None, output_format=None, out=None)
    configured = replace(config, store=None, fail_on=None, format=None, out=None)
    files = (*_files(request), *_files(config))
    if not all(path.is_file() for path in files):
        return None
    folders = (request.folder, config.rules, config.policies_folder, data_folder(config.data, os.environ))
    parts = (
        VERSION,
        repr(run),
        store.rows_of(run.id),
        repr(asdict(asked)),
        repr(asdict(configured)),
        [(str(path), _digest(path)) for path in files],
        [_state(folder) for folder in folders if folder is not None],
        [_state(HOME / package) for package in PACKAGES],
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _files(given: ReportRequest | Config) -> tuple[Path, ...]:
    named = (given.zones, given.waivers, given.permits, given.support, given.attributes)
    return tuple(path for path in named if path is not None)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for block in octets_of(path, MAX_FILE):
        digest.update(block)
    return digest.hexdigest()


def _state(folder: Path) -> list[tuple[str, int, int]]:
    """Each file of a folder with its size and the time of its last change, sorted."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            path = Path(place, name)
            status = path.stat() if path.exists() else path.lstat()
            found.append((str(path), status.st_size, status.st_mtime_ns))
    return found
