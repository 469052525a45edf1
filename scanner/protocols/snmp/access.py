"""Access to one device's SNMP port: its credentials are tried in a safe order until the device accepts one.

SNMPv3 comes before communities. Of these, the one that worked in an earlier run comes first, then v2c before v1; else
the credential book's order holds.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from fingerprints.model.evidence import Gap, GapReason
from fingerprints.sources import registry
from scanner.credentials.credential import Community, CommunityVersion, CredentialBook, PrivProtocol, Usm
from scanner.protocols.snmp.column_walk import PROBE
from scanner.protocols.snmp.errors import (
    ErrorAnswerError,
    NoAnswerError,
    RefusedError,
    SessionError,
    UndecipheredError,
    UnreachableError,
)
from scanner.protocols.snmp.message.ber import Oid, oid_of
from scanner.protocols.snmp.message.codec import UsmParameters
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.pysnmp_session import PysnmpEngines
from scanner.protocols.snmp.request_channel import RequestChannel, RetryPolicy, rtt_estimator_for
from scanner.protocols.snmp.rtt_estimator import RttEstimator
from scanner.protocols.snmp.session import CommunitySession, SnmpSession, get_each
from scanner.protocols.snmp.usm.algorithms import KeyExtension
from scanner.protocols.snmp.usm.usm_keys import UsmKeys, key_forms
from scanner.protocols.snmp.usm.usm_session import UsmSession
from scanner.rate_limit.limiter import AddressRateLimiter
from scanner.targets.target import Target

SYSTEM = tuple(map(oid_of, registry.SYSTEM))

TURN_SECONDS = 300.0
"""How long a device waits for its turn in a realm: as long as a session by SSH may take. Silent ones hold up others."""

TURN_POLL_SECONDS = 0.05

ENGINE_ID_SENDS = 2
"""Sends of an engine ID request whose answer opens no session."""


@dataclass(frozen=True, slots=True)
class SnmpKey:
    """A credential, and for a USM user how its privacy key is extended."""

    credential: Community | Usm
    form: KeyExtension = KeyExtension.BLUMENTHAL


@dataclass(frozen=True, slots=True)
class Authenticated:
    """A device that accepted a credential: the key, the open session, and the system group that proved it."""

    key: SnmpKey
    session: SnmpSession
    system: tuple[Varbind, ...]


@dataclass(slots=True)
class SnmpAccess:
    """One device's SNMP port before a credential is accepted. `gaps` collects what failed. `engine` is the device's
    answer to the engine ID request, `engine_at` the time of the event loop when it came."""

    target: Target
    book: CredentialBook
    limiter: AddressRateLimiter
    retry_policy: RetryPolicy
    engines: PysnmpEngines
    usm_keys: UsmKeys = field(default_factory=UsmKeys)
    engine: UsmParameters | None = None
    engine_at: float = 0.0
    gaps: list[Gap] = field(default_factory=list)
    _rtt: RttEstimator = field(init=False)

    def __post_init__(self) -> None:
        self._rtt = rtt_estimator_for(self.limiter, self.retry_policy)

    @property
    def port(self) -> str:
        """The port as gaps and plans name it."""
        return f"{self.target.snmp_port}/udp"

    def open(self, key: SnmpKey, context: str = "") -> SnmpSession:
        """A session under a key; `context` selects one VLAN's view. Raises SessionError or OSError."""
        match key.credential:
            case Community():
                return CommunitySession(self.channel(), key.credential, context)
            case Usm(priv=(PrivProtocol.TRIPLE_DES, _)) as user:
                address, port = self.target.address, self.target.snmp_port
                return self.engines.open(
                    address, port, user, key.form, self.limiter, self.retry_policy, context or user.context
                )
            case Usm() as user:
                channel = self.channel()
                engine = self._engine_with_clock(channel.now())
                return UsmSession(channel, user, self.usm_keys, key.form, context or user.context, engine)

    def keep_engine(self, engine: UsmParameters | None, now: float) -> None:
        """Keep the device's answer to the engine ID request."""
        self.engine, self.engine_at = engine, now

    def _engine_with_clock(self, now: float) -> UsmParameters | None:
        """The engine with its clock moved on to now: a later session would fall outside the time window."""
        if self.engine is None:
            return None
        return replace(self.engine, time=min(self.engine.time + int(now - self.engine_at), 0x7FFF_FFFF))

    def channel(self) -> RequestChannel:
        """A new request channel to this device. Raises OSError."""
        address, port = self.target.address, self.target.snmp_port
        return RequestChannel(address, port, self.limiter, self.retry_policy, self._rtt)

    def engine_id_channel(self) -> RequestChannel:
        """The channel for the engine ID request. Where no USM user may be offered, the answer is evidence and no more:
        the request is sent at most ENGINE_ID_SENDS times there. Raises OSError."""
        if self.book.usm_users(self.target.address):
            return self.channel()
        attempts = min(ENGINE_ID_SENDS, self.retry_policy.attempts)
        return replace(self, retry_policy=replace(self.retry_policy, attempts=attempts)).channel()

    def open_context(self, key: SnmpKey, vlan: int) -> SnmpSession:
        """A session that sees the bridge of one VLAN: `community@vlan`, or the context `vlan-N` of SNMPv3."""
        return self.open(key, f"vlan-{vlan}" if isinstance(key.credential, Usm) else str(vlan))

    async def answers_in_context(self, key: SnmpKey, vlan: int, column: Oid) -> SessionError | None:
        """None if the device answers in the context of a VLAN. One GETNEXT, sent once: a device that does not know
        community indexing logs a failed authentication for each."""
        once = replace(self, retry_policy=RetryPolicy(max(self.retry_policy.waits()), attempts=1))
        session = once.open_context(key, vlan)
        try:
            await session.get_next((column,))
        except ErrorAnswerError:
            return None
        except SessionError as error:
            return error
        finally:
            session.close()
        return None

    async def authenticate(self, speaks_v3: bool) -> Authenticated | None:
        """Try credentials until the device accepts one, and report each outcome to the book. None if none is."""
        silent: list[str] = []
        failed: list[Community | Usm] = []
        for credential in self._credentials(speaks_v3):
            self._rtt.is_expected = credential.name in self.limiter.answered_to
            try:
                authenticated = await self._offer(credential)
            except UnreachableError as error:
                self._gap(GapReason.NO_ANSWER, str(error))
                return None
            except NoAnswerError:
                silent.append(credential.name)
                failed.append(credential)
            except SessionError as error:
                self._gap(error.reason, f"credential {credential.name}: {error}")
                failed.append(credential)
            else:
                if authenticated is None:
                    failed.append(credential)
                    continue
                self._note_downgrade(failed, credential)
                self._rtt.is_expected = False  # from now on, what is lost is counted
                return authenticated
        if silent:
            self._gap(
                GapReason.NO_ANSWER,
                f"no answer under {', '.join(silent)}: the credential may be wrong, or the device silent",
            )
        elif not self.gaps:
            self._gap(GapReason.NO_CREDENTIAL, self._no_credential_detail(speaks_v3))
        return None

    async def _offer(self, credential: Community | Usm) -> Authenticated | None:
        """Offer a credential, and report the outcome to the book. None and a gap if it may not be offered any more, or
        if its turn does not come. Raises SessionError."""
        turn = await self._turn(credential)
        if turn is None:
            self._gap(GapReason.BUDGET_SPENT, f"the turn of credential {credential.name} did not come in time")
            return None
        with turn as is_allowed:
            if not is_allowed:
                self._gap(GapReason.CREDENTIAL_STOPPED, f"credential {credential.name} was stopped meanwhile")
                return None
            try:
                authenticated = await self._authenticate_with(credential)
            except RefusedError:
                self.book.refused(credential, self.target.address)
                raise
            self.book.accepted(credential, self.target.address)
            return authenticated

    async def _turn(self, credential: Community | Usm) -> AbstractContextManager[bool] | None:
        """The block in which a user of a realm may be tried, once that is this device's turn. A community is never
        refused, and has no turn to wait for. None after TURN_SECONDS."""
        if not isinstance(credential, Usm) or not credential.realm:
            return nullcontext(True)
        now = asyncio.get_running_loop().time
        until = now() + TURN_SECONDS
        while (turn := self.book.trial_now(credential, self.target.address)) is None and now() < until:
            await asyncio.sleep(TURN_POLL_SECONDS)
        return turn

    def _note_downgrade(self, failed: Sequence[Community | Usm], accepted: Community | Usm) -> None:
        """Leave a gap if SNMPv3 users failed before a community was accepted: who is on the path can make them fail."""
        users = [user.name for user in failed if isinstance(user, Usm)]
        if users and isinstance(accepted, Community):
            self._gap(GapReason.DOWNGRADED, f"{', '.join(users)} failed, then {accepted.name} was accepted")

    async def _authenticate_with(self, credential: Community | Usm) -> Authenticated:
        """The system group under a credential, with each form of its key. Raises the SessionError of the last form."""
        forms = key_forms(credential) if isinstance(credential, Usm) else (KeyExtension.BLUMENTHAL,)
        for form in forms:
            key = SnmpKey(credential, form)
            session = self.open(key)
            try:
                return Authenticated(key, session, await get_each(session, SYSTEM, has_answered=False))
            except (NoAnswerError, UndecipheredError) as error:
                session.close()
                if form is forms[-1] or isinstance(error, UnreachableError):
                    raise
            except BaseException:
                session.close()
                raise
        raise NoAnswerError("no key form was tried")

    def _credentials(self, speaks_v3: bool) -> Iterator[Community | Usm]:
        if speaks_v3:
            yield from self.book.usm_users(self.target.address)
        known = self.book.worked_before(self.target.address)
        communities = self.book.communities(self.target.address)
        yield from sorted(communities, key=lambda one: (one.name not in known, one.version is CommunityVersion.V1))

    def _no_credential_detail(self, speaks_v3: bool) -> str:
        if not speaks_v3 and self.book.usm_users(self.target.address):
            return "this address has only SNMPv3 users, and it did not answer SNMPv3"
        return "no SNMP credential may be offered to this address"

    def _gap(self, reason: GapReason, detail: str) -> None:
        self.gaps.append(Gap(PROBE, self.port, reason, detail))
