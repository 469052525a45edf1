"""A variable as an observation: the one place where answers become evidence."""

from fingerprints import mib
from fingerprints.evidence import Observation
from scanner.snmp.ber import dotted
from scanner.snmp.codec import Varbind


def observed(varbind: Varbind) -> Observation:
    """What a device said in one variable, under the source that its OID belongs to."""
    at = dotted(varbind.oid)
    return Observation(mib.source_of(at), at, varbind.value)
