"""The format of zones.yaml: the models of the file and of its entries."""

import ipaddress
import re
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from fingerprints.database.yaml_file import FileModel
from fingerprints.model.repeated import repeated
from reports.policy.vocabulary import Tier

MAX_WORD = 200
"""Characters of one word or pattern."""


MAX_VLAN = 4094


class PlaceBy(StrEnum):
    """Which addresses of a device decide where it stands."""

    HIGHEST = "highest"
    """All of them, and the highest zone counts: a router stands where it forwards."""
    MANAGEMENT = "management"
    """Only those that the scan asked."""


def _as_words(value: Any) -> Any:
    """A tuple of words. One value stands for a list of one, and a number (a VLAN) is a word."""
    values = value if isinstance(value, list) else [value]
    return tuple(str(item) if isinstance(item, int) and not isinstance(item, bool) else item for item in values)


def _yes_or_no(value: Any) -> Any:
    """True or False. YAML 1.2 reads `yes` and `no` as words, so this does."""
    words = {"yes": True, "no": False}
    if isinstance(value, str) and value.casefold() in words:
        return words[value.casefold()]
    if isinstance(value, bool):
        return value
    raise ValueError("yes or no")


def _prefix(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("an IPv4 or IPv6 prefix such as 10.1.0.0/16")
    try:
        ipaddress.ip_network(value, strict=True)
    except ValueError as error:
        raise ValueError(f"an IPv4 or IPv6 prefix without host bits, such as 10.1.0.0/16 ({error})") from error
    return value


def _vlan(value: str) -> str:
    """A number, a range of them, or a name."""
    if re.fullmatch(r"[0-9]+(-[0-9]+)?", value):
        ends = [int(end[:9]) for end in value.split("-")]
        if ends != sorted(ends) or not 1 <= ends[0] <= ends[-1] <= MAX_VLAN:
            raise ValueError(f"a VLAN from 1 to {MAX_VLAN} such as 120, or a range such as 100-199")
    return value


Word = Annotated[str, Field(min_length=1, max_length=MAX_WORD)]
Words = Annotated[tuple[Word, ...], BeforeValidator(_as_words), Field(min_length=1)]
Vlans = Annotated[tuple[Annotated[Word, AfterValidator(_vlan)], ...], BeforeValidator(_as_words), Field(min_length=1)]
Prefixes = Annotated[
    tuple[Annotated[str, BeforeValidator(_prefix)], ...], BeforeValidator(_as_words), Field(min_length=1)
]
YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]


class MatchEntry(FileModel):
    """What a device must meet: for every key in the file, any one of its values."""

    prefix: Prefixes | None = None
    host: Words | None = None
    site: Words | None = None
    label: Words | None = None
    interface: Words | None = None
    vlan: Vlans | None = None
    vrf: Words | None = None
    namespace: Words | None = None
    role: Words | None = None
    tag: Words | None = None
    group: Words | None = None
    family: Words | None = None
    kind: Words | None = None
    attribute: Annotated[dict[Word, Words], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def has_a_condition(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("at least one condition: " + ", ".join(type(self).model_fields))
        return self


class ZoneEntry(FileModel):
    """One zone: its name, the devices in it, and the part of the network that it is."""

    name: Word
    match: MatchEntry
    tier: Tier | None = None
    core: YesNo | None = None
    segment: Word | None = None
    function: Word | None = None
    plane: Word | None = None
    generation: Annotated[Word, BeforeValidator(lambda value: _as_words(value)[0])] | None = None
    site_type: Word | None = None
    site: Word | None = None
    own_name: YesNo | None = None

    @model_validator(mode="after")
    def own_name_is_about_a_host(self) -> Self:
        if self.own_name and self.match.host is None:
            raise ValueError("own_name: yes lets a device's own name meet `host`, so the zone needs a `host`")
        return self

    @model_validator(mode="after")
    def has_a_place(self) -> Self:
        if self.tier is None and self.core is None and self.segment is None and self.function is None:
            raise ValueError("a tier, a segment, a function, or core: yes or no")
        return self


class ZonesFile(FileModel):
    """The whole file."""

    place_by: PlaceBy = PlaceBy.HIGHEST
    zones: tuple[ZoneEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def names_are_unique(self) -> Self:
        names = [zone.name for zone in self.zones]
        twice = repeated(names)
        if twice:
            raise ValueError(f"each zone name once; written twice: {', '.join(twice)}")
        return self
