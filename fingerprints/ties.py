"""What the companies data say of two companies: who stands behind whom, and which watched company behind either."""

from fingerprints.knowledge import Knowledge


def watched_entities(company: str, knowledge: Knowledge) -> tuple[str, ...]:
    """The watched companies behind a company: itself, and owners whose tie has not ended."""
    return knowledge.companies.watched_behind(company)


def related(brand: str, maker: str, knowledge: Knowledge) -> bool:
    """Whether it is on record that one company builds for another or belongs to it. A tie to a watched company that has
    ended explains nothing."""
    return brand == maker or maker in _behind(brand, knowledge) or brand in _behind(maker, knowledge)


def _behind(company: str, knowledge: Knowledge) -> frozenset[str]:
    known = knowledge.companies.get(company)
    if known is None:
        return frozenset()
    ties = (*known.owners, *known.made_by)
    return frozenset(tie.company for tie in ties if tie.until is None or not watched_entities(tie.company, knowledge))
