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
    """Its addresses, as prefixes without host bits."""
    host: Words | None = None
    """What you call it: its labels, in full or up to the first dot; its own name only with `own_name`."""
    site: Words | None = None
    """Its site, by your own lists."""
    label: Words | None = None
    """Its labels: the name of a capture, or what your own lists call it."""
    interface: Words | None = None
    """The interface that one of its addresses sits on."""
    vlan: Vlans | None = None
    """A VLAN, or a range of them such as `100-199`."""
    vrf: Words | None = None
    """A VRF, by your own lists or by the interface of one of its addresses."""
    namespace: Words | None = None
    """The address space that your own lists put it in."""
    role: Words | None = None
    """Its role, by your own lists."""
    tag: Words | None = None
    """One of its tags, by your own lists."""
    group: Words | None = None
    """One of its groups, by your own lists."""
    family: Words | None = None
    """Its model as it was identified."""
    kind: Words | None = None
    """What it is, such as router, switch or camera, by your own lists or as it was identified."""
    attribute: Annotated[dict[Word, Words], Field(min_length=1)] | None = None
    """Any attribute of your own lists, by its name: `{rack: "a*"}`."""

    @model_validator(mode="after")
    def has_a_condition(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("at least one condition: " + ", ".join(type(self).model_fields))
        return self


class ZoneEntry(FileModel):
    """One zone: its name, the devices in it, and the part of the network that it is."""

    name: Word
    """The name that reports show."""
    match: MatchEntry
    """Which devices stand in it: all of these conditions hold."""
    tier: Tier | None = None
    """The part of the network."""
    core: YesNo | None = None
    """Your own split of the report. Without it: yes for the tiers core and oversight."""
    segment: Word | None = None
    """The finer part that policies name, such as `core_ip` or `ran_4g`."""
    function: Word | None = None
    """What the devices do, such as `AMF` or `OLT`; it names a segment where none is given."""
    plane: Word | None = None
    """Control, user or management plane, in the words of the vocabulary."""
    generation: Annotated[Word, BeforeValidator(lambda value: _as_words(value)[0])] | None = None
    """The mobile generation, in the words of the vocabulary."""
    site_type: Word | None = None
    """What kind of site it is, in the words of the vocabulary."""
    site: Word | None = None
    """The name of the place."""
    own_name: YesNo | None = None
    """`yes` lets a device's own name meet `host`."""

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
    """Whether all addresses of a device place it and the highest tier counts, or only those it was asked at."""
    zones: tuple[ZoneEntry, ...] = Field(min_length=1)
    """The zones; the first that matches decides."""

    @model_validator(mode="after")
    def names_are_unique(self) -> Self:
        names = [zone.name for zone in self.zones]
        twice = repeated(names)
        if twice:
            raise ValueError(f"each zone name once; written twice: {', '.join(twice)}")
        return self
