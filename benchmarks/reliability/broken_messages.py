"""Broken SNMP messages at every place that reads one: none may raise anything but the error that is declared.

`python -m benchmarks.reliability.broken_messages --count 5000000 --seed 1`
"""

import argparse
import asyncio
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from benchmarks.hostile.snmp_agent import AUTH_PASSWORD, PRIV_PASSWORD
from benchmarks.hostile.snmp_mutations import ENGINE, REQUEST_ID, Mutator
from scanner.credentials.credential import AuthProtocol, Community, CommunityVersion, PrivProtocol, Usm
from scanner.credentials.secret import Secret
from scanner.protocols.snmp import engine_id_request
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import DecodeError
from scanner.protocols.snmp.message.codec import Message, UsmParameters
from scanner.protocols.snmp.request_channel import RequestChannel, RetryPolicy
from scanner.protocols.snmp.sweep.answers import id_in, parse_answer
from scanner.protocols.snmp.sweep.requests import community_request, engine_id_sweep_request
from scanner.protocols.snmp.to_observations import to_observations
from scanner.protocols.snmp.usm.algorithms import KeyExtension
from scanner.protocols.snmp.usm.usm_keys import UsmKeys
from scanner.protocols.snmp.usm.usm_session import UsmSession
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES

MAX_SECONDS = 0.25
"""CPU time of one message at all readers: a datagram of 64 KB takes a tenth of it."""

MAX_MEGABYTES = 60
"""What reading may add to the memory of a process, however many messages it reads."""

SLICE = 50_000
"""Messages that one process reads with one seed."""

Reader = Callable[[bytes], object]


@dataclass(slots=True)
class ReadTally:
    """How many messages were read, what escaped from which reader, the slowest one, the memory that it took, and the
    CPU time of all."""

    messages: int = 0
    escapes: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    slowest: float = 0.0
    megabytes: float = 0.0
    cpu_seconds: float = 0.0

    def add(self, other: "ReadTally") -> None:
        """Add what another process counted."""
        self.messages += other.messages
        self.escapes += other.escapes
        self.accepted += other.accepted
        self.slowest = max(self.slowest, other.slowest)
        self.megabytes = max(self.megabytes, other.megabytes)
        self.cpu_seconds += other.cpu_seconds

    @property
    def is_kept(self) -> bool:
        """True if nothing escaped, in time and memory."""
        return not self.escapes and self.slowest <= MAX_SECONDS and self.megabytes <= MAX_MEGABYTES


def readers() -> dict[str, Reader]:
    """Everything that reads a datagram, by name. Call it inside a running loop."""
    sweep = community_request(Community("ro", CommunityVersion.V2C, Secret("public"), True))
    engine_id_sweep, verify = engine_id_sweep_request(), usm_reader()
    return {
        "codec": _decode,
        "identity": codec.read_identity,
        "engine ID": engine_id_request.engine_id_in,
        "scoped PDU": codec.decode_scoped,
        "place of the digest": codec.authentication_span,
        "sweep: id": id_in,
        "sweep: community": lambda datagram: parse_answer(sweep, datagram),
        "sweep: engine ID": lambda datagram: parse_answer(engine_id_sweep, datagram),
        "USM": verify,
    }


def _decode(datagram: bytes) -> object:
    """Decode, make observations, and write again what was accepted."""
    message = codec.decode(datagram)
    if isinstance(message, Message):
        to_observations(message.pdu.varbinds)
    try:
        again = codec.encode(message)
    except ValueError:
        return message  # a number beyond its type is read, and cannot be written
    codec.decode(again)
    return message


def usm_reader() -> Reader:
    """A session that knows the engine, and waits for the answer to its request."""
    user = Usm(
        "v3",
        "audit",
        (AuthProtocol.SHA256, Secret(AUTH_PASSWORD)),
        (PrivProtocol.AES128, Secret(PRIV_PASSWORD)),
    )
    channel = RequestChannel("127.0.0.1", 9, RateLimiter(PROFILES["lab"]).at("127.0.0.1"), RetryPolicy())
    session = UsmSession(channel, user, UsmKeys(), KeyExtension.BLUMENTHAL)
    session._set_engine(UsmParameters(ENGINE, 3, 100))
    session.close()
    return lambda datagram: session._verify(codec.decode(datagram), datagram, REQUEST_ID)


def read_all(count: int, seed: int) -> ReadTally:
    """Read so many broken messages at every reader."""
    return asyncio.run(_read_all(count, seed))


async def _read_all(count: int, seed: int) -> ReadTally:
    tally, all_readers = ReadTally(), readers()
    mutator = Mutator(seed)
    for datagram in mutator.broken(200):  # what is loaded and cached once is no cost of a message
        _read(tally, all_readers, datagram)
    before, clock, slow = _megabytes(), time.perf_counter, list[bytes]()
    cpu = time.process_time()
    for datagram in mutator.broken(count):
        began = clock()
        _read(tally, all_readers, datagram)
        seconds = clock() - began
        tally.messages += 1
        if seconds > max(tally.slowest, MAX_SECONDS):
            slow.append(datagram)  # or this process waited for another
        else:
            tally.slowest = max(tally.slowest, seconds)
    tally.cpu_seconds = time.process_time() - cpu
    tally.slowest = max(tally.slowest, *(_cpu_seconds(all_readers, datagram) for datagram in slow), 0.0)
    tally.megabytes = _megabytes() - before
    return tally


def _cpu_seconds(all_readers: dict[str, Reader], datagram: bytes) -> float:
    """The CPU time that reading a message takes. Asking for it takes longer than most messages do."""
    began = time.process_time()
    _read(ReadTally(), all_readers, datagram)
    return time.process_time() - began


def _read(tally: ReadTally, all_readers: dict[str, Reader], datagram: bytes) -> None:
    for name, read in all_readers.items():
        try:
            read(datagram)
            tally.accepted += name == "codec"
        except DecodeError:
            continue
        except Exception as error:  # noqa: BLE001 - what escapes is what is counted
            tally.escapes[f"{name}: {type(error).__name__}: {datagram.hex()[:200]}"] += 1


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(words: Sequence[str] | None = None) -> int:
    """Print how many were read and what escaped; 1 if the promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    began, tally = time.monotonic(), ReadTally()
    counts = [min(SLICE, options.count - start) for start in range(0, options.count, SLICE)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        seeds = range(options.seed * 1_000_003, options.seed * 1_000_003 + len(counts))
        for part in pool.map(read_all, counts, seeds):
            tally.add(part)
    for escape, times in tally.escapes.most_common(20):
        print(f"  {times} x {escape}")
    print(
        f"{tally.messages:,} broken messages read, {sum(tally.escapes.values()):,} escapes, "
        f"{tally.accepted:,} accepted; slowest {tally.slowest * 1000:.0f} ms, {tally.megabytes:.0f} MB, "
        f"{tally.messages / tally.cpu_seconds:,.0f} in a second of CPU time; "
        f"{time.monotonic() - began:,.0f} s"
    )
    return 0 if tally.is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
