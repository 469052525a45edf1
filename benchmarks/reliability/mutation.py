"""How many mistakes the tests notice, in the modules where a mistake means a false "clear" or a locked account.

Each mutant (`mutants.py`) runs against the tests of its module, in a process forked from one that has imported the
libraries, so that Python and the libraries start once and not for each mutant. A mutant that no test notices survives.
The score is the share that does not.
"""

import argparse
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from benchmarks.reliability.mutants import Mutant, mutants_of

MIN_SCORE = 0.85

SAMPLE = 300
"""Mutants that are tried unless told otherwise."""

TESTS: Mapping[str, tuple[str, ...]] = {
    "scanner.scope": ("test_scope",),
    "scanner.credentials.book": ("test_credential_book", "test_credentials"),
    "scanner.credentials.credential_builder": ("test_credential_book", "test_credentials"),
    "scanner.credentials.file": ("test_credential_book", "test_credentials"),
    "scanner.credentials.lockout": ("test_credential_book", "test_credentials"),
    "scanner.credentials.redacting_sink": ("test_redacting_sink", "test_struck_secrets"),
    "scanner.credentials.references": ("test_credential_book", "test_credentials"),
    "scanner.credentials.secret_forms": ("test_redacting_sink", "test_struck_secrets"),
    "scanner.credentials.secret_search": ("test_redacting_sink", "test_struck_secrets"),
    "scanner.protocols.snmp.walk": ("test_snmp_walk", "test_walk_groups", "test_lawful_ends"),
    "scanner.protocols.snmp.column_walk": ("test_snmp_walk", "test_walk_groups", "test_lawful_ends"),
    "scanner.protocols.snmp.budget": ("test_row_count", "test_snmp_walk", "test_snmp_requests_in_parts"),
    "scanner.protocols.snmp.lawful_ends": ("test_table_ends", "test_lawful_ends"),
    "reports.judgement.caps": ("test_judge_caps", "test_judge_core", "test_judge"),
    "reports.judgement.effect": ("test_judge", "test_judge_edges", "test_support_ends", "test_regimes_2018"),
    "reports.judgement.evaluate": ("test_judge", "test_judge_edges", "test_support_ends", "test_judge_caps"),
    "reports.judgement.exceptions": ("test_judge_permits", "test_waivers", "test_own_words"),
    "reports.judgement.incomplete": ("test_not_assessed", "test_seen_parts", "test_services_that_stopped"),
    "reports.judgement.maker_match": ("test_judge", "test_judge_edges", "test_support_ends"),
    "reports.judgement.merged": ("test_merged_parts", "test_merged_verdicts", "test_own_words"),
    "reports.judgement.permits": ("test_judge_permits",),
    "reports.judgement.place_match": ("test_place_match", "test_judge"),
    "reports.judgement.policy_views.timeline": ("test_judge_timeline", "test_due_and_timeline", "test_support_ends"),
    "reports.judgement.waivers": ("test_waivers",),
    "fingerprints.identity.gaps_in_evidence": ("test_services_that_stopped", "test_unanswered_commands"),
}
"""The modules, and the unit tests of each."""

LIBRARIES = (
    "pytest", "hypothesis", "hypothesis.extra.pytestplugin", "pytest_asyncio.plugin", "pydantic", "yaml", "click",
    "sqlalchemy", "networkx", "cryptography.hazmat.primitives.asymmetric.rsa", "paramiko", "asyncio", "jinja2",
)  # fmt: skip
"""What the tests import that is not ours: imported once, before the processes are forked."""

NOTICED, SURVIVED = "noticed", "survived"


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant of a module, and whether a test noticed it."""

    module: str
    mutant: Mutant
    outcome: str


class _Source(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another source, and leaves all others alone."""

    def __init__(self, module: str, source: str, path: Path) -> None:
        self._module, self._source, self._path = module, source, path

    def find_spec(self, fullname: str, _path: object, _target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != self._module:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._source, self._path, "exec"), module.__dict__)


def path_of(module: str) -> Path:
    """The file of a module."""
    return Path(f"{module.replace('.', '/')}.py")


