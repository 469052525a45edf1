"""`python -m benchmarks.courier`: how fast sealed parts and orders go from one end to the other, confirmed.

It starts Debian's RabbitMQ in a folder of its own, on loopback, set up as docs/fleet-broker.md says. All ends run here,
in turns. MB are octets of the bundle, in parts of scanner.courier.parts.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scanner.courier.courier import CentreCourier, SiteCourier
from scanner.courier.envelope import open_sealed, seal
from scanner.courier.message import FleetMessage, Part, SliceOrder, Terms
from scanner.courier.opening import open_centre, open_site
from scanner.courier.parts import PART_OCTETS, Inbox, parts_of
from scanner.store.bundles.signing import new_private_key, public_key_of
from tests.services import rabbitmq
from tests.services.fleet_broker import fleet_broker

NOW = "2026-11-30T02:00:00+00:00"
KEY = new_private_key()


def main() -> None:
    """Measure files, then the broker."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.courier", description=__doc__)
    options.add_argument("--parts", type=int, default=500, help="parts of a bundle (default: %(default)s)")
    options.add_argument("--orders", type=int, default=1000, help="orders (default: %(default)s)")
    options.add_argument("--folder", type=Path, help="where the files are written (default: a temporary folder)")
    given = options.parse_args()
    bundle = os.urandom(given.parts * PART_OCTETS)
    began = time.perf_counter()
    parts = [seal(part, KEY) for part in parts_of(bundle, "LON", "lon1")]
    _print("parts sealed", len(parts), time.perf_counter() - began, PART_OCTETS)
    terms = Terms(seed=7, not_before=NOW, deadline=NOW)
    order = SliceOrder(run="0" * 32, site="LON", ordinal=1, of=1, scope_sha256="a" * 64, sent=NOW, terms=terms)
    orders = [seal(order, KEY)] * given.orders
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        words = f"folder:{folder}/courier"
        _measure("files", open_centre(words), open_site(words, "LON"), parts, orders, Path(folder))
        reason = rabbitmq.missing()
        if reason is not None:
            sys.exit(reason)
        with fleet_broker(Path(folder), centre_octets=2 * 2**30) as fleet:
            centre, site = open_centre(fleet.centre()), open_site(fleet.site("LON"), "LON")
            _measure("RabbitMQ", centre, site, parts, orders, Path(folder))
            tls = open_site(fleet.site("LON", tls=True), "LON", fleet.tls)
            with _timed("RabbitMQ, TLS: parts sent", len(parts), PART_OCTETS):
                for part in parts:
                    tls.send(part)


def _measure(
    name: str, centre: CentreCourier, site: SiteCourier, parts: list[bytes], orders: list[bytes], folder: Path
) -> None:
    with _timed(f"{name}: parts sent", len(parts), PART_OCTETS):
        for part in parts:
            site.send(part)
    with _timed(f"{name}: orders sent", len(orders)):
        for order in orders:
            centre.send("LON", order)
    inbox = Inbox(folder / f"inbox of {name}")

    def take(octets: bytes) -> None:
        message = _open(octets)
        if isinstance(message, Part):
            inbox.take(message)

    with _timed(f"{name}: parts opened and put into the inbox", len(parts), PART_OCTETS):
        centre.serve(_counting(len(parts), take, centre.stop))
    with _timed(f"{name}: orders opened by a collector", len(orders)):
        site.serve(_counting(len(orders), _open, site.stop))


def _open(octets: bytes) -> FleetMessage:
    return open_sealed(octets, {public_key_of(KEY)}).message


def _counting(count: int, handle: Callable[[bytes], object], stop: Callable[[], None]) -> Callable[[bytes], None]:
    left = count

    def counted(octets: bytes) -> None:
        nonlocal left
        handle(octets)
        left -= 1
        if not left:
            stop()

    return counted


@contextmanager
def _timed(name: str, count: int, octets: int = 0) -> Iterator[None]:
    began = time.perf_counter()
    yield
    _print(name, count, time.perf_counter() - began, octets)


def _print(name: str, count: int, seconds: float, octets: int) -> None:
    size = f", {count * octets / seconds / 1e6:,.1f} MB/s" if octets else ""
    print(f"{name}: {count / seconds:,.0f} messages/s{size}", flush=True)


if __name__ == "__main__":
    main()
