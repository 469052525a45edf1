"""No false clear: networks in which evidence of a restricted maker is cut, refused, dropped or capped at random.

Each network has a box with a part of a restricted maker, whose answers have a fault at the wire, and an honest twin
that has no such part. The real walker, sessions and assessment read both. The box may be restricted, under review or
not assessed; it may never be clear. The twin must be clear.
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from benchmarks.hostile import shell_faults, snmp_faults
from benchmarks.hostile.faulty_agent import AgentChannel, Fault, Rows, honest
from benchmarks.hostile.faulty_shell import FaultyShell, Output
from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.components import MAX_COMPONENTS
from fingerprints.model.evidence import Evidence, Gap, Observation, Source, Subject
from fingerprints.sources import registry
from reports.judgement.assessment import AssessmentOptions
from reports.judgement.run import run_assessment
from reports.judgement.run_info import RunInfo
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Verdict
from scanner.credentials.credential import Community, CommunityVersion, Login, Usm
from scanner.credentials.secret import Secret
from scanner.protocols.snmp.access import SnmpAccess
from scanner.protocols.snmp.message.ber import Oid, Syntax, oid_of
from scanner.protocols.snmp.probe import SnmpProbe
from scanner.protocols.snmp.pysnmp_session import PysnmpEngines
from scanner.protocols.snmp.request_channel import RequestChannel, RetryPolicy
from scanner.protocols.ssh.allow_list import GuardedChannel
from scanner.protocols.ssh.cli_session import CliSession
from scanner.protocols.ssh.deadline import Deadline
from scanner.protocols.ssh.platforms.loader import load_platforms
from scanner.protocols.ssh.platforms.platform import Platform
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.store.store import UNFINISHED
from scanner.targets.target import Target

MIN_CLEAR = 0.98
"""The share of the twins that must be clear."""

POLICY = "us-889a"
AS_OF = date(2026, 11, 22)
COUNT_A_PROCESS = 250

MANY = 0.01
"""The share of boxes with more parts than are kept, or with a longer output than is read: the last is the one."""

RESTRICTED, OTHER = "HUAWEI", "CISCO-ACCELINK"
COMMANDS = ("show version", "show inventory", "show interface transceiver")
VERSION = (
    "Cisco Nexus Operating System (NX-OS) Software\r\nTAC support: http://www.cisco.com/tac\r\nSoftware\r\n"
    "  NXOS: version 10.2(3)\r\nHardware\r\n  cisco Nexus9000 C9336C-FX2 Chassis\r\n  Device name: {name}\r\n"
)
INVENTORY = (
    'NAME: "Chassis", DESCR: "Nexus9000 C9336C-FX2 Chassis"\r\nPID: N9K-C9336C-FX2 , VID: V01 , SN: {serial}\r\n'
)
OPTIC = (
    "Ethernet1/{port}\r\n    transceiver is present\r\n    type is 10Gbase-LR\r\n    name is {maker}\r\n"
    "    part number is X{port}\r\n    serial number is ACW{port:08}\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Book:
    """A credential book with one community for every address."""

    community: Community

    def prefixes(self) -> tuple[()]:
        """No prefixes."""
        return ()

    def communities(self, _address: str) -> tuple[Community, ...]:
        """The community."""
        return (self.community,)

    def usm_users(self, _address: str) -> tuple[Usm, ...]:
        """No users."""
        return ()

    def logins(self, _address: str) -> tuple[Login, ...]:
        """No logins."""
        return ()

    def names(self, _address: str, _probe: str = "") -> tuple[str, ...]:
        """The name of the community."""
        return (self.community.name,)

    def accepted(self, _credential: object, _address: str) -> None:
        """Nothing is kept."""

    def refused(self, _credential: object, _address: str) -> None:
        """Nothing is kept."""


class InMemoryAccess(SnmpAccess):
    """Access to an agent in memory."""

    __slots__ = ("agent",)
    agent: AgentChannel

    def channel(self) -> RequestChannel:
        """The agent's channel."""
        channel: RequestChannel = self.agent  # type: ignore[assignment]  # it has the same methods
        return channel


class PlainDriver:
    """A driver that adds nothing to a guarded channel."""

    def __init__(self, platform: Platform, channel: GuardedChannel) -> None:
        self._leave, self._channel = platform.leave, channel

    def write_channel(self, out_data: str) -> None:
        """As CliChannel."""
        self._channel.write_channel(out_data)

    def read_channel(self) -> str:
        """As CliChannel."""
        return self._channel.read_channel()

    def disconnect(self) -> None:
        """Nothing waits for it."""


