"""Relations between companies: who owns or builds for whom, and which watched company is behind a company."""

from fingerprints.database.fingerprint_database import FingerprintDatabase


def watched_entities(company: str, database: FingerprintDatabase) -> tuple[str, ...]:
    """The watched companies behind a company: the company itself if watched, and its owners whose tie has not ended."""
    return database.companies.watched_behind(company)


def related(brand: str, maker: str, database: FingerprintDatabase) -> bool:
    """True if one company is known to build for the other or to belong to it. A tie to a watched company that has ended
    does not count."""
    return brand == maker or maker in _behind(brand, database) or brand in _behind(maker, database)


def _behind(company: str, database: FingerprintDatabase) -> frozenset[str]:
    known = database.companies.get(company)
    if known is None:
        return frozenset()
    ties = (*known.owners, *known.made_by)
    return frozenset(tie.company for tie in ties if tie.until is None or not watched_entities(tie.company, database))
