"""The kinds of parts in a box."""

from enum import StrEnum


class ComponentKind(StrEnum):
    """What a part of a device is."""

    CHASSIS = "chassis"
    STACK_MEMBER = "stack-member"
    CARD = "card"
    BACKPLANE = "backplane"
    """entPhysicalClass backplane (RFC 6933): a midplane or backplane, into which cards are plugged."""
    OPTIC = "optic"
    MODEM = "modem"
    """A radio for a mobile network, built in or plugged in: LTE, 5G, GSM-R."""
    POWER_SUPPLY = "power-supply"
    FAN = "fan"
    OTHER = "other"
