"""`python -m benchmarks.fleet.away --courier amqps`: the way to the centre is gone while a site collects.

Over files, and where the centre is gone and its queue at the broker is full, nothing that the site sends is taken,
while its orders are there: it collects slice after slice. Where the broker is gone, it ends what it has begun and
waits, for as long as many leases. Then the way comes back. All that was collected is delivered, the spool stayed within
its limit, and the run holds what an undisturbed one holds. With a spool that is too small, collecting stops and says
so; nothing is lost, and the slices that were refused are collected once there is room.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from benchmarks.fleet import small
from benchmarks.fleet.broker import fleet_broker
from benchmarks.fleet.kept import differences, kept_run, read_document

SITE, COLLECTOR = "LON", "lon1"
WITHIN = ("--within", "3")
MAX_SECONDS = 300.0
UNIT = 1_000
"""Octets that a spool's size of 1 MB means here: a bundle of a few devices has 2,000."""

LARGE, SMALL = "2GB", "16MB"
QUEUE = 4_000
"""Octets that wait at the broker for a centre that is gone, at most: a bundle or two."""

LEASES = 3
"""The leases of a slice that pass while a broker is gone. In each, a slice that does not come would be a try."""

_STOPPED = "refused: spool-full"


class Way(Enum):
    """What is gone."""

    FILES = "the folder of the courier"
    CENTRE = "the centre, and its queue is full"
    BROKER = "the broker"


@dataclass(frozen=True, slots=True)
class AwayFigures:
    """A run whose centre was away: its slices, how many were collected meanwhile, the most octets that waited and the
    limit, how often collecting stopped for want of room, how many seconds after the return everything was there, and
    what differs from an undisturbed run."""

    slices: int
    collected: int
    waited: int
    limit: int
    stopped: int
    seconds: float
    broken: tuple[str, ...]

    @property
    def is_kept(self) -> bool:
        """Whether all came, and the spool kept its limit but for one slice."""
        return not self.broken and self.collected > 0 and self.waited <= self.limit


