"""`python -m benchmarks.recorded FOLDER`: records each .snmprec file of a folder as `kitscan lab record` does, reads
the device file's walk again, judges both, and compares; then searches each file for what names the real device, with a
search of its own. Without a folder: the demo's devices. Ends with 1 below the floors."""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import repeat
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from benchmarks.accuracy.recordings import imported, labels_of
from benchmarks.recorded.originals import Original, originals_in, still_in
from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.model.evidence import Evidence, Observation, Subject
from scanner.captures import read_snmprec
from scanner.demo.demo_device import read_devices
from scanner.recorder.record import record
from scanner.simulator.objects import mib_view
from scanner.simulator.walk import walk_lines

MIN_SAME = 0.99
"""Share of recordings that must be judged as the real devices are."""

COMPARED = ("vendor", "model", "parts", "verdict")


def main() -> int:
    """Record, compare, search, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recorded", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="a folder of .snmprec files")
    parser.add_argument("--list", action="store_true", help="list each recording that differs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        return _measure(options.folder, Path(place), options.list)


def _measure(folder: Path | None, place: Path, listed: bool) -> int:
    real, again = place / "real", place / "again"
    for made in (real, again):
        made.mkdir()
    files = labels_of(folder) if folder is not None else _demo(real)
    with Pool() as pool:
        results = dict(pool.starmap(_record, zip(files, files.values(), repeat(again))))
    refused = {label for label, result in results.items() if result is None}
    left = {label: result for label, result in results.items() if result}
    before = _answers(imported(folder or real, place / "real.db", False))
    after = _answers(imported(again, place / "again.db", False))
    differing: Counter[str] = Counter()
    for label in sorted(set(before) - refused):
        wrong = [what for what in COMPARED if before[label][what] != after.get(label, {}).get(what)]
        differing.update(wrong[:1])
        if wrong and listed:
            what = wrong[0]
            print(f"{label}: {what}: {before[label][what]} -> {after.get(label, {}).get(what)}")
    for label, kinds in sorted(left.items()) if listed else ():
        print(f"{label}: still in the file: {', '.join(sorted(kinds))}")
    for label in sorted(refused) if listed else ():
        print(f"{label}: refused by its own check")
    same = len(before) - differing.total() - len(refused)
    print(f"{same} of {len(before)} recorded devices are judged as the real ones ({same / len(before):.1%})")
    for what, count in differing.most_common():
        print(f"{count} differ first in their {what}")
    print(f"{len(refused)} were refused; {len(left)} files hold something of the real device")
    return int(bool(left) or same < MIN_SAME * len(before))


def _demo(folder: Path) -> Mapping[str, Path]:
    """The walks of the demo's devices, as files."""
    devices = read_devices()
    network = {device.name: device for device in devices}
    for device in devices:
        if device.snmp is not None and device.system is not None:
            lines = walk_lines(mib_view(device, network))
            (folder / f"{device.name}.snmprec").write_text("".join(f"{line}\n" for line in lines))
    return labels_of(folder)


_DATABASE: list[FingerprintDatabase] = []


def _record(label: str, path: Path, again: Path) -> tuple[str, frozenset[str] | None]:
    """Record one file; which kinds of originals are still in it, None where it is refused."""
    if not _DATABASE:
        _DATABASE.append(load_database())
    observations = tuple(item for item in read_snmprec(path) if isinstance(item, Observation))
    recorded = record((Evidence(Subject("capture"), observations),), "recorded", _DATABASE[0])
    walk = recorded.text.partition("walk: |\n")[2]
    file = again / f"{label}.snmprec"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{line.strip()}\n" for line in walk.splitlines()))
    originals: tuple[Original, ...] = tuple(originals_in(path))
    return label, None if recorded.leaks else frozenset(still_in(recorded.text, originals))


def _answers(document: Mapping[str, Any]) -> dict[str, dict[str, object]]:
    return {device["labels"][0]: dict(_answer(device)) for device in document["devices"]}


def _answer(device: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    identity = device["identity"]
    yield "vendor", (identity["vendor"] or {}).get("id")
    yield "model", identity["model"]
    makers = ((part["kind"], (part["made_by"] or {}).get("id")) for part in device["components"])
    yield "parts", sorted(makers, key=str)
    yield "verdict", device["verdict"]


if __name__ == "__main__":
    sys.exit(main())
