"""LLDP-MIB (IEEE 802.1AB): how the device describes itself to neighbours, the neighbours it hears, and what neighbours
repeat of the device."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from fingerprints.claims.attribute import Attribute
from fingerprints.claims.claim import Claim, combined_observation, make_claim
from fingerprints.claims.company_names_in_text import names_in
from fingerprints.claims.description_text import guesses, model_guesses
from fingerprints.claims.extracted_item import attribute_items
from fingerprints.claims.mac_owner import mac_owner
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.rules import readable
from fingerprints.database.serial_schemes import read_serial
from fingerprints.model.device import Party, Role
from fingerprints.model.evidence import Observation, Source, octets_of
from fingerprints.model.inet_address import address_of_instance
from fingerprints.model.mac_address import OCTETS, format_mac, parse_mac
from fingerprints.model.neighbour import NeighbourProtocol
from fingerprints.model.neighbour_table import NeighbourRow, mac_of_text, rows_by_instance
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.model.observation_place import field_of_report
from fingerprints.model.source_module import MibObject, ScanStep, SourceModule

LOC_CHASSIS_ID_SUBTYPE = MibObject("1.0.8802.1.1.2.1.3.1.0", Source.SNMP_LLDP_LOCAL, ScanStep.SCALAR)
LOC_CHASSIS_ID = MibObject("1.0.8802.1.1.2.1.3.2.0", Source.SNMP_LLDP_LOCAL, ScanStep.SCALAR)
LOC_SYS_NAME = MibObject("1.0.8802.1.1.2.1.3.3.0", Source.SNMP_LLDP_LOCAL, ScanStep.SCALAR)
LOC_SYS_DESC = MibObject("1.0.8802.1.1.2.1.3.4.0", Source.SNMP_LLDP_LOCAL, ScanStep.SCALAR)
LOC_PORT_ID = MibObject("1.0.8802.1.1.2.1.3.7.1.3", Source.SNMP_LLDP_LOCAL)
LOC_PORT_DESC = MibObject("1.0.8802.1.1.2.1.3.7.1.4", Source.SNMP_LLDP_LOCAL)
REM_CHASSIS_ID_SUBTYPE = MibObject("1.0.8802.1.1.2.1.4.1.1.4", Source.SNMP_LLDP_REMOTE)
REM_CHASSIS_ID = MibObject("1.0.8802.1.1.2.1.4.1.1.5", Source.SNMP_LLDP_REMOTE)
REM_PORT_ID_SUBTYPE = MibObject("1.0.8802.1.1.2.1.4.1.1.6", Source.SNMP_LLDP_REMOTE)
REM_PORT_ID = MibObject("1.0.8802.1.1.2.1.4.1.1.7", Source.SNMP_LLDP_REMOTE)
REM_PORT_DESC = MibObject("1.0.8802.1.1.2.1.4.1.1.8", Source.SNMP_LLDP_REMOTE)
REM_SYS_NAME = MibObject("1.0.8802.1.1.2.1.4.1.1.9", Source.SNMP_LLDP_REMOTE)
REM_SYS_DESC = MibObject("1.0.8802.1.1.2.1.4.1.1.10", Source.SNMP_LLDP_REMOTE)
REM_MAN_ADDR_IF_SUBTYPE = MibObject("1.0.8802.1.1.2.1.4.2.1.3", Source.SNMP_LLDP_REMOTE)
"""The instance holds the management address."""

MODULE = SourceModule(
    "lldp",
    (
        LOC_CHASSIS_ID_SUBTYPE,
        LOC_CHASSIS_ID,
        LOC_SYS_NAME,
        LOC_SYS_DESC,
        LOC_PORT_ID,
        LOC_PORT_DESC,
        REM_CHASSIS_ID_SUBTYPE,
        REM_CHASSIS_ID,
        REM_PORT_ID_SUBTYPE,
        REM_PORT_ID,
        REM_PORT_DESC,
        REM_SYS_NAME,
        REM_SYS_DESC,
        REM_MAN_ADDR_IF_SUBTYPE,
    ),
    sources=frozenset((Source.NEIGHBOUR_LLDP,)),
    match_sources=frozenset((Source.SNMP_LLDP_LOCAL,)),
    report_sources=frozenset((Source.SNMP_LLDP_LOCAL, Source.SNMP_LLDP_REMOTE)),
)

_LOC_PORT_ENTRY = LOC_PORT_ID.oid.rpartition(".")[0] + "."
_REM_ENTRY = REM_SYS_NAME.oid.rpartition(".")[0] + "."
_IDENTIFIERS = frozenset(("chassis_id", "port_id"))
_MAC_SUBTYPES = frozenset(("3", "4"))
"""macAddress in LldpPortIdSubtype (3) and in LldpChassisIdSubtype (4)."""


def own_descriptions(index: ObservationIndex) -> Iterator[Observation]:
    """Texts in which the device describes itself: lldpLocSysDesc."""
    yield from (local for local in index.of(Source.SNMP_LLDP_LOCAL) if local.at == LOC_SYS_DESC.oid)


def own_description_attributes(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Attribute]:
    """Model and version in lldpLocSysDesc, if it differs from sysDescr; less sure than those of sysDescr."""
    sys_descr = index.first(Source.SNMP_SYS_DESCR)
    for description in own_descriptions(index):
        text = clean(description.value)
        if sys_descr is None or text != clean(sys_descr.value):
            for guess in (*guesses(text), *model_guesses(text, database)):
                yield from attribute_items(database, guess.name, guess.text, "lldp-descr", description, guess.points)


def own_chassis_macs(index: ObservationIndex) -> Iterator[bytes]:
    """The device's chassis ID as a MAC address; empty octets if it is none."""
    for local in index.of(Source.SNMP_LLDP_LOCAL):
        if local.at == LOC_CHASSIS_ID.oid:
            yield parse_mac(local.value)