@cache
def database() -> FingerprintDatabase:
    """The shipped fingerprint database."""
    return load_database()


@cache
def options() -> AssessmentOptions:
    """Judged by one policy."""
    return AssessmentOptions(database(), None, load_policies((POLICY,)), "the benchmark", None, AS_OF)


def rows_of(random: Random, number: int, maker: str) -> tuple[Rows, Oid]:
    """The objects of a switch with some parts, one of them of `maker`, and the OID of what names it."""
    rows: dict[Oid, tuple[Syntax, str]] = {
        oid_of("1.3.6.1.2.1.1.1.0"): (
            Syntax.OCTETS,
            "Cisco NX-OS(tm) Nexus9000 C9336C-FX2, Software (NXOS 64-bit), Version 10.2(3), RELEASE SOFTWARE",
        ),
        oid_of("1.3.6.1.2.1.1.2.0"): (Syntax.OBJECT_ID, "1.3.6.1.4.1.9.12.3.1.3.1955"),
        oid_of("1.3.6.1.2.1.1.3.0"): (Syntax.TIME_TICKS, str(random.randrange(10**9))),
        oid_of("1.3.6.1.2.1.1.5.0"): (Syntax.OCTETS, f"nx-{number}"),
        oid_of("1.3.6.1.2.1.2.2.1.6.1"): (Syntax.OCTETS, f"\x00\x1b\x54{chr(number % 250)}\x20\x01"),
        oid_of("1.3.6.1.4.1.9.9.13.1.1.0"): (Syntax.INTEGER, "1"),
        oid_of("1.3.6.1.6.3.10.2.1.3.0"): (Syntax.INTEGER, "4711"),
    }
    count = random.choice((1, 3, 3, 12, 40)) if maker == OTHER or random.random() > MANY else 2_100
    part = random.randrange(count) if count < MAX_COMPONENTS else count - 1
    _add_part(
        rows, 10, "Nexus9000 C9336C-FX2 Chassis", "3", "Chassis", f"FDO2319{number:04}", "Cisco", "N9K-C9336C-FX2"
    )
    same_port = random.random() < 0.1
    for place in range(count):
        port = f"Ethernet1/{max(part - 1, 0) if same_port and place == part else place}"
        serial = f"AC{'HW'[place == part]}{place:07}"
        kind = random.choice(("9", "10", "6"))
        own = maker if place == part else OTHER
        _add_part(rows, 300_000_001 + place, "QSFP-100G-SR4 transceiver", kind, port, serial, own, "QSFP-100G-SR4")
    return rows, (*snmp_faults.ENTITY, 12, 300_000_001 + part)


def _add_part(rows: dict[Oid, tuple[Syntax, str]], index: int, descr: str, kind: str, *texts: str) -> None:
    rows[*snmp_faults.ENTITY, 2, index] = (Syntax.OCTETS, descr)
    rows[*snmp_faults.ENTITY, 5, index] = (Syntax.INTEGER, kind)
    for column, text in zip((7, 11, 12, 13), texts, strict=True):
        rows[*snmp_faults.ENTITY, column, index] = (Syntax.OCTETS, text)


async def asked_by_snmp(rows: Rows, fault: Fault, version: CommunityVersion) -> list[Observation | Gap]:
    """What the sweep and the probe make of an agent."""
    community = Community("ro", version, Secret("public"), sweep=True)
    book, target = Book(community), Target("192.0.2.1")
    profile = PROFILES["lab"]
    limiter = RateLimiter(profile)
    access = InMemoryAccess(target, book, limiter.at(target.address), RetryPolicy(), PysnmpEngines())
    access.agent = AgentChannel(rows, fault)
    probe = SnmpProbe(book, profile, registry.wanted_objects(database()), rate_limiter=limiter)
    swept = (oid_of("1.3.6.1.2.1.1.1.0"), oid_of("1.3.6.1.2.1.1.2.0"))
    items: list[Observation | Gap] = [
        Observation(source, dotted, rows[oid][1])
        for oid, source, dotted in zip(
            swept,
            (Source.SNMP_SYS_DESCR, Source.SNMP_SYS_OBJECT_ID),
            ("1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0"),
            strict=True,
        )
    ]
    authenticated = await access.authenticate(False)
    items += access.gaps
    if authenticated is not None:
        async for observed in probe.ask_all(access, authenticated):
            items += observed
    return items


