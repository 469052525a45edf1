"""The SNMP probe: asks for the engine ID, tries credentials, then asks for all that the registry of sources lists."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import aclosing
from itertools import islice

from fingerprints.database.products import unwrapped
from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept
from fingerprints.sources import registry
from fingerprints.sources.bridge_mib import VLAN_CONTEXT_COLUMNS, VlanContexts
from scanner.credentials.credential import Community, CommunityVersion, CredentialBook
from scanner.protocols.probe import Observed, Planned
from scanner.protocols.snmp import engine_id_request
from scanner.protocols.snmp.access import SYSTEM, Authenticated, SnmpAccess
from scanner.protocols.snmp.budget import Budget, BudgetLimit
from scanner.protocols.snmp.column_walk import PROBE, gap_at
from scanner.protocols.snmp.errors import SessionError, UnreachableError
from scanner.protocols.snmp.lawful_ends import LawfulSession
from scanner.protocols.snmp.message.ber import Oid, Syntax, dotted, oid_of
from scanner.protocols.snmp.message.codec import UsmParameters
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.presence import STOPPED, SUBTREES_A_REQUEST, Presence
from scanner.protocols.snmp.pysnmp_session import PysnmpEngines
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.snmp.second_round import PRIVATE, SecondRound, SecondRoundPlan
from scanner.protocols.snmp.session import SnmpSession, get_each
from scanner.protocols.snmp.to_observations import to_observations
from scanner.protocols.snmp.usm.usm_keys import UsmKeys
from scanner.protocols.snmp.walk import Walker
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import Profile
from scanner.targets.target import Target

LOGIN_SECONDS = 300.0
"""Seconds in which a device must accept a credential. A silent one takes some five seconds for each."""

REQUESTS_FAR_APART = 9
"""Requests for first objects that ask for subtrees far apart: all of them, because none is worth more than another."""

Tables = tuple[tuple[Oid, ...], ...]
"""The columns of each of some tables."""

SCALARS = tuple(oid_of(oid) for oid in registry.SCALARS if oid not in registry.SYSTEM)
VLAN_COLUMNS = tuple(oid_of(column.oid) for column in VLAN_CONTEXT_COLUMNS)


def _tables_of_plan() -> tuple[Tables, Tables]:
    """The columns of the registry, those of one table together: first the tables of the device itself, then those that
    grow with the network."""
    tables: dict[Oid, list[Oid]] = {}
    growing: set[Oid] = set()
    for column in registry.COLUMNS:
        arcs = oid_of(column)
        tables.setdefault(arcs[:-1], []).append(arcs)
        if column in registry.GROWING_COLUMNS:
            growing.add(arcs[:-1])
    own = tuple(tuple(columns) for table, columns in tables.items() if table not in growing)
    return own, tuple(tuple(tables[table]) for table in tables if table in growing)


OWN_TABLES, GROWING_TABLES = _tables_of_plan()


class SnmpProbe:
    """Asks a device by SNMP (`Probe`): first who it is, then the objects that `wanted` says are worth asking of such a
    device; without `wanted` there is no second round. Close it after the last device: devices share SNMPv3 engines."""

    name: str = PROBE

    def __init__(
        self,
        book: CredentialBook,
        profile: Profile,
        wanted: SecondRoundPlan | None = None,
        vlan_contexts: tuple[VlanContexts, ...] = (),
        rate_limiter: RateLimiter | None = None,
        retry_policy: RetryPolicy = RetryPolicy(),  # noqa: B008 - a frozen value
    ) -> None:
        self._book = book
        self._profile = profile
        self._wanted = wanted
        self._watched_trees = tuple(map(oid_of, wanted.watched_trees)) if wanted is not None else ()
        self._vlan_contexts = vlan_contexts
        self._rate_limiter = rate_limiter or RateLimiter(profile)
        self._retry_policy = retry_policy
        self._engines = PysnmpEngines()
        self._usm_keys = UsmKeys()

    def close(self) -> None:
        """Close the SNMPv3 engines."""
        self._engines.close()

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """What the probe may send: `engine-id`, `get OID`, `walk COLUMN` (by GETNEXT and GETBULK), `walk COLUMN@vlan`
        for a walk in each VLAN, `getnext TREE...` for the first objects of trees, and how many requests the second
        round may send for objects of the device's own MIBs."""
        sends = (
            "engine-id",
            *(f"get {oid}" for oid in registry.SCALARS),
            *(f"walk {column}" for column in registry.COLUMNS),
            *_getnexts(map(dotted, self._watched_trees)),
            *(f"walk {contexts.vlans}" for contexts in self._vlan_contexts),
            *(f"walk {dotted(column)}@vlan" for column in VLAN_COLUMNS if self._vlan_contexts),
            *self._second_round_plan(),
        )
        names = self._book.names(target.address, PROBE)
        over_v1 = _over_v1(self._book.communities(target.address))
        return (Planned(target.key, PROBE, f"{target.snmp_port}/udp", (*sends, *over_v1), names),)

    def _second_round_plan(self) -> Iterator[str]:
        if self._wanted is not None:
            yield from _getnexts(wanted.oid for wanted in self._wanted.standard)
            yield f"then at most {self._profile.own_mib_requests} requests of its own MIB"

    async def observe(self, target: Target) -> AsyncIterator[Observed]:
        """Everything that the device answers, as it comes; see `Probe.observe`."""
        limiter = self._rate_limiter.at(target.address)
        access = SnmpAccess(target, self._book, limiter, self._retry_policy, self._engines, self._usm_keys)
        try:
            access.keep_engine(await _discover_engine(access), asyncio.get_running_loop().time())
            if access.engine is not None:
                yield (Observation(Source.SNMP_ENGINE_ID, "", kept(access.engine.engine_id)),)
            async with asyncio.timeout(LOGIN_SECONDS):
                authenticated = await access.authenticate(access.engine is not None)
        except TimeoutError:
            yield (
                *access.gaps,
                Gap(
                    PROBE, access.port, GapReason.BUDGET_SPENT, f"no credential was accepted within {LOGIN_SECONDS:g} s"
                ),
            )
            return
        except UnreachableError as error:
            yield (Gap(PROBE, access.port, GapReason.NO_ANSWER, str(error)),)
            return
        except OSError as error:
            yield (Gap(PROBE, access.port, GapReason.NO_ANSWER, f"cannot be sent to from here: {error.strerror}"),)
            return
        if access.gaps:
            yield tuple(access.gaps)
        if authenticated is not None:
            async with aclosing(self.ask_all(access, authenticated)) as answers:
                async for observed in answers:
                    yield observed

    async def ask_all(self, access: SnmpAccess, authenticated: Authenticated) -> AsyncGenerator[Observed, None]:
        """Everything that the device answers under the credential that it accepted, as it comes."""
        session = LawfulSession(authenticated.session)
        budget = Budget(self._profile, asyncio.get_running_loop().time)
        walker = Walker(session, budget, in_flight=self._profile.in_flight)
        presence = Presence(session, budget)
        own, growing = _TableWalks(OWN_TABLES, presence), _TableWalks(GROWING_TABLES, presence)
        try:
            yield to_observations(authenticated.system)
            yield await _scalars(session, budget)
            async for observed in self._first_round(presence, walker, own, growing):
                yield observed
            async for observed in self._second_round(presence, walker, _sys_object_id(authenticated.system)):
                yield observed
            async for observed in self._first_round(presence, walker, own, growing):
                yield observed  # only what answers to the second round show to be there after all
            yield to_observations(walker.hidden(max(presence.seen, default=())))
            yield tuple(presence.gaps((*self._watched_trees, *(min(columns) for columns in OWN_TABLES))))
            async for observed in _walk(walker, growing.served()):
                yield observed
            async for observed in self._vlan_tables(access, authenticated, walker):
                yield observed
        finally:
            session.close()

    async def _first_round(
        self, presence: Presence, walker: Walker, own: "_TableWalks", growing: "_TableWalks"
    ) -> AsyncIterator[Observed]:
        """The first object of each watched maker's tree, then the device's own tables. Asking first what the device has
        saves a request for each table that it lacks. A second call asks for nothing that the first has asked for."""
        trees = frozenset(self._watched_trees)
        firsts = (min(columns) for columns in (*own.left(), *growing.left()))
        subtrees = (*self._watched_trees, *firsts)
        async with aclosing(presence.first_objects(subtrees, REQUESTS_FAR_APART)) as answers:
            async for found in answers:
                seen = [first.varbind for first in found if first.subtree in trees]
                presence.seen.update(varbind.oid for varbind in seen)
                yield to_observations(seen)
        async for observed in _walk(walker, own.served()):
            yield observed

    async def _second_round(self, presence: Presence, walker: Walker, sys_object_id: str) -> AsyncIterator[Observed]:
        if self._wanted is None:
            return
        if walker.gone or presence.silent:
            yield (gap_at(PRIVATE, STOPPED),)
            return
        second = SecondRound(presence, self._wanted, walker.budget, self._profile.own_mib_requests)
        async with aclosing(second.ask(sys_object_id)) as answers:
            async for answer in answers:
                yield to_observations(answer)

    async def _vlan_tables(
        self, access: SnmpAccess, authenticated: Authenticated, walker: Walker
    ) -> AsyncIterator[Observed]:
        """The bridge tables of each VLAN, from devices that keep one for each. The probe asks in one VLAN alone, and in
        all only after an answer. It stops at the first VLAN that yields only gaps."""
        contexts = _contexts_of(authenticated.system, self._vlan_contexts)
        if contexts is None:
            return
        numbers: set[int] = set()
        async with aclosing(walker.tables(((oid_of(contexts.vlans),),))) as answers:
            async for variables in answers:
                numbers.update(variable.oid[-1] for variable in variables if isinstance(variable, Varbind))
                yield to_observations(variables)
        vlans = sorted(number for number in numbers if number in contexts.numbers)[: contexts.most]
        error = await access.answers_in_context(authenticated.key, vlans[0], VLAN_COLUMNS[0]) if vlans else None
        if error is not None:
            yield (Gap(PROBE, dotted(VLAN_COLUMNS[-1]), error.reason, f"in VLAN {vlans[0]}: {error}"),)
            return
        for number in vlans:
            session = LawfulSession(access.open_context(authenticated.key, number))
            try:
                bridge = Walker(session, walker.budget, walker.rows)
                rows = [row async for row in bridge.table(VLAN_COLUMNS)]
            finally:
                session.close()
            yield to_observations(rows)
            if rows and all(isinstance(row, Gap) for row in rows):
                return


