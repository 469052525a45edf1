"""Neighbours that a command prints one field a line: `label: value` below a rule, a blank line or a heading with the
port.

The shapes are those of `show cdp neighbors detail` (IOS, NX-OS, IOS XR), `show lldp neighbors detail` (IOS, EOS,
Junos, FastIron, AlliedWare Plus), `display lldp neighbor` (VRP), `display lldp neighbor-information verbose`
(Comware), `show lldp info remote-device detail` (ProCurve), `show lldp remote-system` (AOS), `lldpcli show neighbors`
and others like them. A new neighbour begins where a rule, a heading or an entry's number stands, or where a field
comes again that one neighbour has once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fingerprints.sources.cli.neighbours.labels import NeighbourField, field_of
from fingerprints.sources.cli.neighbours.records import MAX_DESCRIPTION, NeighbourRecord

MAX_CONTINUED = 12
"""Lines of one description that are read."""

_RULED = frozenset("-=+|_* \t")
_FIELD = re.compile(
    r"(?P<label>[A-Za-z][^:=,\n]{0,63}?)[ \t]{0,40}(?:[:=]|\.{2,60}:?)[ \t]{0,60}(?P<value>[^\n]{0,1024})"
)
_NOT_SENT = re.compile(r"(?i)(?P<label>[a-z][\w /()-]{1,40}?) - not (?:advertised|received|supported)")
_SPACED = re.compile(r"(?P<label>[A-Za-z][\w()-]{0,20}(?: [\w()-]{1,20}){0,3})[ \t]{2,60}(?P<value>\S[^\n]{0,1024})")
"""A label and its text without a mark between them: `Port ID                GigabitEthernet1/1` (FASTPATH)."""

_FURTHER = re.compile(
    r"(?:,[ \t]{1,8}|[ \t]{2,40})(?P<label>[A-Za-z][A-Za-z ]{1,24}(?:\([a-z ]{1,20}\))?)[ \t]{0,4}:[ \t]{0,8}"
)
"""Another field of the same line: `Platform: cisco 3825,  Capabilities: Router`, `Port: 1/1    Index: 1`."""

_BOXED = re.compile(r"^\|(?P<local>[^|]{1,60})\|(?P<port>[^|]{1,80})\|(?P<info>[^|]{1,200})\|$")
"""A row of a frame around two columns of ports and one of fields (Ciena SAOS, `lldp show neighbors`)."""

_PORT = r"(?P<port>[\w./:-]{1,64}(?: \d[\w./:-]{0,20})?)"
_HEADINGS = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"^(?:(?:local|lldp|cdp) ){{0,2}}(?:(?:interface|port) )?{_PORT} (?:has|detected) \d{{1,4}} "
        r"(?:(?:lldp|cdp|remote) )?neighbo",
        r"neighbou?r[- ]information of port (?:\d{1,6})? ?\[?(?P<port>[\w./:-][\w./: -]{0,63})\]?",
        rf"^remote lldp [\w -]{{0,40}}agents? on local (?:slot/)?port {_PORT}:?$",
        r"^local (?P<port>port[\d.]{1,20}):$",
        rf"^(?:local )?(?:port|interface) {_PORT}:$",
        rf"^port {_PORT} [\w -]{{0,60}}remote peer information",
    )
)
"""Headings that name the port whose neighbours follow: VRP, Dell OS9, EOS, EXOS; Comware and Ruijie; AOS; AlliedWare
Plus; others; SR OS."""

_ENTRY = re.compile(
    r"(?i)^(?:(?:lldp |remote )?(?:entity|neighbou?r|entry)(?: index)? ?[#:]? ?\d{1,6}(?: ?:|$)"
    r"|neighbou?r:? \(?[\w.:()-]{4,40}/)"
)
"""The beginning of an entry below a port: `Entity 1` (D-Link), `Neighbor 1:` (Comware), `Neighbor 0012.3456.7890/Et1`
(EOS)."""

_CHASSIS_AND_PORT = re.compile(r"^Chassis (?P<chassis>[^\s,]{1,64}), Port (?P<port>[^\n]{1,64}?):$")
"""The heading of an entry in OmniSwitch AOS."""

_ONCE = frozenset(
    (
        NeighbourField.LOCAL_PORT,
        NeighbourField.DEVICE_ID,
        NeighbourField.NAME,
        NeighbourField.CHASSIS_ID,
        NeighbourField.PORT,
    )
)
_NAMING = frozenset((NeighbourField.DEVICE_ID, NeighbourField.NAME, NeighbourField.CHASSIS_ID, NeighbourField.MAC))
_DESCRIBING = frozenset((NeighbourField.DESCRIPTION, NeighbourField.VERSION))
_ONE_FIELD = frozenset((*_DESCRIBING, NeighbourField.NAME, NeighbourField.PORT_DESCRIPTION, NeighbourField.CHASSIS_ID))
"""Fields whose text may hold commas and colons of its own."""

FieldText = tuple[NeighbourField, str]


def detail_records(lines: Sequence[str]) -> Iterator[NeighbourRecord]:
    """The neighbours of an output that prints a field a line."""
    reader = _DetailReader()
    for line in lines:
        reader.read(line)
        yield from reader.complete
        reader.complete.clear()
    reader.end()
    yield from reader.complete


def fields_in_line(line: str) -> list[FieldText]:
    """The known fields of a line; empty if its label is none that a listing of neighbours has."""
    text = line.strip(" \t|*+#").removeprefix("- ").strip()
    absent = _NOT_SENT.match(text)
    match = absent or _FIELD.match(text)
    known = field_of(match["label"]) if match is not None else None
    if known is None or match is None:
        return _spaced_field(text)
    if absent is not None:
        return [(known, "")]
    value = match["value"].strip()
    if known in _ONE_FIELD:
        return [(known, value)]
    first, *rest = _FURTHER.split(value)
    further = ((field_of(label), text.strip()) for label, text in zip(rest[::2], rest[1::2], strict=True))
    return [(known, first), *((name, text) for name, text in further if name is not None)]


def _spaced_field(text: str) -> list[FieldText]:
    """The field of a line without a colon; none of a heading, where more labels follow the first."""
    match = _SPACED.match(text)
    known = field_of(match["label"]) if match is not None else None
    if match is None or known in (None, NeighbourField.INDEX):
        return []
    following = re.split(r" {2,}", match["value"], maxsplit=1)[0]
    return [(known, match["value"].strip())] if known is not None and field_of(following) is None else []


@dataclass(slots=True)
class _DetailReader:
    """The neighbour that is being read; `port` is the local port that a heading named for all below it, and `heads` is
    true if that was a field of its own."""

    complete: list[NeighbourRecord] = field(default_factory=list)
    record: dict[NeighbourField, str] = field(default_factory=dict)
    port: str = ""
    heads: bool = False
    described: NeighbourField | None = None
    continued: int = 0

    def read(self, line: str) -> None:
        text = line.strip()
        if not text:
            self.described = self.described if self.described and not self.record.get(self.described) else None
        elif len(text) > 2 and _RULED.issuperset(text):
            self.end()
        elif boxed := _BOXED.match(text):
            self._read_boxed(boxed)
        elif not self._read_heading(text.strip("|+ ").removeprefix("- ")):
            found = fields_in_line(line)
            for known, value in found:
                self._take(known, value)
            if not found:
                self._continue(text)

    def end(self) -> None:
        """Complete the neighbour. What names no neighbour but a port is the heading of those that follow."""
        if _NAMING & self.record.keys():
            self.complete.append(self.record | ({} if self._has_port() else {NeighbourField.LOCAL_PORT: self.port}))
        elif alone := self.record.get(NeighbourField.LOCAL_PORT) or self.record.get(NeighbourField.PORT):
            self.port, self.heads = alone, True
        self.record, self.described = {}, None

    def _has_port(self) -> bool:
        return bool(self.record.get(NeighbourField.LOCAL_PORT)) or not self.port

    def _read_heading(self, text: str) -> bool:
        heading = next((match for match in (shape.search(text) for shape in _HEADINGS) if match), None)
        if heading is not None:
            self.end()
            self.port, self.heads = heading["port"].strip(" :"), False
            return True
        both = _CHASSIS_AND_PORT.match(text)
        if both is not None:
            self.end()
            self.record = {NeighbourField.CHASSIS_ID: both["chassis"], NeighbourField.PORT: both["port"]}
            return True
        if _ENTRY.match(text):
            self.end()
            return True
        return False

    def _read_boxed(self, row: re.Match[str]) -> None:
        """A row of a frame. The first of a neighbour names both ports; the others leave them blank."""
        local, port = row["local"].strip(), row["port"].strip()
        found = fields_in_line(row["info"])
        if local and found:
            self.end()
            self.record = {NeighbourField.LOCAL_PORT: local, NeighbourField.PORT: port}
        for known, value in found if self.record else ():
            self.record.setdefault(known, value)

    def _take(self, known: NeighbourField, value: str) -> None:
        self.described, self.continued = (known, 0) if known in _DESCRIBING else (None, 0)
        if known is NeighbourField.OTHER or not (value or known in _DESCRIBING):
            return
        if known is NeighbourField.INDEX:
            self._begin()
        elif known is NeighbourField.LOCAL_PORT and self.heads and _NAMING & self.record.keys():
            self.end()
        elif known in _ONCE and known in self.record:
            self._repeat(known)
        if known is NeighbourField.ADDRESS:
            self.record[known] = f"{self.record.get(known, '')} {value}"[:MAX_DESCRIPTION]
        elif known is not NeighbourField.INDEX:
            self.record.setdefault(known, value)

    def _begin(self) -> None:
        """An entry's number: the next neighbour of the port, also if the number stands behind the port's own field."""
        if _NAMING & self.record.keys():
            local = next(iter(self.record)) is NeighbourField.LOCAL_PORT and self.record[NeighbourField.LOCAL_PORT]
            self.end()
            self.port = local or self.port

    def _repeat(self, known: NeighbourField) -> None:
        """A field that one neighbour has once, again. A port ID before all others was the local port (D-Link); a local
        port before all others holds for the next neighbour too."""
        first = next(iter(self.record))
        if (
            known is NeighbourField.PORT
            and first is NeighbourField.PORT
            and NeighbourField.LOCAL_PORT not in self.record
        ):
            self.record[NeighbourField.LOCAL_PORT] = self.record.pop(NeighbourField.PORT)
        elif known is NeighbourField.PORT and not self.record[known]:
            del self.record[known]
        else:
            local = self.record[first] if first is NeighbourField.LOCAL_PORT is not known else ""
            self.end()
            if local:
                self.record[NeighbourField.LOCAL_PORT] = local

    def _continue(self, text: str) -> None:
        """Another line of the description above it."""
        if self.described is not None and self.continued < MAX_CONTINUED:
            self.continued += 1
            value = f"{self.record.get(self.described, '')} {text}"
            self.record[self.described] = value.strip()[:MAX_DESCRIPTION]
