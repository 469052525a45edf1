"""Layer 2 through the helper program: who answers ARP and ND on attached segments, and LLDP and CDP heard there.

The helper needs CAP_NET_RAW; without it this says so once and the rest of a scan goes on. What the kernel itself has
learned while other probes were asking is read from /proc/net/arp, which needs no privilege.
"""

import asyncio
import ipaddress
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from socket import if_nametoindex
from typing import Any

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject
from scanner.protocols.probe import Observed, Planned
from scanner.rate_limit.profiles import Profile
from scanner.targets.addresses import AddressSet, Block, address_of
from scanner.targets.numbering import TargetNumbers
from scanner.targets.spans import Targets
from scanner.targets.target import Target

WAIT_SECONDS = 0.7
"""How long an answer is waited for after the last question; a segment answers within milliseconds."""

PARTING_SECONDS = 5.0
"""How long the helper may take to end once it has said its last."""

MAX_RATE = 1_000.0
"""Frames a second at the most, whatever the profile: each is a broadcast that every host on the segment reads."""

INHERITED = ("PATH", "PYTHONPATH", "LANG", "LC_ALL")
"""What the helper gets of our environment: secrets may stand in the rest, and it may run with more privilege."""

MAX_SENDERS = 4_096
MAX_FIELDS = 256
"""Senders of LLDP and CDP on one segment, and fields of one of them, that are listened to: a flood costs no more."""

ARP_TABLE = Path("/proc/net/arp")
COMPLETE = 0x2
"""ATF_COM of <linux/if_arp.h>: the entry was answered."""


@dataclass(frozen=True, slots=True)
class HelperCost:
    """Frames that the helper sent, who answered, and how often this host had no room for a frame just then."""

    frames: int = 0
    answers: int = 0
    held_up: int = 0


@dataclass(slots=True)
class LinkProbe:
    """ARP and ND for targets on attached segments, and `listen` seconds of LLDP and CDP.

    `troubles` is what could not be done at all, for the run to tell: it concerns no single target. `cost` is what the
    helper says that it has sent and heard.
    """

    profile: Profile
    listen: float = 0.0
    program: tuple[str, ...] = (sys.executable, "-P", "-m", "scanner.link_helper")
    troubles: list[Gap] = field(default_factory=list)
    cost: HelperCost = HelperCost()

    @property
    def name(self) -> str:
        """The name that plans, gaps and the command line use."""
        return "link"

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """One question, at most twice, where the target lies on a segment this host is attached to."""
        sends = ("ARP request",) if ":" not in target.address else ("ND neighbour solicitation",)
        return (Planned(target.key, self.name, "link", sends, ()),)

    async def discover(self, targets: Targets) -> AsyncIterator[tuple[Target | Subject, Observed]]:
        """Each target that answered, with the MAC it answered from; then what LLDP and CDP said, by its sender."""
        places = TargetNumbers(targets)
        senders: dict[str, str] = {}
        frames: dict[str, list[Observation]] = {}
        ended = False
        async for line in self._lines(_ranges(targets)):
            match line:
                case {"answered": list(answers), "interface": str(interface)}:
                    for address, mac in answers:
                        senders[mac] = address
                        for target in _at(places, address, interface):
                            yield target, (Observation(Source.LINK_MAC, interface, _mac(mac)),)
                case {"heard": str(kind), "mac": str(mac)} if mac in frames or len(frames) < MAX_SENDERS:
                    fields = frames.setdefault(mac, [])
                    if len(fields) < MAX_FIELDS:
                        fields.append(_field(kind, line))
                case {"done": int(sent), "answers": int(answers), "held_up": int(held_up)}:
                    self.cost, ended = HelperCost(sent, answers, held_up), True
                case {"failed": str(what), "why": str(why)}:
                    self.troubles.append(Gap(self.name, what, GapReason.NO_PRIVILEGE, why))
        if not ended and not any(trouble.at == "helper" for trouble in self.troubles):
            told = "the helper ended before it had asked all"
            self.troubles.append(Gap(self.name, "helper", GapReason.INTERNAL_ERROR, told))
        for mac, said in sorted(frames.items()):
            yield _speaker(mac, said, senders, places), tuple(dict.fromkeys(said))

    def packets(self, _target: Target) -> int:
        """None: the helper sends its frames at a rate of its own."""
        return 0

    async def _lines(self, ranges: list[tuple[str, str, str]]) -> AsyncIterator[dict[str, Any]]:
        rate = min(self.profile.packets or MAX_RATE, MAX_RATE)
        request = {"ranges": ranges, "rate": rate, "wait": WAIT_SECONDS, "listen": self.listen}
        pipe = asyncio.subprocess.PIPE
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        helper = await asyncio.create_subprocess_exec(
            *self.program, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, limit=1 << 20, env=inherited
        )
        if helper.stdin is None or helper.stdout is None:
            return
        given_up = True
        try:
            helper.stdin.write(json.dumps(request).encode() + b"\n")
            helper.stdin.close()
            async for line in helper.stdout:
                yield json.loads(line)
            given_up = False
            with suppress(TimeoutError):  # one that ends by itself is not signalled: that would reap it unseen
                await asyncio.wait_for(helper.wait(), PARTING_SECONDS)
        finally:
            if helper.returncode is None:
                helper.terminate()
            if await helper.wait() > 0 and not given_up:
                self.troubles.append(Gap(self.name, "helper", GapReason.NO_PRIVILEGE, "the helper did not run"))


