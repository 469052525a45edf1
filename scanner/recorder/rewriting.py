"""Replaces private values in the texts of a recorded device by their stand-ins, in the notation in which they stand."""

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from reports.document.redaction.known_values import Hit, KnownValues
from reports.document.redaction.private_kind import PrivateKind, Treatment
from reports.document.redaction.private_value import PrivateValue
from scanner.recorder.collecting import PrivateValues, searched_values, value_of
from scanner.recorder.looks import private_looks
from scanner.recorder.stand_ins import SCRAMBLED, StandIns

_SIGNS = re.compile(r"[^0-9a-fA-F]")


class Rewriter:
    """Rewrites texts. Each text is rewritten once: many rows say the same."""

    def __init__(self, values: PrivateValues, stand_ins: StandIns) -> None:
        kinds = values.kinds()
        self._kinds = kinds
        self._stand_ins = stand_ins
        self._values = values
        searched = searched_values(kinds)
        self._known = KnownValues(searched, {value: value for value in searched})
        self._done: dict[tuple[PrivateKind | Treatment, str], str] = {}

    def rewrite(self, treated: PrivateKind | Treatment, text: str) -> str:
        """What becomes of one text."""
        key = (treated, text)
        done = self._done.get(key)
        if done is None:
            done = self._done[key] = self._rewritten(treated, text)
        return done

    def _rewritten(self, treated: PrivateKind | Treatment, text: str) -> str:
        match treated:
            case Treatment.KEEP:
                return text
            case Treatment():
                return self._in_text(treated, text)
            case PrivateKind() as kind:
                return self._whole(kind, text)

    def _whole(self, kind: PrivateKind, text: str) -> str:
        if kind is PrivateKind.PORT and self._values.is_makers_text(text):
            return self._in_text(Treatment.TEXT, text)
        match value_of(kind, text):
            case PrivateValue(of_kind, value):
                value = value.strip()
                label, dot, domain = value.partition(".")
                known = [self._stand_ins.of(part) for part in (label, domain)]
                if dot and all(known) and of_kind in (PrivateKind.NAME, PrivateKind.HOST):
                    return ".".join(part for part in known if part)
                if self._stand_ins.of(value) is not None:
                    return self._shaped(self._kinds[value], value, text.strip())
                return self._in_text(Treatment.TEXT, text) if of_kind is not PrivateKind.ADDRESS else text
            case Treatment.KEEP:
                return text
            case Treatment() as treated:
                return self._in_text(treated, text)

    def _in_text(self, treated: Treatment, text: str) -> str:
        looks = (
            Hit(span.start, span.end, span.value)
            for span in private_looks(text, treated, self._values.is_maker)
            if span.value in self._kinds
        )
        pieces, done = list[str](), 0
        for hit in _without_overlap((*self._known.hits(text), *looks)):
            shaped = self._shaped(self._kinds[hit.instead], hit.instead, text[hit.start : hit.end])
            pieces += [text[done : hit.start], shaped]
            done = hit.end
        return "".join((*pieces, text[done:])) if pieces else text

    def _shaped(self, kind: PrivateKind, value: str, written: str) -> str:
        """The stand-in of a value, in the notation of what was written."""
        stand_in = self._stand_ins.of(value)
        if stand_in is None:
            return written
        match kind:
            case PrivateKind.ADDRESS:
                return _address_like(stand_in, written)
            case PrivateKind.MAC:
                return _mac_like(stand_in, written)
            case _ if kind in SCRAMBLED:
                return _digits_like(stand_in, written)
            case _:
                return stand_in


def _without_overlap(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Hits that do not overlap: the longest first; of what is left of a shorter one, nothing is kept together."""
    taken: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        if all(hit.end <= other.start or hit.start >= other.end for other in taken):
            taken.append(hit)
    yield from sorted(taken, key=lambda hit: hit.start)


def _digits_like(stand_in: str, written: str) -> str:
    """The stand-in's letters and digits in the places and the case of those that were written."""
    letters = iter([letter for letter in stand_in if letter.isalnum()])
    changed = [next(letters, "0") if letter.isalnum() else letter for letter in written]
    return "".join(
        new.upper() if old.isupper() else new.lower() if old.islower() else new
        for new, old in zip(changed, written, strict=True)
    )


def _mac_like(stand_in: str, written: str) -> str:
    digits = _SIGNS.sub("", written)
    if len(digits) == len(stand_in):
        upper = any(letter.isupper() for letter in written)
        signs = iter(stand_in.upper() if upper else stand_in)
        return "".join(next(signs) if letter in "0123456789abcdefABCDEF" else letter for letter in written)
    octets = bytes.fromhex(stand_in)
    if written.count(".") == 5:  # the arcs of an OID
        return ".".join(str(octet) for octet in octets)
    return octets.hex(":")


def _address_like(stand_in: str, written: str) -> str:
    address = ip_address(stand_in)
    if address.version == 6:
        return address.packed.hex() if ":" not in written else stand_in
    for sign in "-_":
        if written.count(sign) == 3 and written.replace(sign, "").isdecimal():
            return stand_in.replace(".", sign)
    if "." in written:
        return stand_in
    between = _SIGNS.search(written)
    return address.packed.hex(between.group()) if between is not None else address.packed.hex()