async def _discover_engine(access: SnmpAccess) -> UsmParameters | None:
    """Engine ID and clock, or None if the device does not answer in SNMPv3. Raises UnreachableError and OSError."""
    channel = access.engine_id_channel()
    try:
        return await engine_id_request.discover(channel)
    except UnreachableError:
        raise
    except SessionError:
        return None
    finally:
        channel.close()


class _TableWalks:
    """The columns of some tables, each walked once."""

    def __init__(self, tables: Tables, presence: Presence) -> None:
        self._tables = tables
        self._presence = presence
        self._walked: set[Oid] = set()

    def left(self) -> Iterator[tuple[Oid, ...]]:
        """The columns that have not been walked."""
        for columns in self._tables:
            left = tuple(column for column in columns if column not in self._walked)
            if left:
                yield left

    def served(self) -> Iterator[tuple[Oid, ...]]:
        """The columns to walk: those left that the device may have."""
        for columns in self.left():
            served = tuple(column for column in columns if not self._presence.spans.hold(column))
            self._walked.update(served)
            if served:
                yield served


def _getnexts(oids: Iterable[str]) -> Iterator[str]:
    """The subtrees that GETNEXTs ask for, those of one request on a line."""
    left = iter(oids)
    while together := [*islice(left, SUBTREES_A_REQUEST)]:
        yield " ".join(("getnext", *together))


