"""What the operator's own inventory says of the device: people wrote it, so it clears nothing."""

from collections.abc import Iterator

from fingerprints.claims.claim import Claim, make_claim
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.model.source_module import SourceModule

MODULE = SourceModule("inventory", sources=frozenset((Source.INVENTORY,)))

MAKER_COLUMNS = frozenset(("vendor", "manufacturer", "maker", "make", "brand"))
"""Columns that name a maker."""

PLATFORM_COLUMN = "platform"
"""The column that names a device's command line, by the names of netmiko and ntc-templates."""


def inventory_claims(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Claim]:
    """The companies that the columns for makers and for the platform name."""
    for observation in index.of(Source.INVENTORY):
        column, text = observation.at.lower(), clean(observation.value)
        shown = Observation(observation.source, observation.at, text)
        if column in MAKER_COLUMNS:
            party = database.named(text)
            if party is not None:
                yield make_claim(database, Role.BRAND, party, "inventory", shown)
        elif column == PLATFORM_COLUMN:
            line = database.command_line_platforms.by_name.get(text)
            if line is not None and line.company is not None:
                yield make_claim(database, line.role, database.party(line.company), "inventory", shown)
