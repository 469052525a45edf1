"""`python -m benchmarks.explaining`: the processor time of `kitscan explain` of one device of a run of 10,000, by each
word that finds it and by one that finds nothing: where nobody judged the run, and where somebody did. Between them it
prints what judging takes, and what keeping the answers adds to it."""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import chdir
from pathlib import Path

from benchmarks.judgement.processes import fill
from reports.document.document import Document
from scanner.cli.assessment.kept_answers import answer_keeper
from scanner.cli.assessment.reporting import assessment_options_of, judged_run
from scanner.cli.options import DEFAULT_STORE, ReportRequest
from scanner.config import read_config
from scanner.garbage import look_seldom
from scanner.store.store import open_store

ROOT = Path(__file__).parents[2]
TIMES = 3
"""How often each word is asked for; the least time counts."""

FOUND, UNKNOWN = 0, 2
"""Exit codes of `kitscan explain`."""


def main() -> None:
    """Fill a store, explain, judge, explain, and print."""
    options = _options().parse_args()
    look_seldom()
    with tempfile.TemporaryDirectory(prefix="kitscan-explaining-") as folder, chdir(folder):
        fill(DEFAULT_STORE, options.devices)
        number = options.devices // 2
        address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        words = {"address": address, "system name": f"box-{number}", "serial number": f"SN{number:08d}1"}
        print(f"{options.devices:,} devices; seconds of processor, the least of {TIMES}\n")
        print("| explain by | nobody judged the run | somebody did | somebody did, --evidence |")
        print("|---|---|---|---|", flush=True)
        before = {name: _seconds(word) for name, word in words.items()}
        before["unknown word"] = _seconds("nothing-5", code=UNKNOWN)
        document, judging, keeping = _judged()
        words["id"] = next(one.device.id for one in document.devices if address in one.device.addresses)
        for name, word in words.items():
            alone = f"{before[name]:.2f}" if name in before else "as long as judging the run"
            print(f"| {name} | {alone} | {_seconds(word):.2f} | {_seconds(word, '--evidence'):.2f} |", flush=True)
        print(f"| unknown word | {before['unknown word']:.2f} | {_seconds('nothing-5', code=UNKNOWN):.2f} | |")
        size = Path(f"{DEFAULT_STORE}-answers").stat().st_size
        print(f"\nTo judge the run takes {judging:.1f} s, to keep its answers {keeping:.2f} s and {size / 1e6:.1f} MB.")


def _judged() -> tuple[Document, float, float]:
    """The document of the run, and the seconds of processor to judge it and to keep its answers, as `assess` does."""
    request, config = ReportRequest(), read_config(Path())
    with open_store(DEFAULT_STORE) as store:
        run = store.run(None)
        keeper = answer_keeper(request, config)
        started = time.process_time()
        judged = judged_run(store, run, assessment_options_of(request, config, run.started.date()))
        ended = time.process_time()
        keeper.keep(store, run, judged)
        return judged.document, ended - started, time.process_time() - ended


def _seconds(word: str, *options: str, code: int = FOUND) -> float:
    """The processor time of one explanation."""
    return min(_once(word, options, code) for _ in range(TIMES))


def _once(word: str, options: tuple[str, ...], code: int) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = (sys.executable, "-m", "scanner.cli.main", "explain", word, *options)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, env=environment, capture_output=True, check=False)
    if ended.returncode != code:
        raise SystemExit(f"explain {word} ended with {ended.returncode}: {ended.stderr.decode()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explaining", description=__doc__)
    parser.add_argument("--devices", type=int, default=10_000, help="How many devices.  [10000]")
    return parser


if __name__ == "__main__":
    main()