async def _scalars(session: SnmpSession, budget: Budget) -> Observed:
    try:
        async with asyncio.timeout(budget.seconds_left):
            return to_observations(await get_each(session, SCALARS))
    except TimeoutError:
        return (Gap(PROBE, dotted(SCALARS[0]), GapReason.BUDGET_SPENT, f"{BudgetLimit.TIME} ran out"),)
    except SessionError as error:
        return (Gap(PROBE, dotted(SCALARS[0]), error.reason, str(error)),)


async def _walk(walker: Walker, tables: Iterable[Sequence[Oid]]) -> AsyncIterator[Observed]:
    async with aclosing(walker.tables(tables)) as answers:
        async for variables in answers:
            yield to_observations(variables)


def _sys_object_id(system: Sequence[Varbind]) -> str:
    return next((varbind.value for varbind in system if varbind.syntax is Syntax.OBJECT_ID), "")


def _contexts_of(system: Sequence[Varbind], known: Sequence[VlanContexts]) -> VlanContexts | None:
    """The entry of `known` for this device, by its sysObjectID."""
    for varbind in system:
        if varbind.syntax is Syntax.OBJECT_ID and varbind.oid in SYSTEM:
            own = f"{unwrapped(varbind.value)}."
            return next((contexts for contexts in known if own.startswith(f"{contexts.tree}.")), None)
    return None


def _over_v1(communities: Iterable[Community]) -> Iterator[str]:
    """The GETNEXT that asks a v1 device for scalars of which it lacks some: a v1 GET fails as a whole."""
    if any(community.version is CommunityVersion.V1 for community in communities):
        yield " ".join(("getnext", *(dotted(scalar[:-1]) for scalar in (*SYSTEM, *SCALARS))))
