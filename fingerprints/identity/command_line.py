"""Which command line a device has: the platform that the SSH probe recognised, else the one that its system has."""

from collections.abc import Iterator

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import Identity, Level, Role
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import ObservationIndex, clean

SURE = (Level.CONFIRMED, Level.PROBABLE)


def command_line_of(index: ObservationIndex, identity: Identity, database: FingerprintDatabase) -> str:
    """The platform's name in netmiko or ntc-templates, empty if it is not known.

    Sessions that recognised different platforms tell nothing. A system's platform counts for an identity that is sure,
    and only if the company of that platform is behind the device.
    """
    known = database.command_line_platforms
    recognised = {name for said in index.of(Source.SSH_PLATFORM) if (name := clean(said.value)) in known.by_name}
    if recognised:
        return recognised.pop() if len(recognised) == 1 else ""
    name = next((known.by_system[words] for words in _opening(identity.os or "") if words in known.by_system), "")
    if not name or identity.level not in SURE:
        return ""
    platform, parties = known.by_name[name], (identity.vendor, identity.platform, identity.made_by, identity.owner)
    fits = platform.role is Role.PLATFORM or platform.company in {party.id for party in parties if party is not None}
    return name if fits else ""


def _opening(system: str) -> Iterator[str]:
    """The words that a system's name opens with, the most first: `IOS XE 17.3`, `IOS XE`, `IOS`."""
    words = system.split()[:4]
    return (" ".join(words[:count]) for count in range(len(words), 0, -1))
