"""What the operator's list says of a device's maker, model and serial number, and when two such values are the same."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.database.companies.company_names import normalised
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import Identity
from fingerprints.sources.inventory import MAKER_COLUMNS

MAKERS = MAKER_COLUMNS | {"hersteller", "fabricant", "fabricante", "produttore"}
MODELS = frozenset(("model", "device_type", "part_number", "hardware", "modell", "modèle", "modelo", "gerätetyp"))
TYPE = "type"
"""A model where the list also names makers, as exports of NetBox have it; else it may be any word."""

SERIALS = frozenset(("serial", "serial_number", "sn", "seriennummer", "numéro_de_série", "número_de_serie"))

MIN_WORD = 4
"""Characters of a word of a model, one of them a digit, that is taken for the model where the rest differs."""

_NOT_OF_A_MODEL = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class ListedValues:
    """The values that a list has for one device, each kind empty where it has none."""

    makers: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()


def listed_values(attributes: Iterable[tuple[str, str]], scores: AttributeScores) -> ListedValues:
    """The values among a device's attributes. What stands for no value (`n/a`, `TBD`) is none."""
    pairs = [(name.casefold(), text) for name, text in attributes if not _is_no_value(text, scores)]
    makers = tuple(text for name, text in pairs if name in MAKERS)
    models = tuple(text for name, text in pairs if name in MODELS)
    if not models and makers:
        models = tuple(text for name, text in pairs if name == TYPE)
    return ListedValues(makers, models, tuple(text for name, text in pairs if name in SERIALS))


def _is_no_value(text: str, scores: AttributeScores) -> bool:
    folded = " ".join(text.casefold().split())
    return not scores.says_something(folded) or folded in scores.placeholders


def is_maker(listed: str, identity: Identity, database: FingerprintDatabase) -> bool:
    """True if a listed maker is one of the companies behind a device: by its id, whatever name or alias the list has;
    a company that the data do not know by its spelling."""
    parties = (identity.vendor, identity.made_by, identity.platform, identity.owner, identity.formerly)
    known = database.named(listed)
    if known is not None:
        return known.id in {party.id for party in parties if party is not None}
    return normalised(listed) in {normalised(party.name) for party in parties if party is not None}


def is_model(listed: str, found: str, makers: Iterable[str]) -> bool:
    """True if two models may be one: without case, punctuation and the maker's name one is within the other, or a word
    of one is, that has a digit and at least MIN_WORD characters (`Catalyst 9300-48P`, `C9300-48P`)."""
    one, other = (_folded(_without_makers(text, makers)) for text in (listed, found))
    if not one or not other:
        return False
    if min(len(one), len(other)) < MIN_WORD:
        return one == other
    words = (*_words(listed, other), *_words(found, one))
    return one in other or other in one or any(words)


def is_serial(listed: str, found: Iterable[str]) -> bool:
    """True if a serial number is one of those found, without case and punctuation."""
    return _folded(listed) in {_folded(serial) for serial in found}


def _words(text: str, within: str) -> Iterable[bool]:
    folded = (_folded(word) for word in text.split())
    return (word in within for word in folded if len(word) >= MIN_WORD and any(map(str.isdigit, word)))


def _without_makers(text: str, makers: Iterable[str]) -> str:
    for maker in makers:
        if text.casefold().startswith(maker.casefold()):
            return text[len(maker) :]
    return text


def _folded(text: str) -> str:
    return _NOT_OF_A_MODEL.sub("", text.casefold())