def lldp_rows(observations: Sequence[Observation]) -> Iterator[NeighbourRow]:
    """The rows of lldpRemTable among observations, each with its local port's name and its management addresses."""
    remote = [observation for observation in observations if observation.source is Source.SNMP_LLDP_REMOTE]
    if not remote:
        return
    own = (observation for observation in observations if observation.source is Source.SNMP_LLDP_LOCAL)
    ports = {
        number: clean(row.get("4", "")) or clean(row.get("3", ""))
        for number, row in rows_by_instance(own, _LOC_PORT_ENTRY).items()
    }
    managed = _management_addresses(remote)
    for instance, row in rows_by_instance(remote, _REM_ENTRY).items():
        number = instance.split(".")[1] if instance.count(".") > 1 else instance  # lldpRemTimeMark, local port, index
        chassis, subtype = row.get("5", ""), row.get("4", "")
        yield NeighbourRow(
            NeighbourProtocol.LLDP,
            ports.get(number) or number,
            clean(row.get("9", "")),
            _identifier(chassis, subtype),
            _identifier(row.get("7", ""), row.get("6", "")) or clean(row.get("8", "")),
            clean(row.get("10", "")),
            mac=octets_of(chassis) if _is_mac(chassis, subtype) else b"",
            addresses=tuple(managed.get(instance, ())),
        )


def _management_addresses(remote: Iterable[Observation]) -> Mapping[str, list[str]]:
    """Management addresses by the instance of lldpRemTable that they belong to."""
    managed: dict[str, list[str]] = {}
    for observation in remote:
        instance = REM_MAN_ADDR_IF_SUBTYPE.instance_in(observation.at)
        if instance:
            arcs = instance.split(".")
            address = address_of_instance(arcs[3:])  # behind time mark, port and index
            if address:
                managed.setdefault(".".join(arcs[:3]), []).append(address)
    return managed


def _is_mac(value: str, subtype: str) -> bool:
    return len(value) == OCTETS and (subtype in _MAC_SUBTYPES or not value.isprintable())


def _identifier(value: str, subtype: str) -> str:
    """A chassis or port ID as text."""
    if not value:
        return value
    return format_mac(octets_of(value)) if _is_mac(value, subtype) else clean(value)


def reported_claims(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Claim]:
    """What neighbours repeat of the device, by LLDP and CDP: a claim once, however many neighbours report it."""
    seen: set[tuple[str, str]] = set()
    for source in (Source.NEIGHBOUR_LLDP, Source.NEIGHBOUR_CDP):
        for observation in index.of(source):
            field = field_of_report(observation.at).field
            if (field, observation.value) in seen:
                continue
            seen.add((field, observation.value))
            if field in _IDENTIFIERS:
                yield from _identifier_claims(observation, database)
            else:
                alike = combined_observation(source, field, observation.value)  # whoever reports it
                for party, words in database.reading(_companies_described, alike):
                    yield make_claim(database, Role.BRAND, party, "neighbour-text", observation, text=words)


def _identifier_claims(observation: Observation, database: FingerprintDatabase) -> Iterator[Claim]:
    """The owner of a MAC address, or the maker by a serial number of known structure, in a repeated identifier."""
    owner = mac_owner(mac_of_text(observation.value), database)
    if owner is not None:
        yield make_claim(database, Role.MAKER, owner, "neighbour-mac", observation)
    serial = read_serial(observation.value, database.serial_schemes)
    if serial is not None:
        party = database.party(serial.company)
        yield make_claim(database, Role.MAKER, party, "neighbour-text", observation, serial.scheme, observation.value)


def _companies_described(report: Observation, database: FingerprintDatabase) -> Iterator[tuple[Party, str]]:
    """The companies that a repeated description names, each with the words: by the rules for sysDescr, else by the name
    that opens it. A CDP platform may open with a name in small letters."""
    text = readable(report.source, report.value)
    claims = [
        (match, claim) for match in database.rules.match(Source.SNMP_SYS_DESCR, "", text) for claim in match.rule.claims
    ]
    yield from ((database.party(company), match.words) for match, (role, company) in claims if role is Role.BRAND)
    if not claims and report.at == "platform":
        first_word = text.partition(" ")[0]
        party = database.named(first_word)
        if party is not None:
            yield party, first_word
    elif not claims:
        yield from ((party, words) for party, words, place in names_in(text, database) if place == 0)
