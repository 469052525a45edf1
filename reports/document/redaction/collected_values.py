"""Collects the private values of a document while a walk reads its texts."""

from collections import defaultdict
from collections.abc import Mapping

from reports.document.redaction.patterns import private_spans
from reports.document.redaction.private_kind import LOOKS, NUMBERS, PrivateKind, Treatment
from reports.document.redaction.private_value import PrivateValue, read_value
from reports.document.redaction.pseudonyms import pseudonyms_of

_RANK = {kind: rank for rank, kind in enumerate(PrivateKind)}

_NAMES = frozenset({PrivateKind.NAME, PrivateKind.LABEL, PrivateKind.TARGET, PrivateKind.CHASSIS})

MIN_DOMAIN_LABELS = 2
"""Labels of the shortest domain that is private: `bank.example`."""


QUAD_DOTS = 3
"""Dots of an IPv4 address, and of many a version."""


class CollectedValues:
    """What was found. A value of a field is certain. What only looks like one in a text is not hidden where a version
    is written so: four numbers with dots are an address or a version."""

    def __init__(self) -> None:
        self._fields: dict[str, PrivateKind] = {}
        self._looks: dict[str, PrivateKind] = {}
        self._versions: set[str] = set()
        self._full_names: dict[str, set[str]] = defaultdict(set)
        self._seen: set[tuple[PrivateKind | Treatment, str]] = set()

    def read(self, treated: PrivateKind | Treatment, text: str) -> str:
        """Note the private values of one text, and return it as it is."""
        if treated is not Treatment.KEEP and (treated, text) not in self._seen:
            self._seen.add((treated, text))
            self._note(treated, text)
        return text

    def kinds(self) -> Mapping[str, PrivateKind]:
        """Each private value in its one form, and its kind."""
        shown = {value: kind for value, kind in self._looks.items() if value not in self._versions}
        short = dict.fromkeys(self._full_names, PrivateKind.NAME)
        return {**short, **shown, **self._fields}

    def pseudonyms(self, seed: str) -> Mapping[str, str]:
        """The pseudonym of each value. The first label of a host's name is called as the host is, where one host has
        it."""
        kinds, known_as = self.kinds(), {}
        for short, full in self._full_names.items():
            if len(full) == 1 and self._fields.get(short, PrivateKind.NAME) in _NAMES:
                (known_as[short],) = full
        named = pseudonyms_of({value: kind for value, kind in kinds.items() if value not in known_as}, seed)
        return {**named, **{short: named[full] for short, full in known_as.items()}}

    def _note(self, treated: PrivateKind | Treatment, text: str) -> None:
        match treated:
            case Treatment.KEEP:
                return
            case Treatment() as searched:
                self._note_looks(searched, text)
            case PrivateKind() as kind:
                self._note_value(kind, text)

    def _note_looks(self, treated: Treatment, text: str) -> None:
        kinds = LOOKS if treated is Treatment.TEXT else NUMBERS
        for span in private_spans(text):
            if treated is not Treatment.TEXT and span.value.count(".") == QUAD_DOTS:
                self._versions.add(span.value)
            elif span.kind in kinds:
                self._looks.setdefault(span.value, span.kind)

    def _note_value(self, kind: PrivateKind, text: str) -> None:
        match read_value(kind, text):
            case PrivateValue(of_kind, value):
                self._add(of_kind, value)
                if of_kind in _NAMES:
                    self._note_labels(value)
                elif of_kind is PrivateKind.PERSON:
                    user, _, host = value.partition("@")
                    self._add(PrivateKind.PERSON, user)
                    self._add(PrivateKind.HOST, host)
            case Treatment.TEXT:
                for span in private_spans(text):
                    self._add(span.kind, span.value)
            case _:
                return

    def _note_labels(self, name: str) -> None:
        """The parts of a host's name that name it or its network too: `lon-core-1`, `bank.example`."""
        first, *rest = name.split(".")
        if not rest or any(not part or " " in part for part in (first, *rest)):
            return
        self._full_names[first].add(name)
        for start in range(len(rest) - MIN_DOMAIN_LABELS + 1):
            self._add(PrivateKind.DOMAIN, ".".join(rest[start:]))

    def _add(self, kind: PrivateKind, value: str) -> None:
        """A value that is of several kinds is of the first of them."""
        known = self._fields.get(value, kind)
        if value:
            self._fields[value] = min(kind, known, key=_RANK.__getitem__)
