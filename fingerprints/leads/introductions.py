"""Other texts than sysDescr in which a device introduces itself: to its LLDP neighbours, as a printer, as a chassis.

Only a company's name at the very front counts: further on such texts tell of chips, drivers and neighbours.
"""

from collections.abc import Iterator

from fingerprints.device import Role
from fingerprints.evidence import Observation, Source
from fingerprints.knowledge import Knowledge
from fingerprints.leads.names import names_in
from fingerprints.said import Said, clean
from fingerprints.votes import Vote, told, vote

PRINTER = "1.3.6.1.2.1.25.3.1.5"
"""hrDevicePrinter, a value of hrDeviceType (RFC 2790)."""
HR_DEVICE_TYPE, HR_DEVICE_DESCR = "1.3.6.1.2.1.25.3.2.1.2", "1.3.6.1.2.1.25.3.2.1.3"
PRINTER_NAME = "1.3.6.1.2.1.43.5.1.1.16"
"""prtGeneralPrinterName (RFC 3805)."""
LLDP_DESCRIPTION = "1.0.8802.1.1.2.1.3.4.0"
"""lldpLocSysDesc (IEEE 802.1AB)."""
CHASSIS = "3"
"""chassis in entPhysicalClass (RFC 6933)."""
ENTITY_DESCR = "1.3.6.1.2.1.47.1.1.1.1.2"


def introduction_leads(said: Said, knowledge: Knowledge) -> Iterator[Vote]:
    """The companies that open these texts, each once."""
    seen: set[str] = set()
    for text in _texts(said):
        party, words, place = next(names_in(clean(text.value), knowledge), (None, "", 0))
        if party is None or place != 0 or party.id in seen or party.id in knowledge.weights.never_by_mention:
            continue
        seen.add(party.id)
        yield vote(knowledge, Role.BRAND, party, "sys-descr-mention", text, "introduction", words)


def _texts(said: Said) -> Iterator[Observation]:
    for local in said.of(Source.SNMP_LLDP_LOCAL):
        if local.at == LLDP_DESCRIPTION:
            yield local
    for oid, kind in said.under(HR_DEVICE_TYPE):
        if clean(kind).strip(".") == PRINTER:
            yield from _objects(said, HR_DEVICE_DESCR + oid.removeprefix(HR_DEVICE_TYPE))
    yield from _objects(said, PRINTER_NAME)
    for row in said.entities.values():
        if row.kind == CHASSIS and row.descr:
            yield told(Source.SNMP_ENTITY_DESCR, f"{ENTITY_DESCR}.{row.index}", row.descr)
            return


def _objects(said: Said, at: str) -> Iterator[Observation]:
    for oid, value in said.under(at):
        yield Observation(Source.SNMP_OBJECT, oid, value)