def files_with_tests(module: str) -> tuple[str, ...]:
    """The files of a module's tests."""
    return tuple(f"tests/unit/{name}.py" for name in TESTS[module])


def start(module: str, source: str) -> int:
    """Run the tests of a module against this source in a process of its own; its id. Exit code 0: no test failed."""
    process = os.fork()
    if process:
        return process
    os.setsid()
    silent = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(silent, descriptor)
    import pytest

    sys.meta_path.insert(0, _Source(module, source, path_of(module)))
    words = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=1", *files_with_tests(module)]
    try:
        code = int(pytest.main(words))
    except BaseException:  # noqa: BLE001  a mutant may raise anything
        code = 1
    os._exit(code)


def outcomes(mutants: Sequence[tuple[str, Mutant]], limits: Mapping[str, float], workers: int) -> Iterator[Tried]:
    """Each mutant with its outcome, as they end. One that takes longer than its module's limit is noticed."""
    waiting, running = list(reversed(mutants)), dict[int, tuple[str, Mutant, float]]()
    while waiting or running:
        while waiting and len(running) < workers:
            module, mutant = waiting.pop()
            running[start(module, mutant.source)] = module, mutant, time.monotonic() + limits[module]
        process, status = os.waitpid(-1, os.WNOHANG)
        if process in running:
            module, mutant, _ = running.pop(process)
            yield Tried(module, mutant, SURVIVED if status == 0 else NOTICED)
            continue
        for late, (_, _, ends) in running.items():
            if time.monotonic() > ends:
                os.killpg(late, signal.SIGKILL)
        time.sleep(0.01)


def seconds_of(module: str) -> float:
    """How long the tests of a module take without a mistake. Raises SystemExit if one fails."""
    began = time.monotonic()
    process = start(module, path_of(module).read_text(encoding="utf-8"))
    if os.waitpid(process, 0)[1] != 0:
        raise SystemExit(f"{module}: its tests fail without a mistake: {', '.join(files_with_tests(module))}")
    return time.monotonic() - began


def measure(modules: Sequence[str], sample: int, seed: int, workers: int) -> Iterator[Tried]:
    """The outcome of every mutant of these modules, or of `sample` of them, as they end."""
    for library in LIBRARIES:
        importlib.import_module(library)
    mutants = [(module, mutant) for module in modules for mutant in mutants_of(path_of(module).read_text("utf-8"))]
    if 0 < sample < len(mutants):
        mutants = random.Random(seed).sample(mutants, sample)
    limits = {module: 10 + 6 * seconds_of(module) for module in sorted({module for module, _ in mutants})}
    yield from outcomes(mutants, limits, workers)


def main(words: Sequence[str]) -> int:
    """Print the score of each module and of all; 1 if that of all is below MIN_SCORE."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", help="some of the modules; all without")
    parser.add_argument(
        "--sample", type=int, default=SAMPLE, help=f"try so many mutants, drawn at random: {SAMPLE} unless told; 0: all"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--show", action="store_true", help="print every mutant that survived")
    asked = parser.parse_args(words)
    tried: list[Tried] = []
    for each in measure(asked.modules or list(TESTS), asked.sample, asked.seed, asked.workers):
        tried.append(each)
        if asked.show and each.outcome == SURVIVED:
            place = f"{each.module}, line {each.mutant.line}"
            print(f"{place}: {each.mutant.before}  ->  {each.mutant.after}", flush=True)
    for module in TESTS:
        if own := [each for each in tried if each.module == module]:
            print(f"{module:40} {_row(own)}")
    print(f"{'all':40} {_row(tried)}")
    return 0 if _score(tried) >= MIN_SCORE else 1


def _score(tried: Sequence[Tried]) -> float:
    return sum(each.outcome == NOTICED for each in tried) / max(len(tried), 1)


def _row(tried: Sequence[Tried]) -> str:
    noticed = sum(each.outcome == NOTICED for each in tried)
    return f"{noticed:4} of {len(tried):4} noticed, {100 * _score(tried):5.1f} %"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
