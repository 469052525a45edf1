"""Collects the private values of a device while its observations are read."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from fingerprints.claims.attribute import Attribute
from fingerprints.claims.extracted_item import ExtractedItem
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import AttributeName, Device
from fingerprints.model.evidence import Observation, Source, text_of
from fingerprints.model.mac_address import eui64_mac, is_station_mac
from fingerprints.model.observation_index import clean
from reports.document.redaction.kept_words import own_words
from reports.document.redaction.known_values import folded
from reports.document.redaction.private_kind import OPERATORS_WORDS, PrivateKind, Treatment
from reports.document.redaction.private_value import PrivateValue, read_value
from scanner.recorder.looks import is_local, is_private_address, private_looks

_RANK = {kind: rank for rank, kind in enumerate(PrivateKind)}

NAMES = frozenset(
    {
        PrivateKind.NAME,
        PrivateKind.LABEL,
        PrivateKind.CHASSIS,
        PrivateKind.PERSON,
        PrivateKind.CONTACT,
        PrivateKind.SITE,
        PrivateKind.HOST,
        PrivateKind.DOMAIN,
        PrivateKind.PORT,
        PrivateKind.ATTRIBUTE,
    }
)
"""Kinds whose values are words, which may be a maker's or a language's words too."""

_ANYBODYS = OPERATORS_WORDS | {PrivateKind.LABEL}
"""Kinds whose values are private unless a maker's text says the same."""

MIN_SERIAL = 4
"""Characters of the shortest serial number."""

_WORDS = """
    access admin ap bridge capture contact controller default device firewall gateway host hostname internal linux local
    localhost localdomain location main management modem name network node none null olt onu other phone ping pdu
    printer radio root router routeros sensor server sw switch switch1 sysname system target unix unknown unnamed ups
    user wlan wireless yes no n/a not-set openwrt snmp snmpd test default-name
"""
_GENERIC = frozenset(folded(word) for word in (*own_words(), *_WORDS.split()))
"""Names that devices have when nobody has named them."""

_UNAME = re.compile(
    r"(?m)^(?:Linux|FreeBSD|NetBSD|OpenBSD|SunOS|Darwin|HP-UX|AIX|OSF1|IRIX64?) (?P<name>[^\s:]+) (?=[0-9vVB])"
)
"""`uname -a`: the second word is the host's name."""

_NAMED = re.compile(
    r"(?im)^[ \t]*(?:(?:host|sys|system|device|switch|router|unit|node)[ _-]?name|hostname|sysname)[ \t]*[:=. ]{1,40}"
    r"[\"']?(?P<name>[\w.-]{2,64})|^(?P<up>[\w.-]{2,64}) uptime is\b"
)
_NUMBERED = re.compile(
    r"(?i)(?:\bserial[ _-]?(?:no\.?|num(?:ber)?|id|#)?|\bs/?n\b|\bprocessor board id|\bbar[ _-]?code|\besn|\bimei\d?|"
    r"\bhost[ _-]?id|\buuid|\bsystem[ _-]?id)[ \t]{0,40}[:=. ]{1,40}[\"']?(?P<serial>[\w/-]{5,64})"
)
_USER = re.compile(
    r"(?im)\b(?:username|user name|logged in as|by user|"
    r"last (?:\w+ ){0,2}(?:chang|updat|commit|modif|sav)\w*\b[^\n]{0,80}? by)[ \t:=]{1,8}(?P<user>[\w.@-]{2,64})"
)
_PEOPLES_WORDS = re.compile(
    r"(?im)^[ \t]*(?:set[ \t].{1,80}?[ \t])?(?:(?P<port>description|alias|remark)|(?P<site>location)|contact)[ \t]+"
    r"(?![:=])[\"']?(?P<words>[^\s\"'][^\"'\r\n]{1,200}?)[\"']?;?[ \t\r]*$"
)
"""Lines of a configuration that hold people's words: `description Uplink to the bank`."""

_IN_PROMPT = re.compile(r"[^\W_][\w.-]{1,63}")
_PROMPT_WORDS = re.compile(r"(?i)rp|rsp\d*|cpu\d*|master|standby|edit|config|\d+")


_IANA = b"\0\0\x5e"
"""IANA's block, of which VRRP routers share addresses (RFC 9542)."""

_QUAD = re.compile(r"\d+(?:\.\d+){3}")


