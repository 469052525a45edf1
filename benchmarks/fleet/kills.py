"""`python -m benchmarks.fleet.kills --count 100`: kill -9 of every part of a fleet at random moments of small runs.

Each round is one `kitscan fleet scan` of three sites, in which a collector, the receiver (`fleet serve`), the
coordinator (`fleet scan`, continued with --resume), with --services also the broker, the database or a process that
judges is killed, and started again as a service manager does. Then the store must hold what an undisturbed run brought:
no observation lost, none doubled, no device clear that is not; and the run is complete, or the report names the slices
that are missing.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fleet.battlefield import WITHIN, Battlefield, battlefield
from benchmarks.fleet.kept import differences, false_clears, kept_run, read_document
from scanner.cli.exit_codes import INCOMPLETE

MAX_SECONDS = 180.0
"""A run that takes longer, what services need to start again left out, has not come to its end: half a minute in which
slices begin, a minute of grace, and a report."""

PARTS = ("collector", "receiver", "coordinator")


@dataclass(frozen=True, slots=True)
class KilledRun:
    """One round: what was killed how often, the slices that did not come, the devices that are clear and must not be,
    and what else of the promise was broken."""

    kills: Counter[str]
    missing: tuple[str, ...]
    false_clear: tuple[str, ...]
    broken: tuple[str, ...]
    seconds: float
    said: str

    @property
    def is_kept(self) -> bool:
        """Whether the promise was kept."""
        return not self.broken and not self.false_clear


def measured(count: int, seed: int, kills_a_run: int, services: bool) -> Iterator[KilledRun]:
    """Rounds of so many kills each, until there were `count` kills."""
    chance, left = random.Random(seed), count
    with tempfile.TemporaryDirectory() as name, battlefield(Path(name), services) as field:
        while left > 0:
            killed = _round(field, chance, min(kills_a_run, left))
            left -= max(1, killed.kills.total())
            yield killed


def _round(field: Battlefield, chance: random.Random, count: int) -> KilledRun:
    """One run with so many kills at most; one that ends before has fewer."""
    fleet, kills, said = field.fleet, Counter[str](), list[str]()
    before, _ = field.last_run()
    field.report.unlink(missing_ok=True)
    parts = (*PARTS, *field.services, *(("worker",) if field.services else ()))
    due = sorted((chance.uniform(0, field.seconds), chance.choice(parts)) for _ in range(count))
    began = time.monotonic()
    fleet.start_scan(*WITHIN)
    while (passed := time.monotonic() - began) < MAX_SECONDS:
        if fleet.has_ended("scan"):
            ended = fleet.end("scan")
            said.append(ended.said)
            if field.report.exists():
                return _judged(field, kills, ended.code, time.monotonic() - began, "\n".join(said))
            _go_on(field, before)
        else:
            for moment, victim in [kill for kill in due if kill[0] <= passed]:
                at = time.monotonic()
                if field.kill(victim, chance):
                    due.remove((moment, victim))
                    kills[victim] += 1
                    began += time.monotonic() - at if victim in field.services else 0.0
                    break
        field.restart()
        time.sleep(0.01)
    fleet.end("scan", signal.SIGKILL)
    return KilledRun(kills, (), (), ("it did not come to its end",), MAX_SECONDS, fleet.said())


def _go_on(field: Battlefield, before: int) -> None:
    """What an operator does where a scan ended without a report: report on the run if it has ended, continue it if it
    has not, or scan if there is none."""
    number, has_ended = field.last_run()
    if number == before:
        field.fleet.start_scan(*WITHIN)
    elif has_ended:
        field.fleet.start_assess()
    else:
        field.fleet.start_scan("--resume")


def _judged(field: Battlefield, kills: Counter[str], code: int, seconds: float, said: str) -> KilledRun:
    kept, document = kept_run(field.place), read_document(field.report)
    broken = [*differences(kept, field.kept, document)]
    if kept.missing and code != INCOMPLETE:
        broken.append(f"{len(kept.missing)} slices are missing, and the exit code is {code}")
    lost = frozenset(key for key, facts in field.kept.facts.items() if facts - kept.facts.get(key, Counter()))
    return KilledRun(kills, kept.missing, false_clears(document, field.document, lost), tuple(broken), seconds, said)


def main() -> None:
    """Print a row of figures; exit 1 where the promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet.kills", description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="kills in all")
    parser.add_argument("--in-a-run", type=int, default=5, help="kills in one run, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--services", action="store_true", help="kill RabbitMQ and PostgreSQL as well")
    options = parser.parse_args()
    began = time.monotonic()
    kills, missing, false_clear, broken, rounds = Counter[str](), 0, 0, 0, 0
    for killed in measured(options.count, options.seed, options.in_a_run, options.services):
        kills += killed.kills
        rounds += 1
        missing += bool(killed.missing)
        false_clear += len(killed.false_clear)
        broken += not killed.is_kept
        if not killed.is_kept:
            print(
                f"{dict(killed.kills)}: {'; '.join((*killed.broken, *killed.false_clear))}\n{killed.said}", flush=True
            )
    minutes = (time.monotonic() - began) / 60
    counts = ", ".join(f"{victim} {count}" for victim, count in sorted(kills.items()))
    print(
        f"{kills.total()} kills ({counts}) in {rounds} runs and {minutes:.1f} minutes; {broken} runs with an "
        f"observation lost, doubled or slices not named; false clear {false_clear}; {missing} runs said which slices "
        "are missing, others are whole"
    )
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