def measured(folder: Path, devices: int, limit: str, way: Way = Way.FILES) -> AwayFigures:
    """A run of one site, of whose collector nothing is taken until it collects no more."""
    small.preload()
    site = small.small_site(SITE, 0, devices)
    with ExitStack() as stack:
        broker, carried = None, None
        if way is not Way.FILES:
            broker, carried = stack.enter_context(fleet_broker((SITE,), *((QUEUE,) if way is Way.CENTRE else ())))
        fleet = stack.enter_context(small.small_fleet(folder, (site,), carried, spool_limit=limit))
        fleet.prepare = _with_all_orders_at_once
        place, report = str(fleet.folders.centre / small.STORE), fleet.folders.centre / small.REPORT
        own = fleet.folders.collector(SITE, COLLECTOR)
        fleet.start_receiver()
        fleet.start_collectors()
        fleet.scanned(*WITHIN, seconds=MAX_SECONDS)
        undisturbed = kept_run(place)
        said = own / f"{COLLECTOR}.said"
        queue = folder / "carried" / "sites" / SITE if broker is None else None
        if queue is not None:
            # a slice that waited longer than a lease was ordered again: its order is none of the next run's
            _wait_until(lambda: not any(queue.glob("*")), MAX_SECONDS)
        before = said.read_text()
        fleet.start_scan(*WITHIN)
        slices = -(-len(site.scope) // small.SLICE)
        _wait_for_orders(queue, said, len(before), slices)
        if broker is not None and way is Way.BROKER:
            broker.kill()
            waited, meanwhile = _looked_at(own, said, len(before), LEASES * small.LEASE, lambda _: False)
            broker.start()
        else:
            fleet.end("serve")
            with _away(folder / "carried" / "centre") if broker is None else nullcontext():
                waited, meanwhile = _until_all_was_tried(own, said, len(before), slices)
        came_back = time.monotonic()
        if "serve" not in fleet.running:
            fleet.start_receiver()
        fleet.running.pop("scan").wait(MAX_SECONDS)
        seconds = time.monotonic() - came_back
        kept = kept_run(place)
        broken = [*differences(kept, undisturbed, read_document(report))]
        broken += [f"not received: {', '.join(kept.missing)}"] if kept.missing else []
    octets = int(limit[:-2]) * (UNIT if limit.endswith("MB") else 1000 * UNIT)
    return AwayFigures(
        slices=slices,
        collected=meanwhile.count("is collected"),
        waited=waited,
        limit=octets,
        stopped=meanwhile.count(_STOPPED),
        seconds=seconds,
        broken=tuple(broken),
    )


def _with_all_orders_at_once() -> None:
    """As a small fleet, with sizes of a spool that fit it; a collector gets all its orders before the way is gone."""
    from scanner.courier import collector_settings
    from scanner.fleet.centre import decisions

    small.make_hasty()
    decisions.MAX_OUT_OF_COLLECTOR = 1_000
    collector_settings.MIN_LIMIT = 1
    collector_settings._UNITS.update(MB=UNIT, GB=1_000 * UNIT)


def _wait_for_orders(queue: Path | None, said: Path, start: int, slices: int) -> None:
    """Wait until the orders of a run are in their folder, or were taken; at a broker, until the first is done."""
    if queue is None:
        _wait_until(lambda: "is being collected" in said.read_text()[start:])
    else:
        _wait_until(lambda: len(list(queue.glob("*"))) >= slices - 1)


def _wait_until(is_so: Callable[[], bool], seconds: float = small.LEASE) -> None:
    """Wait for something, for so long at most."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not is_so():
        time.sleep(0.01)


@contextmanager
def _away(folder: Path) -> Iterator[None]:
    """Nobody can write into a folder while the block runs: another thing is there."""
    elsewhere = folder.with_name("elsewhere")
    folder.rename(elsewhere)
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()
        elsewhere.rename(folder)


def _until_all_was_tried(own: Path, said: Path, start: int, slices: int) -> tuple[int, str]:
    """Wait until each slice was collected or refused: the most octets that waited meanwhile, and what was said."""

    def is_done(text: str) -> bool:
        return text.count("is collected") + text.count(_STOPPED) >= slices

    waited, text = _looked_at(own, said, start, MAX_SECONDS, is_done)
    if not is_done(text):
        raise OSError(f"the site did not do its orders: {text}")
    return waited, text


def _looked_at(own: Path, said: Path, start: int, seconds: float, ended: Callable[[str], bool]) -> tuple[int, str]:
    """Look at a collector for so long, or until what it said is enough: the most octets that waited, and its words."""
    most, until, text = 0, time.monotonic() + seconds, ""
    while time.monotonic() < until and not ended(text):
        waiting = (_size_of(path) for path in (own / "spool" / "waiting").glob("*.kitscan"))
        most, text = max(most, sum(waiting)), said.read_text()[start:]
        time.sleep(0.05)
    return most, text


def _size_of(path: Path) -> int:
    """The octets of a bundle; none of one that was sent meanwhile."""
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


def main() -> None:
    """Print a row of figures for each way that is gone, with a spool that suffices and with one that does not; exit 1
    where a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet.away", description=__doc__)
    parser.add_argument("--devices", type=int, default=30, help="How many devices.  [30]")
    parser.add_argument("--courier", choices=("folder", "amqps"), default="folder")
    options = parser.parse_args()
    kept = []
    rows = [(Way.FILES, LARGE), (Way.FILES, SMALL)]
    if options.courier == "amqps":
        rows = [(Way.CENTRE, LARGE), (Way.CENTRE, SMALL), (Way.BROKER, LARGE)]
    for way, limit in rows:
        with tempfile.TemporaryDirectory() as name:
            figures = measured(Path(name), options.devices, limit, way)
        kept.append(figures.is_kept and (figures.stopped > 0) == (limit == SMALL))
        print(
            f"gone: {way.value}; {figures.slices} slices, {figures.collected} collected meanwhile; at most "
            f"{figures.waited:,} of {figures.limit:,} octets waited, collecting stopped {figures.stopped} times for "
            f"want of room; all there {figures.seconds:.0f} s after the return; {len(figures.broken)} differences",
            *(f"\n  {broken}" for broken in figures.broken),
            sep="",
            flush=True,
        )
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