class PrivateValues:
    """The private values of one device: each in its one form, with its kind."""

    def __init__(
        self,
        device: Device,
        observations: Sequence[Observation],
        items: Iterable[ExtractedItem],
        database: FingerprintDatabase,
    ) -> None:
        """`observations` are all of the device, `items` what identification read of them."""
        self._kinds: dict[str, PrivateKind] = {}
        self._database = database
        self._makers_texts = folded("\n".join(_texts_of(observations, _MAKERS)))
        self._people_words = frozenset(_people_words(observations))
        identity = device.identity
        named = (identity.model, identity.version, identity.os, identity.kind)
        parts = (part.model for part in device.components)
        known_words = [folded(word) for word in (*named, *parts) if word]
        self._known_words = frozenset(known_words)
        self._makers_words = "\n".join(word for word in known_words if word in self._makers_texts)
        read = [item for item in items if not (isinstance(item, Attribute) and item.name is AttributeName.SERIAL)]
        self._read_words = folded("\n".join(_words_of(item) for item in read))
        versions = [identity.version or "", *(item.text for item in read if isinstance(item, Attribute))]
        others = (quad for text in versions for quad in _QUAD.findall(text) if not is_local(quad))
        self._versions = frozenset((*_QUAD.findall(identity.version or ""), *others))

    def kinds(self) -> dict[str, PrivateKind]:
        """What was found so far."""
        return dict(self._kinds)

    def is_known(self, value: str) -> bool:
        """Whether a value, in its one form, was found so far."""
        return value in self._kinds

    def is_maker(self, word: str) -> bool:
        """Whether a word is a company's name."""
        return self._database.companies.by_name(word) is not None

    def is_makers_text(self, text: str) -> bool:
        """Whether a port's description opens with a maker's name, as firmware writes it."""
        words = text.replace(",", " ").split()
        return bool(words) and len(words) > 1 and self.is_maker(words[0])

    def read(self, treated: PrivateKind | Treatment, text: str) -> str:
        """Note the private values of one text, and return it as it is."""
        match treated:
            case Treatment.KEEP:
                pass
            case Treatment():
                for span in private_looks(text, treated, self.is_maker):
                    self._add(span.kind, span.value)
            case PrivateKind():
                self._note(treated, text)
        return text

    def read_command_line(self, observation: Observation) -> None:
        """Note what a command's output or a prompt names by its wording."""
        text = text_of(observation.value)
        if observation.source is Source.SSH_PROMPT:
            words = [word for word in _IN_PROMPT.findall(text) if not _PROMPT_WORDS.fullmatch(word)]
            for word in words:
                self.read(PrivateKind.NAME, word)
            return
        for match in _NAMED.finditer(text):
            self.read(PrivateKind.NAME, match["name"] or match["up"])
        for match in _USER.finditer(text):
            self.read(PrivateKind.PERSON, match["user"])
        for match in _PEOPLES_WORDS.finditer(text):
            kind = PrivateKind.PORT if match["port"] else PrivateKind.SITE if match["site"] else PrivateKind.CONTACT
            self.read(kind, match["words"])
        self.note_text(text)

    def note_text(self, text: str) -> None:
        """Note what any text tells by its wording: serial numbers, and the host's name in the output of `uname -a`,
        whatever word it is."""
        for match in _NUMBERED.finditer(text):
            if any(map(str.isdigit, match["serial"])):
                self.read(PrivateKind.SERIAL, match["serial"])
        for match in _UNAME.finditer(text):
            self._note(PrivateKind.NAME, match["name"])

    def _note(self, kind: PrivateKind, text: str) -> None:
        if kind is PrivateKind.PORT and self.is_makers_text(text):
            self.read(Treatment.TEXT, text)
            return
        match value_of(kind, text):
            case PrivateValue(of_kind, value):
                self._add(of_kind, value.strip())
            case Treatment.TEXT:
                self.read(Treatment.TEXT, text)
            case _:
                return
        if kind in NAMES:
            self.read(Treatment.TEXT, text)

    def _add(self, kind: PrivateKind, value: str) -> None:
        for part_kind, part in _parts(kind, value):
            if self._is_private(part_kind, part):
                known = self._kinds.get(part, part_kind)
                self._kinds[part] = min(part_kind, known, key=_RANK.__getitem__)

    def _is_private(self, kind: PrivateKind, value: str) -> bool:
        match kind:
            case PrivateKind.ADDRESS:
                return is_private_address(value) and value not in self._versions
            case PrivateKind.MAC:
                mac = bytes.fromhex(value)
                numbered = is_station_mac(mac) and any(mac[:4]) and any(mac[3:])
                return numbered and mac[:3] != _IANA and value not in self._known_words
            case PrivateKind.OCTETS:
                return value not in self._known_words
            case PrivateKind.SERIAL:
                signs = set(filter(str.isalnum, value))
                numbered = len(value) >= MIN_SERIAL and len(signs) > 1 and any(map(str.isdigit, value))
                return numbered and value not in self._known_words
            case _ if kind in NAMES:
                return self._names_somebody(kind, value)
            case _:
                return bool(value)

    def _names_somebody(self, kind: PrivateKind, value: str) -> bool:
        if self._people_words.intersection(_WORD.findall(value)):
            return True
        if len(value) < 2 or value.isdigit() or value in _GENERIC or value in self._known_words or self.is_maker(value):
            return False
        if value in self._makers_words or (value.isalpha() and len(value) > 2 and value in self._read_words):
            return False
        return kind not in _ANYBODYS or value not in self._makers_texts