def outputs_of(random: Random, number: int, maker: str) -> dict[str, str]:
    """The honest outputs of a switch with some optics, one of them of `maker`."""
    count = random.choice((1, 4, 4, 20, 60)) if maker == OTHER or random.random() > MANY else 1_900
    part = random.randrange(count) if count < MAX_COMPONENTS // 2 else count - 1
    optics = "".join(
        OPTIC.format(port=port, maker=maker if port == part + 1 else OTHER) for port in range(1, count + 1)
    )
    return {
        "show version": VERSION.format(name=f"nx-{number}"),
        "show inventory": INVENTORY.format(serial=f"FDO2319{number:04}"),
        "show interface transceiver": optics,
        "terminal length 0": "",
    }


def asked_by_ssh(outputs: dict[str, Output], echo: bool, prompt: str = "nx-1# ") -> list[Observation | Gap]:
    """What a session makes of a command line."""
    shell = FaultyShell(outputs, prompt, echo)
    session = CliSession(
        shell,
        "22/tcp",
        "SSH-2.0-OpenSSH_6.2 FIPS",
        Deadline(300.0, shell.clock.now),
        load_platforms(),
        lambda platform, channel, _shell: PlainDriver(platform, channel),
        clock=shell.clock,
    )
    return [*session.observe()]


def evidence_of(random: Random, number: int, maker: str, faulty: bool) -> Evidence:
    """One box asked over SNMP or SSH, with a fault or without."""
    items: list[Observation | Gap] = []
    if random.random() < 0.6:
        rows, hidden = rows_of(random, number, maker)
        version = random.choice((CommunityVersion.V2C, CommunityVersion.V2C, CommunityVersion.V1))
        fault = random.choice(snmp_faults.FAULTS)(random, hidden) if faulty else honest
        items += asyncio.run(asked_by_snmp(rows, fault, version))
    else:
        texts = outputs_of(random, number, maker)
        outputs: dict[str, Output] = {command: (text,) for command, text in texts.items()}
        if faulty:
            command = random.choice((*COMMANDS, COMMANDS[-1], COMMANDS[-1]))
            outputs[command] = random.choice(shell_faults.FAULTS)(random, texts[command], "nx-1# ")
        items += asked_by_ssh(outputs, echo=random.random() < 0.7)
    if faulty and random.random() < 0.1:  # a run that was killed, and is assessed as it stands
        items = [*items[: random.randrange(len(items) + 1)], UNFINISHED]
    address = f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"
    observations = tuple(item for item in items if isinstance(item, Observation))
    gaps = tuple(item for item in items if isinstance(item, Gap))
    return Evidence(Subject(address, address, (address,)), observations, gaps)


def verdicts(seed: int, number: int) -> tuple[Verdict | None, Verdict | None]:
    """The verdicts on the faulty box and on its twin in one network; None for a box that told nothing."""
    random = Random(f"{seed} {number}")
    evidence = [evidence_of(random, 2, RESTRICTED, faulty=True), evidence_of(random, 3, OTHER, faulty=False)]
    judged = run_assessment(lambda _: evidence, options(), RunInfo("1", "0", 2, ())).devices
    by_address = {address: one.verdict for one in judged for address in one.device.addresses}
    box, twin = (by_address.get(one.subject.address) for one in evidence)
    return box, twin


def measured(seed: int, numbers: range) -> Counter[tuple[str, str]]:
    """How many boxes and twins got each verdict."""
    counts: Counter[tuple[str, str]] = Counter()
    for number in numbers:
        box, twin = verdicts(seed, number)
        counts["box", str(box)] += 1
        counts["twin", str(twin)] += 1
        if box is Verdict.CLEAR:
            counts["false clear", str(number)] += 1
    return counts


def is_kept(counts: Counter[tuple[str, str]]) -> bool:
    """True if no box is clear and nearly all twins are."""
    twins = sum(count for (who, _), count in counts.items() if who == "twin")
    return counts["box", Verdict.CLEAR] == 0 and counts["twin", Verdict.CLEAR] >= MIN_CLEAR * twins


def _parts(count: int) -> Iterator[range]:
    return (range(first, min(first + COUNT_A_PROCESS, count)) for first in range(0, count, COUNT_A_PROCESS))


def main() -> int:
    """Measure, and print one row of figures. 1 if the promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500, help="networks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    with ProcessPoolExecutor(arguments.processes) as pool:
        for part in pool.map(
            measured, *zip(*((arguments.seed, part) for part in _parts(arguments.count)), strict=True)
        ):
            counts += part
    print(f"networks {arguments.count}, seed {arguments.seed}:", end=" ")
    print(", ".join(f"{who} {what} {count}" for (who, what), count in sorted(counts.items())))
    return 0 if is_kept(counts) else 1


if __name__ == "__main__":
    sys.exit(main())
