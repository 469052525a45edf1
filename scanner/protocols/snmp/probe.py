"""The SNMP probe: engine ID, a credential that lets us in, the system group, the tables that identity is read from."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept
from fingerprints.sources import standard_mibs
from scanner.credentials.access import CredentialBook
from scanner.protocols.probe import Planned, Said
from scanner.protocols.snmp import engine_id_request
from scanner.protocols.snmp.access import SYSTEM, Authenticated, SnmpAccess
from scanner.protocols.snmp.budget import Budget
from scanner.protocols.snmp.errors import NoAnswerError, SessionError, UnreachableError
from scanner.protocols.snmp.message.ber import Oid, Syntax, dotted, oid_of
from scanner.protocols.snmp.message.codec import UsmParameters
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.pysnmp_session import PysnmpEngines
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.snmp.session import SnmpSession, get_each
from scanner.protocols.snmp.to_observations import to_observations
from scanner.protocols.snmp.usm.usm_keys import UsmKeys
from scanner.protocols.snmp.walk import PROBE, Walker
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import Profile
from scanner.targets.target import Target

TREES_TOGETHER = 8
"""Private trees asked for in one GETNEXT."""

GROWING = frozenset({Source.SNMP_NEIGHBOUR_MAC, Source.SNMP_FORWARDING_ENTRY})
"""What grows with the network and not with the device: walked last, so that a budget spent there costs no identity."""

BRIDGE_PORTS = "1.3.6.1.2.1.17.1.4.1.2"
FORWARDING = "1.3.6.1.2.1.17.4.3.1.2"
"""What a bridge per VLAN is asked for: dot1dBasePortIfIndex and dot1dTpFdbPort (RFC 4188)."""

SCALARS = tuple(oid_of(oid) for oid in standard_mibs.SCALARS if oid not in standard_mibs.SYSTEM)


@dataclass(frozen=True, slots=True)
class VlanContexts:
    """Switches that keep one bridge table for each VLAN, and show it under `community@vlan` or context `vlan-N`.

    `tree` is the tree their sysObjectIDs stand under, `vlans` the column whose last arc is the number of a VLAN they
    have; at most `most` VLANs are asked.
    """

    tree: str
    vlans: str
    most: int = 64


class SnmpProbe:
    """Asks a device by SNMP (`Probe`). `private_trees` are the subtrees of watched makers, each asked for its first
    object. Close it after the last device: SNMPv3 engines are shared between devices."""

    name: str = PROBE

    def __init__(
        self,
        book: CredentialBook,
        profile: Profile,
        private_trees: tuple[str, ...],
        vlan_contexts: tuple[VlanContexts, ...] = (),
        pacer: RateLimiter | None = None,
        patience: RetryPolicy = RetryPolicy(),  # noqa: B008 - a frozen value
    ) -> None:
        self._book = book
        self._profile = profile
        self._private_trees = tuple(map(oid_of, private_trees))
        self._vlan_contexts = vlan_contexts
        self._pacer = pacer or RateLimiter(profile)
        self._patience = patience
        self._engines = PysnmpEngines()
        self._ring = UsmKeys()

    def close(self) -> None:
        """Close the SNMPv3 engines."""
        self._engines.close()

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """Engine ID, `get OID`, `walk COLUMN` (GETNEXT and GETBULK inside it), `getnext TREE`, and `walk COLUMN@vlan`
        for what is asked in each VLAN."""
        sends = (
            "engine-id",
            *(f"get {oid}" for oid in standard_mibs.SCALARS),
            *(f"walk {column}" for column in standard_mibs.COLUMNS),
            *(f"getnext {dotted(tree)}" for tree in self._private_trees),
            *(f"walk {contexts.vlans}" for contexts in self._vlan_contexts),
            *(f"walk {column}@vlan" for column in (BRIDGE_PORTS, FORWARDING) if self._vlan_contexts),
        )
        names = self._book.names(target.address, PROBE)
        return (Planned(target.key, PROBE, f"{target.snmp_port}/udp", sends, names),)

    async def observe(self, target: Target) -> AsyncIterator[Said]:
        """Everything this device says, as it comes; see `Probe.observe`."""
        pace = self._pacer.at(target.address)
        door = SnmpAccess(target, self._book, pace, self._patience, self._engines, self._ring)
        try:
            door.keep_engine(await _told(door), asyncio.get_running_loop().time())
            if door.engine is not None:
                yield (Observation(Source.SNMP_ENGINE_ID, "", kept(door.engine.engine_id)),)
            entered = await door.authenticate(door.engine is not None)
        except UnreachableError as error:
            yield (Gap(PROBE, door.port, GapReason.NO_ANSWER, str(error)),)
            return
        except OSError as error:
            yield (Gap(PROBE, door.port, GapReason.NO_ANSWER, f"cannot be sent to from here: {error.strerror}"),)
            return
        if door.gaps:
            yield tuple(door.gaps)
        if entered is not None:
            async with aclosing(self._conversation(door, entered)) as conversation:
                async for said in conversation:
                    yield said

    async def _conversation(self, door: SnmpAccess, entered: Authenticated) -> AsyncGenerator[Said, None]:
        budget = Budget(self._profile, asyncio.get_running_loop().time)
        walker = Walker(entered.session, budget, in_flight=self._profile.in_flight)
        try:
            yield to_observations(entered.system)
            yield tuple(await self._firsts(entered.session))
            for tables in _tables():
                async with aclosing(walker.tables(tables)) as answers:
                    async for said in answers:
                        yield to_observations(said)
            async for heard in self._vlans(door, entered, walker):
                yield heard
        finally:
            entered.session.close()

    async def _firsts(self, session: SnmpSession) -> list[Observation | Gap]:
        """The other scalars, and the first object of each private tree."""
        said: list[Observation | Gap] = []
        try:
            said += to_observations(await get_each(session, SCALARS))
        except SessionError as error:
            said.append(Gap(PROBE, dotted(SCALARS[0]), error.reason, str(error)))
        trees = self._private_trees
        for at in range(0, len(trees), TREES_TOGETHER):
            said += await _first_objects(session, trees[at : at + TREES_TOGETHER])
        return said

    async def _vlans(self, door: SnmpAccess, entered: Authenticated, walker: Walker) -> AsyncIterator[Said]:
        """The bridge tables of each VLAN, of devices that show them so; the first VLAN that only fails is the last."""
        contexts = _contexts_of(entered.system, self._vlan_contexts)
        if contexts is None:
            return
        numbers: set[int] = set()
        async with aclosing(walker.tables(((oid_of(contexts.vlans),),))) as answers:
            async for said in answers:
                numbers.update(one.oid[-1] for one in said if isinstance(one, Varbind))
                yield to_observations(said)
        for number in sorted(number for number in numbers if 0 < number < 4095)[: contexts.most]:
            session = door.open_context(entered.key, number)
            try:
                bridge = Walker(session, walker.budget, walker.rows)
                heard = [one async for one in bridge.table((oid_of(BRIDGE_PORTS), oid_of(FORWARDING)))]
            finally:
                session.close()
            yield to_observations(heard)
            if heard and all(isinstance(one, Gap) for one in heard):
                return


async def _told(door: SnmpAccess) -> UsmParameters | None:
    """Engine ID and clock, or None where the device speaks no SNMPv3. Raises UnreachableError and OSError."""
    exchange = door.channel()
    try:
        return await engine_id_request.discover(exchange)
    except UnreachableError:
        raise
    except SessionError:
        return None
    finally:
        exchange.close()


async def _first_objects(session: SnmpSession, trees: Sequence[Oid]) -> list[Observation | Gap]:
    """The first object in each tree; tree by tree where the device cannot answer for all at once."""
    try:
        answer = await session.get_next(trees)
    except SessionError as error:
        if len(trees) == 1 or isinstance(error, NoAnswerError):
            return [Gap(PROBE, dotted(tree), error.reason, str(error)) for tree in trees]
        return [said for tree in trees for said in await _first_objects(session, (tree,))]
    inside = zip(trees, answer, strict=True)
    return [
        Observation(Source.SNMP_OBJECT, dotted(found.oid), found.value)
        for tree, found in inside
        if not found.is_exception and found.oid[: len(tree)] == tree
    ]


def _tables() -> tuple[tuple[tuple[Oid, ...], ...], tuple[tuple[Oid, ...], ...]]:
    """mib.COLUMNS, those of one table together: the tables that are the device's, and those that grow with the network,
    which wait until the others are done."""
    tables: dict[Oid, list[Oid]] = {}
    growing: set[Oid] = set()
    for column, source in standard_mibs.COLUMNS.items():
        arcs = oid_of(column)
        tables.setdefault(arcs[:-1], []).append(arcs)
        if source in GROWING:
            growing.add(arcs[:-1])
    own = tuple(tuple(columns) for table, columns in tables.items() if table not in growing)
    return own, tuple(tuple(tables[table]) for table in tables if table in growing)


def _contexts_of(system: Sequence[Varbind], known: Sequence[VlanContexts]) -> VlanContexts | None:
    """How this device keeps its VLANs apart, by its sysObjectID."""
    for varbind in system:
        if varbind.syntax is Syntax.OBJECT_ID and varbind.oid in SYSTEM:
            return next((one for one in known if f"{varbind.value}.".startswith(f"{one.tree}.")), None)
    return None