def _parts(kind: PrivateKind, value: str) -> Iterator[tuple[PrivateKind, str]]:
    """A value, or the values that it is made of: a host's label and its domain, the MAC address in an IPv6 address."""
    label, dot, domain = value.partition(".")
    if kind is PrivateKind.ADDRESS:
        mac = eui64_mac(value)
        if mac and is_station_mac(mac):
            yield PrivateKind.MAC, mac.hex()
    if kind in (PrivateKind.NAME, PrivateKind.HOST) and dot and label and domain and not any(map(str.isspace, value)):
        yield kind, label
        yield PrivateKind.DOMAIN, domain
    else:
        yield kind, value


def _words_of(item: ExtractedItem) -> str:
    """What identification read of an observation that no person wrote."""
    source, text = (item.source, item.text) if isinstance(item, Attribute) else (item.record.source, item.record.text)
    return "" if source in (Source.SNMP_SYS_CONTACT, Source.SSH_GREETING, Source.SSH_PROMPT) else text


def value_of(kind: PrivateKind, text: str) -> PrivateValue | Treatment:
    """The value that a field of this kind holds. A serial number may be twelve digits, as a MAC address is."""
    if kind in _WHOLE and text.strip():
        return PrivateValue(kind, folded(text.strip()))
    return read_value(kind, text.strip())


_WHOLE = frozenset({PrivateKind.SERIAL, PrivateKind.OCTETS, PrivateKind.ENGINE, PrivateKind.WHAT_IT_SAYS})
"""Kinds whose values are one, whatever they look like."""


def searched_values(kinds: Mapping[str, PrivateKind]) -> dict[str, PrivateKind]:
    """The values that are searched for in texts: all but the letters of an OID, which may be any word."""
    return {value: kind for value, kind in kinds.items() if kind is not PrivateKind.WHAT_IT_SAYS}


def serials_of(device: Device) -> Iterator[str]:
    """The serial numbers that identification read of a device and its parts."""
    yield from filter(None, (device.identity.serial, *(part.serial for part in device.components)))


def _texts_of(observations: Iterable[Observation], sources: frozenset[Source]) -> Iterator[str]:
    return (clean(observation.value) for observation in observations if observation.source in sources)


def _people_words(observations: Iterable[Observation]) -> Iterator[str]:
    """The words by which people say where a device stands: a name with one of them is no maker's."""
    for text in _texts_of(observations, frozenset({Source.SNMP_SYS_LOCATION})):
        yield from (word for word in _WORD.findall(folded(text)) if word not in _GENERIC)


_WORD = re.compile(r"[^\W\d_]{5,}")


_MAKERS = frozenset(
    {
        Source.SNMP_SYS_DESCR,
        Source.SNMP_ENTITY_DESCR,
        Source.SNMP_ENTITY_NAME,
        Source.SNMP_ENTITY_MFG_NAME,
        Source.SNMP_ENTITY_MODEL,
        Source.SNMP_ENTITY_HARDWARE_REV,
        Source.SNMP_ENTITY_FIRMWARE_REV,
        Source.SNMP_ENTITY_SOFTWARE_REV,
    }
)
