"""One fuzzer in a process of its own: `python -m benchmarks.hostile.fuzz_one TARGET SECONDS FOLDER`.

libFuzzer ends the process by itself: with 0 after the time, with another code after a crash, whose input is then in
the folder.
"""

import sys
from pathlib import Path

import atheris

from benchmarks.hostile.fuzz_targets import TARGETS

MAX_SECONDS = 5
"""Seconds that one input may take."""

MAX_MEGABYTES = 1_024
"""Memory that the process may take."""


def main(name: str, seconds: str, folder: str) -> None:
    """Fuzz one target."""
    target, place = TARGETS[name], Path(folder)
    corpus = place / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    with atheris.instrument_imports(include=list(target.modules)):
        read = target.make()
    limits = (f"-timeout={MAX_SECONDS}", f"-rss_limit_mb={MAX_MEGABYTES}", "-max_len=20000", "-print_final_stats=1")
    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", *limits, f"-artifact_prefix={place}/", str(corpus)], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
