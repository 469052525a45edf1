"""Getting in: the credentials for one address tried in a safe order, and what each attempt came to.

SNMPv3 comes before v2c and v2c before v1; within each the book's order stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from fingerprints.model.evidence import Gap, GapReason
from fingerprints.sources import registry
from scanner.credentials.access import Community, CommunityVersion, CredentialBook, PrivProtocol, Usm
from scanner.protocols.snmp.errors import NoAnswerError, RefusedError, SessionError, UndecipheredError, UnreachableError
from scanner.protocols.snmp.message.ber import oid_of
from scanner.protocols.snmp.message.codec import UsmParameters
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.pysnmp_session import Engines
from scanner.protocols.snmp.request_channel import RequestChannel, RetryPolicy, round_trips
from scanner.protocols.snmp.rtt_estimator import RttEstimator
from scanner.protocols.snmp.session import CommunitySession, Session, get_each
from scanner.protocols.snmp.usm.algorithms import KeyExtension
from scanner.protocols.snmp.usm.usm_keys import UsmKeys, key_forms
from scanner.protocols.snmp.usm.usm_session import UsmSession
from scanner.protocols.snmp.walk import PROBE
from scanner.rate_limit.limiter import AddressPace
from scanner.targets.target import Target

SYSTEM = tuple(map(oid_of, registry.SYSTEM))


@dataclass(frozen=True, slots=True)
class Key:
    """One way to ask: a credential, and for a USM user how its privacy key is stretched."""

    credential: Community | Usm
    form: KeyExtension = KeyExtension.BLUMENTHAL


@dataclass(frozen=True, slots=True)
class Authenticated:
    """A device that let us in: with what, the open session, and the system group that proved it."""

    key: Key
    session: Session
    system: tuple[Varbind, ...]


@dataclass(slots=True)
class SnmpAccess:
    """One device's SNMP port, before anything has let us in. `gaps` grows with what failed; `told` is what the device
    answered when asked for its engine ID, `told_at` when that was by the clock of the loop."""

    target: Target
    book: CredentialBook
    pace: AddressPace
    patience: RetryPolicy
    engines: Engines
    ring: UsmKeys = field(default_factory=UsmKeys)
    told: UsmParameters | None = None
    told_at: float = 0.0
    gaps: list[Gap] = field(default_factory=list)
    _trips: RttEstimator = field(init=False)

    def __post_init__(self) -> None:
        self._trips = round_trips(self.pace, self.patience)

    @property
    def port(self) -> str:
        """The port as gaps and plans name it."""
        return f"{self.target.snmp_port}/udp"

    def open(self, key: Key, context: str = "") -> Session:
        """A session under a key; `context` asks for one VLAN's view. Raises SessionError or OSError."""
        match key.credential:
            case Community():
                return CommunitySession(self.exchange(), key.credential, context)
            case Usm(priv=(PrivProtocol.TRIPLE_DES, _)) as user:
                address, port = self.target.address, self.target.snmp_port
                return self.engines.open(
                    address, port, user, key.form, self.pace, self.patience, context or user.context
                )
            case Usm() as user:
                exchange = self.exchange()
                told = self._told_by(exchange.now())
                return UsmSession(exchange, user, self.ring, key.form, context or user.context, told)

    def meet(self, told: UsmParameters | None, now: float) -> None:
        """Keep what the device answered when asked for its engine ID."""
        self.told, self.told_at = told, now

    def _told_by(self, now: float) -> UsmParameters | None:
        """What the device told, its clock as that stands by now: a session of later would be out of its time."""
        if self.told is None:
            return None
        return replace(self.told, time=min(self.told.time + int(now - self.told_at), 0x7FFF_FFFF))

    def exchange(self) -> RequestChannel:
        """A way to ask this device. Raises OSError."""
        address, port = self.target.address, self.target.snmp_port
        return RequestChannel(address, port, self.pace, self.patience, self._trips)

    def open_context(self, key: Key, vlan: int) -> Session:
        """A session that sees the bridge of one VLAN: `community@vlan`, or the context `vlan-N` of SNMPv3."""
        return self.open(key, f"vlan-{vlan}" if isinstance(key.credential, Usm) else str(vlan))

    async def enter(self, speaks_v3: bool) -> Authenticated | None:
        """Try until one lets us in, and tell the book how each fared; None where none did."""
        silent: list[str] = []
        for credential in self._credentials(speaks_v3):
            try:
                entered = await self._try(credential)
            except UnreachableError as error:
                self._gap(GapReason.NO_ANSWER, str(error))
                return None
            except NoAnswerError:
                silent.append(credential.name)
            except SessionError as error:
                if isinstance(error, RefusedError):
                    self.book.refused(credential, self.target.address)
                self._gap(error.reason, f"credential {credential.name}: {error}")
            else:
                self.book.accepted(credential, self.target.address)
                return entered
        if silent:
            self._gap(
                GapReason.NO_ANSWER, f"no answer under {', '.join(silent)}: each may be wrong, or the device silent"
            )
        elif not self.gaps:
            self._gap(GapReason.NO_CREDENTIAL, self._without(speaks_v3))
        return None

    async def _try(self, credential: Community | Usm) -> Authenticated:
        """The system group under a credential, in each form of its key. Raises the SessionError of the last one."""
        forms = key_forms(credential) if isinstance(credential, Usm) else (KeyExtension.BLUMENTHAL,)
        for form in forms:
            key = Key(credential, form)
            session = self.open(key)
            try:
                return Authenticated(key, session, await get_each(session, SYSTEM))
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
        for version in (CommunityVersion.V2C, CommunityVersion.V1):
            for community in self.book.communities(self.target.address):
                if community.version is version:
                    yield community

    def _without(self, speaks_v3: bool) -> str:
        if not speaks_v3 and self.book.usm_users(self.target.address):
            return "there are only SNMPv3 users for this address, and it did not answer to SNMPv3"
        return "no SNMP credential may be offered to this address"

    def _gap(self, reason: GapReason, detail: str) -> None:
        self.gaps.append(Gap(PROBE, self.port, reason, detail))
