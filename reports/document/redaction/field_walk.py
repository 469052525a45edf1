"""Walks through all texts of a document, field by field, and builds the same document of what becomes of them.

It knows the fields by their types, so a field that is added later is walked through too.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace

from fingerprints.model.device import ClaimRecord, Device, QuotedText
from fingerprints.model.evidence import Gap
from fingerprints.model.gap_place import NamedPlace, TransportPort, place_of_gap, text_of_port
from fingerprints.model.merging import JoinedBy, KeptApart
from fingerprints.model.neighbour import NO_TABLES
from reports.document.redaction.private_kind import FIELDS, PRIVATE_SOURCES, SHARED, PrivateKind, Treatment

Rewrite = Callable[[PrivateKind | Treatment, str], str]
"""What becomes of a text that is treated so."""

Plan = tuple[tuple[str, PrivateKind | Treatment | None], ...]
"""Each field of a dataclass, and how it is treated; None for one that has a rule of its own."""


Treated = Mapping[tuple[type, str], PrivateKind | Treatment]
"""How each field that does not hold plain text is treated."""


class FieldWalk:
    """One walk: `rewrite` sees each text for each place where it stands. `treated` are the fields of other values than
    a document's."""

    def __init__(self, rewrite: Rewrite, treated: Treated = FIELDS) -> None:
        self.rewrite = rewrite
        self._treated = treated
        self._plans: dict[type, Plan] = {}
        self._without_text: set[type] = {int, float, bool}

    def walk(self, value: object, treated: PrivateKind | Treatment = Treatment.TEXT) -> object:
        """The same value with all its texts rewritten; what holds no text, or has none changed, is the same object."""
        of = type(value)
        if of is str and isinstance(value, str):
            return self.rewrite(treated, value)
        if of is tuple and isinstance(value, tuple):
            items = [self.walk(item, treated) for item in value]
            return tuple(items) if any(new is not old for new, old in zip(items, value, strict=True)) else value
        plan = self._plans.get(of)
        if plan is None:
            plan = self._plans[of] = _plan_of(of, self._treated)
            if not plan:
                self._without_text.add(of)
        return self._walked_fields(value, plan) if plan else value

    def _walked_fields(self, value: object, plan: Plan) -> object:
        changed: dict[str, object] = {}
        for name, treated in plan:
            before = getattr(value, name)
            if not before or type(before) in self._without_text:
                continue
            after = self._special(value, name) if treated is None else self.walk(before, treated)
            if after is not before:
                changed[name] = after
        return replace(value, **changed) if changed else value  # type: ignore[type-var]  # a plan has fields

    def _special(self, value: object, name: str) -> object:
        """A field whose treatment depends on another field, or that no report needs."""
        match value:
            case Device(attributes=attributes) if name == "attributes":
                return tuple((self.rewrite(Treatment.KNOWN, key), self._attribute(text)) for key, text in attributes)
            case Device() if name == "l2_l3_tables":
                return NO_TABLES
            case Device():
                return () if name == "keys" else ""
            case ClaimRecord(source=source, text=text) | QuotedText(source=source, text=text):
                return self.rewrite(PRIVATE_SOURCES.get(source, Treatment.TEXT), text)
            case JoinedBy(by=by, text=text) | KeptApart(by=by, text=text):
                return self.rewrite(SHARED.get(by, Treatment.TEXT), text)
            case Gap():
                return self._gap_place(value)
            case _:
                raise TypeError(f"{type(value).__name__}.{name} has no treatment of its own")

    def _attribute(self, text: str) -> str:
        return self.rewrite(PrivateKind.ATTRIBUTE, text)

    def _gap_place(self, gap: Gap) -> str:
        match place_of_gap(gap):
            case TransportPort() as port:
                via, source = (self.rewrite(PrivateKind.HOST, text) for text in (port.via, port.answered_from))
                return text_of_port(replace(port, via=via, answered_from=source))
            case NamedPlace(name):
                return self.rewrite(PrivateKind.GAP_PLACE, name)
            case _:
                return self.rewrite(Treatment.TEXT, gap.at)


_SPECIAL = frozenset(
    {
        (Device, "attributes"),
        (Device, "l2_l3_tables"),
        (Device, "keys"),
        (Device, "evidence"),
        (Device, "fleet_site"),
        (ClaimRecord, "text"),
        (QuotedText, "text"),
        (JoinedBy, "text"),
        (KeptApart, "text"),
        (Gap, "at"),
    }
)


def _plan_of(of: type, treated: Treated) -> Plan:
    """How each field of a dataclass is treated. A value of any other type is none that holds a private text."""
    if not is_dataclass(of):
        return ()
    names = [field.name for field in fields(of)]
    return tuple((name, None if (of, name) in _SPECIAL else treated.get((of, name), Treatment.TEXT)) for name in names)
