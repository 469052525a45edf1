"""Which observations a recorded device keeps: those that identification reads. The rest is left out, unread."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fingerprints.claims.attribute import Attribute
from fingerprints.claims.extracted_item import ExtractedItem
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import PRIVATE, ObservationIndex
from fingerprints.sources.engine_id import ENGINE_BOOTS, ENGINE_ID
from fingerprints.sources.net_snmp_extend import EXTEND_OUTPUT_1_LINE, EXTEND_OUTPUT_FULL, LOCAL_SCRIPTS
from fingerprints.sources.registry import wanted_objects
from scanner.recorder.instances import OCTET, UNKNOWN_FROM

MAX_OF_TREE = 12
"""Objects of one enterprise's tree that are kept because they are there: their number tells who wrote the agent."""

MAX_ARCS = 13
"""Dots of the longest such object: the instance of a longer one may hold an address."""

MAX_DIGITS = 9
"""Digits from which a number may be a serial number or an address."""

MAX_OF_COLUMNS = 31
"""Four arcs up to it are taken for columns and rows, and not for an address."""

_OF_USERS = tuple(f"1.3.6.1.6.3.{mib}." for mib in (12, 13, 15, 16, 18))
"""SNMP's own MIBs of targets, users, views and communities (RFC 3413 to 3415, 3584)."""

OF_SCRIPTS = (EXTEND_OUTPUT_1_LINE.prefix, EXTEND_OUTPUT_FULL.prefix, LOCAL_SCRIPTS.prefix)
"""Where administrators' scripts print. Only what identification reads of it is kept, whatever else a scan asks."""

PLAYED = frozenset({Source.SSH_IDENT, Source.SSH_PROMPT, Source.SSH_GREETING, Source.SSH_COMMAND, Source.SSH_PLATFORM})
"""What the simulator's command line plays."""

NOT_PLAYED = frozenset(
    {
        Source.SSH_HOST_KEY,
        Source.SSH_KEX,
        Source.WEB_CERTIFICATE,
        Source.WEB_TITLE,
        Source.WEB_SERVER,
        Source.WEB_REALM,
        Source.WEB_PATHS,
        Source.TELNET_BANNER,
        Source.LINK_LLDP,
        Source.LINK_CDP,
        Source.NEIGHBOUR_LLDP,
        Source.NEIGHBOUR_CDP,
        Source.INVENTORY,
    }
)
"""What no device file holds: the simulator has no web server, no Telnet and no frames of its own."""


@dataclass(frozen=True, slots=True)
class KeptObservations:
    """What is kept, in the order of collection; the subtrees of private MIBs that a scan asks this device for; how many
    MIB objects identification does not read; how many observations there are of each source that the simulator cannot
    play."""

    observations: tuple[Observation, ...]
    columns: frozenset[str]
    unread: int
    not_played: tuple[tuple[Source, int], ...]


def kept_observations(
    index: ObservationIndex,
    observations: Sequence[Observation],
    items: Sequence[ExtractedItem],
    database: FingerprintDatabase,
    all_objects: bool,
) -> KeptObservations:
    """Choose among all observations of a device. `items` is what identification read of them."""
    wanted = frozenset(_wanted(index, database))
    read = frozenset(_place(item) for item in items)
    known = frozenset(_columns_read(read, database))
    of_tree: Counter[str] = Counter()
    kept: list[Observation] = []
    not_played: Counter[Source] = Counter()
    unread = 0
    for observation in dict.fromkeys(map(_at_its_object, observations)):
        if observation.source in NOT_PLAYED:
            not_played[observation.source] += 1
        elif (
            observation.source is not Source.SNMP_OBJECT
            or (observation.source, observation.at) in read
            or _is_wanted(observation.at, wanted)
            or (all_objects and _is_harmless(observation))
        ):
            kept.append(observation)
        elif (shown := _shown_tree(observation, of_tree)) is not None:
            kept.append(shown)
        else:
            unread += 1
    return KeptObservations(tuple(kept), wanted | known, unread, tuple(sorted(not_played.items())))


def _at_its_object(observation: Observation) -> Observation:
    """What an SNMPv3 agent told before any login, under the object that says the same."""
    at = _BEFORE_LOGIN.get(observation.source)
    return observation if at is None else observation._replace(at=at)


_BEFORE_LOGIN = {Source.SNMP_ENGINE_ID: ENGINE_ID.oid, Source.SNMP_ENGINE_BOOTS: ENGINE_BOOTS.oid}


def _columns_read(read: Iterable[tuple[str, str]], database: FingerprintDatabase) -> Iterator[str]:
    """The identity objects among what was read."""
    for source, at in read:
        known = database.objects.object_of(at) if source == Source.SNMP_OBJECT else None
        if known is not None:
            yield known.oid


def _place(item: ExtractedItem) -> tuple[str, str]:
    return (item.source, item.at) if isinstance(item, Attribute) else (item.record.source, item.record.at)


def _wanted(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[str]:
    """The objects that a scan asks this device for, beyond the columns of the source modules."""
    objects = wanted_objects(database)
    object_id = index.first(Source.SNMP_SYS_OBJECT_ID)
    own = objects.private(index.enterprises(), object_id.value.strip(".") if object_id is not None else "")
    yield from (wanted.oid for wanted in (*objects.standard, *own))


def _is_wanted(oid: str, wanted: frozenset[str]) -> bool:
    if oid.startswith(OF_SCRIPTS):
        return False
    while oid:
        if oid in wanted:
            return True
        oid = oid.rpartition(".")[0]
    return False


def _is_harmless(observation: Observation) -> bool:
    """Whether nobody's words or addresses fit into an object that identification does not read: a number at a short
    OID, outside the tables of users and communities."""
    digits = observation.value.removeprefix("-")
    short = observation.at.count(".") <= MAX_ARCS and not observation.at.startswith(_OF_USERS)
    return short and not _may_hold_address(observation.at) and digits.isdecimal() and len(digits) < MAX_DIGITS


def _shown_tree(observation: Observation, of_tree: Counter[str]) -> Observation | None:
    """One of the first objects of an enterprise's tree, without its value unless that is a short number; None for any
    other object. Their number tells who wrote the agent; what they say, nobody reads."""
    if not observation.at.startswith(PRIVATE) or observation.at.count(".") > MAX_ARCS:
        return None
    if _may_hold_address(observation.at):
        return None
    number = observation.at.removeprefix(PRIVATE).partition(".")[0]
    of_tree[number] += 1
    if of_tree[number] > MAX_OF_TREE:
        return None
    return observation if _is_harmless(observation) else observation._replace(value="")


def _may_hold_address(oid: str) -> bool:
    """Whether four arcs of an instance of an unknown table may be an IPv4 address."""
    arcs = [int(arc) for arc in oid.split(".")[UNKNOWN_FROM:]]
    windows = (arcs[at : at + 4] for at in range(len(arcs) - 3))
    return any(window[0] and MAX_OF_COLUMNS < max(window) < OCTET for window in windows)
