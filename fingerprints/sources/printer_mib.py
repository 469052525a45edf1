"""Printer-MIB (RFC 3805): the name that a printer gives itself."""

from collections.abc import Iterator

from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.model.source_module import MibObject, ScanStep, SourceModule

PRINTER_NAME = MibObject("1.3.6.1.2.1.43.5.1.1.16", Source.SNMP_OBJECT, ScanStep.SECOND_ROUND)
"""prtGeneralPrinterName."""

MODULE = SourceModule("printer_mib", (PRINTER_NAME,))


def printer_names(index: ObservationIndex) -> Iterator[Observation]:
    """Texts in which the device describes itself: its names as a printer."""
    for oid, value in index.under(PRINTER_NAME.oid):
        yield Observation(Source.SNMP_OBJECT, oid, value)
