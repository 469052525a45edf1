"""Which commands list parts: transceivers, cards, power supplies. Their output never describes the box itself."""

import re

_OPTICS = re.compile(
    r"(?i)transceiver|\boptic|\bx?fps?\b|\bsfp|\bqsfp|\bgbic|\bddmi?\b|\bdom\b|\bxcvr|pluggable|\bmedia\b|media[_-]?type"
    r"|\bidprom\b|fiber-module|\bethtool\b|ethernet[ /]monitor|\bchassis[ /]pic\b|\binterface[ /]eeprom|fiber-ports"
)
_CARDS = re.compile(
    r"(?i)\b(?:modules?|cards?|boards?|mda|linecards?|line-cards?|fans?|power\S{0,12}|psus?|fpc|pic|sub-?slots?|fabric"
    r"|daughter\S{0,8})\b"
)
_OF_OTHERS = re.compile(
    r"(?i)\b(?:nei\w{0,7}|neighbou?rs?|lldp|cdp|isdp|route\w{0,2}|arp|mac\b|mac-\S{0,12}|counters?|log\w{0,4}|onus?|onts?"
    r"|supported|supported-\S{0,8}|compatib\S{0,8}"
    r"|users?|clients?|ap|aps|station|vlans?|spanning-tree|running-\S{0,8}|startup-\S{0,8}|current-\S{0,14}|saved-\S{0,14}|configuration)\b"
)


def is_optics_command(command: str) -> bool:
    """True if a command is about transceivers: every record in its output is one's, whatever its labels."""
    return _OPTICS.search(command) is not None and not is_of_others(command)


def lists_parts_only(command: str) -> bool:
    """True if a command lists cards, power supplies, fans or transceivers, and nothing of the box."""
    return (_CARDS.search(command) or _OPTICS.search(command)) is not None


def is_of_others(command: str) -> bool:
    """True if a command is about other devices, about traffic, or prints what people configured."""
    return _OF_OTHERS.search(command) is not None
