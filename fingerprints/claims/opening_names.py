"""Claims from texts other than sysDescr in which a device describes itself."""

from collections.abc import Iterable, Iterator

from fingerprints.claims.claim import Claim, make_claim
from fingerprints.claims.company_names_in_text import names_in
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import Role
from fingerprints.model.evidence import Observation
from fingerprints.model.observation_index import clean


def opening_name_claims(descriptions: Iterable[Observation], database: FingerprintDatabase) -> Iterator[Claim]:
    """A claim for each company whose name opens one of the texts, the first text that it opens.

    A name further on counts for nothing: there, such texts name chips, drivers and neighbours.
    """
    seen: set[str] = set()
    for description in descriptions:
        party, words, place = next(names_in(clean(description.value), database), (None, "", 0))
        if party is None or place != 0 or party.id in seen or party.id in database.weights.never_by_mention:
            continue
        seen.add(party.id)
        yield make_claim(database, Role.BRAND, party, "sys-descr-mention", description, "introduction", words)
