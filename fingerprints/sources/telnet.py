"""What a Telnet banner proves. Anybody can type such a text."""

from collections.abc import Iterator

from fingerprints.claims.extracted_item import ExtractedItem, items_of_rules
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.model.source_module import SourceModule

MODULE = SourceModule("telnet", sources=frozenset((Source.TELNET_BANNER,)))

MAX_BANNERS = 8


def telnet_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What rules read from banners."""
    for observation in index.of(Source.TELNET_BANNER)[:MAX_BANNERS]:
        yield from items_of_rules(database, observation, "telnet-rule", "wire-rule")
