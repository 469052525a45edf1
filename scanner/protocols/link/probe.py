"""Layer 2 through the helper program: which targets answer ARP and ND on attached segments, and LLDP and CDP there.

The helper needs CAP_NET_RAW. Without it, the probe reports one gap and the scan goes on. MAC addresses that the kernel
resolved meanwhile are read from /proc/net/arp, which needs no privilege.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from socket import if_nametoindex
from typing import Any

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject
from scanner.protocols.link.announcing import MAX_SENDERS, AnnouncingDevice
from scanner.protocols.link.helper_program import helper_program, read_status
from scanner.protocols.probe import Planned
from scanner.rate_limit.profiles import Profile
from scanner.rate_limit.traffic import TrafficCounter
from scanner.targets.addresses import AddressBlock, AddressSet, address_of
from scanner.targets.numbering import TargetNumbers
from scanner.targets.spans import Targets
from scanner.targets.target import Target

WAIT_SECONDS = 0.7
"""Seconds to wait for answers after the last request; a segment answers within milliseconds."""

EXIT_SECONDS = 5.0
"""Seconds that the helper may take to exit after its last line."""

MAX_RATE = 1_000.0
"""Frames a second at most, whatever the profile: each is a broadcast that every host on the segment reads."""

INHERITED_VARIABLES = ("PATH", "PYTHONPATH", "LANG", "LC_ALL")
"""Environment variables that the helper inherits. The rest may hold secrets, and the helper may run privileged."""

ARP_TABLE = Path("/proc/net/arp")
COMPLETE = 0x2
"""ATF_COM of <linux/if_arp.h>: the entry is complete."""

HELPER = "helper"
"""The place of gaps that concern the helper program itself."""

LISTENING = "listening"
"""The place of the gap that counts fields of LLDP and CDP beyond the limits."""


@dataclass(slots=True)
class LinkProbe:
    """ARP and ND for targets on attached segments, and `listen` seconds of LLDP and CDP.

    `gaps` holds what failed for the whole run and concerns no single target. `traffic` is what the helper reports to
    have sent; its local drops are frames that this host had no room for at first.
    """

    profile: Profile
    listen: float = 0.0
    program: tuple[str, ...] = field(default_factory=lambda: helper_program(read_status()))
    gaps: list[Gap] = field(default_factory=list)
    traffic: TrafficCounter = field(default_factory=TrafficCounter)

    @property
    def name(self) -> str:
        """The name that plans, gaps and the command line use."""
        return "link"

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """One request, sent at most twice, if the target lies on a segment that this host is attached to."""
        sends = ("ARP request",) if ":" not in target.address else ("ND neighbour solicitation",)
        return (Planned(target.key, self.name, "link", sends, ()),)

    async def discover(self, targets: Targets) -> AsyncIterator[tuple[Target | Subject, tuple[Observation | Gap, ...]]]:
        """Each target that answered, with the MAC it answered from; then the LLDP and CDP fields, by their sender."""
        numbers = TargetNumbers(targets)
        answered_from: dict[str, list[str]] = {}
        announcing: dict[str, AnnouncingDevice] = {}
        ended, not_kept = False, 0
        async for line in self._lines(_ranges(targets)):
            match line:
                case {"answered": list(answers), "interface": str(interface)}:
                    for address, mac in answers:
                        answered_from.setdefault(mac, []).append(address)
                        for target in _targets_at(numbers, address, interface):
                            yield target, (Observation(Source.LINK_MAC, interface, _mac(mac)),)
                case {"heard": str(kind), "mac": str(mac)} if mac in announcing or len(announcing) < MAX_SENDERS:
                    not_kept += not announcing.setdefault(mac, AnnouncingDevice(mac)).add(kind, line)
                case {"heard": _}:
                    not_kept += 1
                case {"not_kept": int(fields)}:
                    not_kept += fields
                case {"done": int(sent), "answers": int(answers), "held_up": int(held_up)}:
                    self.traffic, ended = TrafficCounter(sent, 0, answers, held_up), True
                case {"failed": str(what), "why": str(why)}:
                    self.gaps.append(Gap(self.name, what, GapReason.NO_PRIVILEGE, why))
        if not ended and not any(gap.at == HELPER for gap in self.gaps):
            detail = "the helper ended before it had asked every target"
            self.gaps.append(Gap(self.name, HELPER, GapReason.INTERNAL_ERROR, detail))
        if not_kept:
            detail = f"{not_kept} fields of LLDP and CDP came beyond the limits, and were not kept"
            self.gaps.append(Gap(self.name, LISTENING, GapReason.BUDGET_SPENT, detail))
        for _, sender in sorted(announcing.items()):
            yield sender.target_or_subject(answered_from, numbers), tuple(dict.fromkeys(sender.observations))

    @property
    def sent(self) -> int:
        """None of the run's rate limit."""
        return 0

    def packets(self, _target: Target) -> int:
        """None: the helper sends its frames at a rate of its own."""
        return 0

    async def _lines(self, ranges: list[tuple[str, str, str]]) -> AsyncIterator[dict[str, Any]]:
        rate = min(self.profile.packets or MAX_RATE, MAX_RATE)
        request = {"ranges": ranges, "rate": rate, "wait": WAIT_SECONDS, "listen": self.listen}
        pipe = asyncio.subprocess.PIPE
        inherited = {name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ}
        helper = await asyncio.create_subprocess_exec(
            *self.program, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, limit=1 << 20, env=inherited
        )
        if helper.stdin is None or helper.stdout is None:
            return
        cancelled = True
        try:
            helper.stdin.write(json.dumps(request).encode() + b"\n")
            helper.stdin.close()
            async for line in helper.stdout:
                yield json.loads(line)
            cancelled = False
            with suppress(TimeoutError):  # a helper that exits by itself gets no signal, so that its exit code is read
                await asyncio.wait_for(helper.wait(), EXIT_SECONDS)
        finally:
            if helper.returncode is None:
                helper.terminate()
            if await helper.wait() > 0 and not cancelled:
                self.gaps.append(Gap(self.name, HELPER, GapReason.NO_PRIVILEGE, "the helper did not run"))