@dataclass(frozen=True, slots=True)
class KernelNeighbours:
    """The MAC addresses that this host's kernel has resolved for targets: no frame is sent, no privilege needed."""

    table: Path = ARP_TABLE

    @property
    def name(self) -> str:
        """The name that evidence rows carry."""
        return "link"

    def known(self, targets: Targets) -> Iterator[tuple[Target, Observed]]:
        """Each target the kernel holds a complete entry for."""
        places = TargetNumbers(targets)
        for address, (interface, mac) in dict(self._entries()).items():
            for target in places.at(address):
                yield target, (Observation(Source.LINK_MAC, interface, _mac(mac)),)

    def _entries(self) -> Iterator[tuple[str, tuple[str, str]]]:
        try:
            lines = self.table.read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            return
        for line in lines:
            address, _, flags, mac, _, interface = line.split()
            if int(flags, 16) & COMPLETE:
                yield address, (interface, mac)


def _ranges(targets: Targets) -> list[tuple[str, str, str]]:
    """First and last address of what is to be asked, with its zone: whatever the ports, an address is asked once."""
    zones: dict[str, list[Block]] = {}
    for span in targets.spans:
        zones.setdefault(span.zone, []).append(span.block)
    return [
        (str(address_of(block.version, block.first)), str(address_of(block.version, block.last)), zone)
        for zone, blocks in sorted(zones.items())
        for block in AddressSet(blocks).blocks
    ]


def _at(places: TargetNumbers, address: str, interface: str) -> Iterator[Target]:
    """The targets at an address that answered on an interface, which by name or number is the zone of those that have
    one."""
    zones = _zones(interface) if ":" in address else ()
    return chain(places.at(address), *(places.at(f"{address}%{zone}") for zone in zones))


def _zones(interface: str) -> tuple[str, ...]:
    try:
        return interface, str(if_nametoindex(interface))
    except OSError:
        return (interface,)


def _mac(text: str) -> str:
    return bytes.fromhex(text.replace(":", "")).decode("latin-1")


def _field(kind: str, line: dict[str, Any]) -> Observation:
    source = Source.LINK_LLDP if kind == "lldp" else Source.LINK_CDP
    at = f"{line['interface']}/{line['mac']}/{line['field']}"
    return Observation(source, at, bytes.fromhex(line["value"]).decode("latin-1"))


def _speaker(mac: str, said: list[Observation], senders: dict[str, str], places: TargetNumbers) -> Target | Subject:
    """Who sent these frames: a target by its MAC or by the management address it names, else by what it says alone."""
    named = [one.value for one in said if one.at.endswith(("/management_address", "/address"))]
    for address in (senders.get(mac, ""), *named):
        if (target := next(places.at(address), None)) is not None:
            return target
    own = next((address for address in named if _is_address(address)), "")
    return Subject(own, own) if own else Subject(f"mac {mac}", labels=(f"heard from {mac}",))


def _is_address(text: str) -> bool:
    try:
        return not ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False
