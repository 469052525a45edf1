"""A device's model, version, serial, operating system and kind: all texts that may be one, and their choice."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fingerprints.symbols import SymbolWords

MAX_TRAIT = 120
"""Characters of a trait; what is longer is prose, not a model."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{2,4}")
_OID = re.compile(r"\.?\d+(\.\d+){5,}")
_PROCESSOR = re.compile(r"\bCPU\b|\d ?[MG]Hz\b")
_HEX = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class Trait:
    """One text that may be a trait of the device: `name` is model, version, serial, os, kind or hardware."""

    name: str
    text: str
    points: int
    source: str
    at: str


def chosen(traits: Iterable[Trait], name: str) -> str | None:
    """The best text for a trait: most points, then the one said most often, then the one said first."""
    totals: dict[str, int] = {}
    for trait in traits:
        if trait.name == name:
            held = totals.get(trait.text)
            totals[trait.text] = trait.points if held is None else max(held, trait.points) + 1
    return max(totals, key=lambda text: totals[text], default=None)


def plausible(name: str, text: str, words: SymbolWords) -> int | None:
    """Points for how a text looks as a trait; None where it cannot be one."""
    if len(text) > MAX_TRAIT or not words.says_something(text) or _OID.fullmatch(text):
        return None
    if name == "serial":
        return _serial_points(text)
    if name == "version":
        return _version_points(text)
    if name == "model":
        return _model_points(text)
    return 0


def _serial_points(text: str) -> int | None:
    if len(text) < 2 or len(text) > 64 or _HEX.search(text):
        return None
    compact = re.sub(r"[\s:.-]", "", text)
    if not compact or set(compact) <= {"0", "F", "f", "X"}:
        return -4
    return (2 if len(compact) >= 5 and any(mark.isdigit() for mark in compact) else -3) - 2 * text.count(" ")


def _version_points(text: str) -> int | None:
    if _HEX.search(text) or not any(mark.isdigit() for mark in text):
        return None
    if text.isdigit():
        return -5 if len(text) > 6 or len(text) < 2 else -3
    return (2 if "." in text else 0) - (2 if len(text) > 40 else 0) - (3 if _DATE.fullmatch(text) else 0)


def _model_points(text: str) -> int | None:
    if len(text) < 2 or _HEX.search(text):
        return None
    if text.isdigit() or _PROCESSOR.search(text):
        return -6
    if re.fullmatch(r"[0-9.]+", text):
        return -5
    return (1 if any(mark.isdigit() for mark in text) else -1) - (2 if len(text) > 40 else 0)