@dataclass(frozen=True, slots=True)
class KernelNeighbours:
    """The MAC addresses that this host's kernel has resolved for targets. Sends no frame and needs no privilege."""

    table: Path = ARP_TABLE

    @property
    def name(self) -> str:
        """The name that evidence rows carry."""
        return "link"

    def known(self, targets: Targets) -> Iterator[tuple[Target, tuple[Observation | Gap, ...]]]:
        """Each target that the kernel has a complete entry for."""
        numbers = TargetNumbers(targets)
        for address, (interface, mac) in dict(self._entries()).items():
            for target in numbers.at(address):
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
    """First and last addresses to ask, with their zones. An address is asked once, whatever ports its targets have."""
    zones: dict[str, list[AddressBlock]] = {}
    for span in targets.spans:
        zones.setdefault(span.zone, []).append(span.block)
    return [
        (str(address_of(block.version, block.first)), str(address_of(block.version, block.last)), zone)
        for zone, blocks in sorted(zones.items())
        for block in AddressSet(blocks).blocks
    ]


def _targets_at(numbers: TargetNumbers, address: str, interface: str) -> Iterator[Target]:
    """The targets at an address that answered on an interface. The interface, by name or number, is the zone of those
    that have one."""
    zones = _zones(interface) if ":" in address else ()
    return chain(numbers.at(address), *(numbers.at(f"{address}%{zone}") for zone in zones))


def _zones(interface: str) -> tuple[str, ...]:
    try:
        return interface, str(if_nametoindex(interface))
    except OSError:
        return (interface,)


def _mac(text: str) -> str:
    return bytes.fromhex(text.replace(":", "")).decode("latin-1")
