"""A watched company's name that belongs to somebody else: a street, a hotel, a customer, or another organisation.

A description is free text. An administrator writes there where a box stands and whom it serves, and such a name says
nothing of who made the box. Only watched names are looked at: for them alone the mistake accuses somebody. A text that
a factory wrote (an EEPROM's) is not free, so it is not judged by these rules.
"""

import re

from fingerprints.database.companies.company import Company
from fingerprints.database.companies.company_names import spelt

_PRODUCT_BEHIND = (
    r"(?! (?:default|reset|firmware|software|image|test|mode|automation|tv|gateway|edition|solution|series)\b)"
)
"""What follows where the word before is a product's: `Factory default`, `Hotel gateway`."""

_QUALIFIERS = (
    r"(?: (?:Grand|International|Royal|Central|City|Garden|Business|Primary|High|Middle|Industrial|Old|New|North|South"
    r"|East|West|Scale|Textile|Food|Tea|Shoe|Furniture|Paper|Steel|Cement|Glass|Toy|Garment|Machinery))"
)
_OF_NAMES = r"road|rd|street|avenue|ave|boulevard|blvd|lane|stra(?:ß|ss)e|gasse|allee|weg|platz|hotel|hostel|university"
_OF_LONGER_NAMES = (
    r"factory|mill|brewery|bakery|hospital|clinic|college|school|kindergarten|museum|church|temple|stadium|theat(?:re|er)"
    r"|cinema|restaurant|supermarket|market|village|airport|park|building|tower|office"
)
_PROPER_NAME_BEHIND = re.compile(
    rf"^(?:{_QUALIFIERS}{{0,2}}[ -](?=[A-Z])(?i:{_OF_NAMES})|{_QUALIFIERS}{{1,2}} (?=[A-Z])(?i:{_OF_LONGER_NAMES}))\b"
    + _PRODUCT_BEHIND
)
"""The rest of a proper name behind a company's: `Road 5`, `Hotel lobby`, `Scale Factory`, `-Straße`. `Acme school` and
`Acme Factory 2` are no names: there, the box is Acme's, and stands in a school or a factory."""

_PLACE_BEFORE = re.compile(
    r"(?i)\b(?:(?:rue|calle|via|avenida|rua|strada|ulica|ulitsa)(?: (?:de|del|della|di|da|do|du|des|la|le|el)){0,2}"
    r"|(?:hotel|hôtel|hospital|hôpital|universidad|université|universität|university|museo|musée)"
    r" (?:of|de|del|della|di|da|do|du|des|la|le|el)(?: (?:la|el|le))?) $"
)
"""A place's word before a company's name: `rue`, `Calle de la`, `University of`."""

_HOTEL_BEFORE = re.compile(r"(?i)\bh[oô]tel $")
_END_OF_NAME = re.compile(r"^(?:$| ?[,;.)]| \d)")
"""A hotel's name behind its word ends at the company's: `Hotel Acme, room 4`. `Grand Hotel Acme recorder` does not."""

_SERVED_BEHIND = re.compile(
    r"(?i)^(?: (?:technologies|technology|co|ltd|inc|corp|corporation)\.?,?){0,2}[ '’]{0,2}(?:s )?"
    r"(?:customers?(?![ -](?:premises?|edge|equipment|unit|terminal|gateway|port))|tenants?|visitors?|employees|staff"
    r"|contractors?)\b"
)
"""Those whom a box serves, behind the name of their company: `Huawei customer uplink`."""

_LIKE_BEHIND = re.compile(r"(?i)^[ -]?(?:a?like|look[ -]?alike)\b")
"""What makes a company's name a comparison: `ZTE-alike`."""


def is_name_of_another(company: Company, before: str, rest: str, text: str) -> bool:
    """True if a watched company's name, between two parts of a free text, is part of the name of a place or an
    organisation, or names whom the box serves, or is one of the registered names that are known to be others'."""
    return (
        _PLACE_BEFORE.search(before[-40:]) is not None
        or (_HOTEL_BEFORE.search(before[-40:]) is not None and _END_OF_NAME.match(rest) is not None)
        or any(expression.match(rest) for expression in (_PROPER_NAME_BEHIND, _SERVED_BEHIND, _LIKE_BEHIND))
        or any(f" {spelt(name)} " in f" {spelt(text)} " for name in company.lookalikes)
    )
