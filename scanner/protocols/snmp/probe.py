"""The SNMP probe: asks for the engine ID, tries credentials, then asks for all that the registry of sources lists."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import aclosing

from fingerprints.database.products import unwrapped
from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept
from fingerprints.sources import registry
from fingerprints.sources.bridge_mib import VLAN_CONTEXT_COLUMNS, VlanContexts
from scanner.credentials.credential import Community, CommunityVersion, CredentialBook
from scanner.protocols.probe import Observed, Planned
from scanner.protocols.snmp import engine_id_request
from scanner.protocols.snmp.access import SYSTEM, Authenticated, SnmpAccess
from scanner.protocols.snmp.budget import Budget
from scanner.protocols.snmp.column_walk import PROBE
from scanner.protocols.snmp.errors import NoAnswerError, SessionError, UnreachableError
from scanner.protocols.snmp.message.ber import Oid, Syntax, dotted, oid_of
from scanner.protocols.snmp.message.codec import UsmParameters
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.pysnmp_session import PysnmpEngines
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.snmp.session import SnmpSession, get_each
from scanner.protocols.snmp.to_observations import to_observations
from scanner.protocols.snmp.usm.usm_keys import UsmKeys
from scanner.protocols.snmp.walk import Walker
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import Profile
from scanner.targets.target import Target

TREES_TOGETHER = 8
"""Private trees in one GETNEXT."""

SCALARS = tuple(oid_of(oid) for oid in registry.SCALARS if oid not in registry.SYSTEM)
VLAN_COLUMNS = tuple(oid_of(column.oid) for column in VLAN_CONTEXT_COLUMNS)


class SnmpProbe:
    """Asks a device by SNMP (`Probe`). The probe asks for the first object in each of `private_trees`, the subtrees of
    watched makers. Close it after the last device: devices share SNMPv3 engines."""

    name: str = PROBE

    def __init__(
        self,
        book: CredentialBook,
        profile: Profile,
        private_trees: tuple[str, ...],
        vlan_contexts: tuple[VlanContexts, ...] = (),
        rate_limiter: RateLimiter | None = None,
        retry_policy: RetryPolicy = RetryPolicy(),  # noqa: B008 - a frozen value
    ) -> None:
        self._book = book
        self._profile = profile
        self._private_trees = tuple(map(oid_of, private_trees))
        self._vlan_contexts = vlan_contexts
        self._rate_limiter = rate_limiter or RateLimiter(profile)
        self._retry_policy = retry_policy
        self._engines = PysnmpEngines()
        self._usm_keys = UsmKeys()

    def close(self) -> None:
        """Close the SNMPv3 engines."""
        self._engines.close()

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """What the probe may send: `engine-id`, `get OID`, `walk COLUMN` (by GETNEXT and GETBULK), `getnext TREE`, and
        `walk COLUMN@vlan` for a walk in each VLAN."""
        sends = (
            "engine-id",
            *(f"get {oid}" for oid in registry.SCALARS),
            *(f"walk {column}" for column in registry.COLUMNS),
            *(f"getnext {dotted(tree)}" for tree in self._private_trees),
            *(f"walk {contexts.vlans}" for contexts in self._vlan_contexts),
            *(f"walk {dotted(column)}@vlan" for column in VLAN_COLUMNS if self._vlan_contexts),
        )
        names = self._book.names(target.address, PROBE)
        over_v1 = _over_v1(self._book.communities(target.address))
        return (Planned(target.key, PROBE, f"{target.snmp_port}/udp", (*sends, *over_v1), names),)

    async def observe(self, target: Target) -> AsyncIterator[Observed]:
        """Everything that the device answers, as it comes; see `Probe.observe`."""
        limiter = self._rate_limiter.at(target.address)
        access = SnmpAccess(target, self._book, limiter, self._retry_policy, self._engines, self._usm_keys)
        try:
            access.keep_engine(await _discover_engine(access), asyncio.get_running_loop().time())
            if access.engine is not None:
                yield (Observation(Source.SNMP_ENGINE_ID, "", kept(access.engine.engine_id)),)
            authenticated = await access.authenticate(access.engine is not None)
        except UnreachableError as error:
            yield (Gap(PROBE, access.port, GapReason.NO_ANSWER, str(error)),)
            return
        except OSError as error:
            yield (Gap(PROBE, access.port, GapReason.NO_ANSWER, f"cannot be sent to from here: {error.strerror}"),)
            return
        if access.gaps:
            yield tuple(access.gaps)
        if authenticated is not None:
            async with aclosing(self._ask_all(access, authenticated)) as answers:
                async for observed in answers:
                    yield observed

    async def _ask_all(self, access: SnmpAccess, authenticated: Authenticated) -> AsyncGenerator[Observed, None]:
        budget = Budget(self._profile, asyncio.get_running_loop().time)
        walker = Walker(authenticated.session, budget, in_flight=self._profile.in_flight)
        try:
            yield to_observations(authenticated.system)
            yield tuple(await self._scalars_and_trees(authenticated.session))
            for tables in _tables():
                async with aclosing(walker.tables(tables)) as answers:
                    async for variables in answers:
                        yield to_observations(variables)
            async for observed in self._vlan_tables(access, authenticated, walker):
                yield observed
        finally:
            authenticated.session.close()

    async def _scalars_and_trees(self, session: SnmpSession) -> list[Observation | Gap]:
        """The other scalars, and the first object of each private tree."""
        observed: list[Observation | Gap] = []
        try:
            observed += to_observations(await get_each(session, SCALARS))
        except SessionError as error:
            observed.append(Gap(PROBE, dotted(SCALARS[0]), error.reason, str(error)))
        trees = self._private_trees
        for at in range(0, len(trees), TREES_TOGETHER):
            observed += await _first_objects(session, trees[at : at + TREES_TOGETHER])
        return observed

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
            session = access.open_context(authenticated.key, number)
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
    channel = access.channel()
    try:
        return await engine_id_request.discover(channel)
    except UnreachableError:
        raise
    except SessionError:
        return None
    finally:
        channel.close()


async def _first_objects(session: SnmpSession, trees: Sequence[Oid]) -> list[Observation | Gap]:
    """The first object in each tree; the probe asks tree by tree if the device cannot answer for all at once."""
    try:
        answer = await session.get_next(trees)
    except SessionError as error:
        if len(trees) == 1 or isinstance(error, NoAnswerError):
            return [Gap(PROBE, dotted(tree), error.reason, str(error)) for tree in trees]
        return [observed for tree in trees for observed in await _first_objects(session, (tree,))]
    return [
        Observation(Source.SNMP_OBJECT, dotted(variable.oid), variable.value)
        for tree, variable in zip(trees, answer, strict=True)
        if not variable.is_exception and variable.oid[: len(tree)] == tree
    ]


def _tables() -> tuple[tuple[tuple[Oid, ...], ...], tuple[tuple[Oid, ...], ...]]:
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
