"""Verifies rule files: their schema, ids and companies, the cost and time of their patterns, that exactly one rule of
its source matches each example, and that no rule matches its rejects. Pure but for reading files: the caller passes the
clock."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from fingerprints.database.companies.companies import Companies
from fingerprints.database.rules import (
    FingerprintRule,
    RuleFileModel,
    RuleMatch,
    RuleModel,
    Rules,
    preferring,
    readable,
    rule_of,
)
from fingerprints.database.yaml_file import KeyPath, read_tree, read_yaml
from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import MAX_OUTPUT, MAX_TEXT

MAX_SECONDS = 0.25
"""CPU time that a pattern may take on the worst text tried, of the greatest length (MAX_TEXT or MAX_OUTPUT)."""

ATTRIBUTES = ("model", "version", "serial", "hardware", "os", "kind", "maker", "name", "modem")
"""The attributes that an example may state its rule reads."""

MAX_NAMED = 10
"""The most ids that one note lists."""

Clock = Callable[[], float]
Located = tuple[Path, Flaw]


@dataclass(frozen=True, slots=True)
class Verified:
    """The result: what was verified, and every flaw with its file. A flaw's place is a line. `notes` are no flaws."""

    files: int
    rules: int
    examples: int
    flaws: tuple[Located, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Written:
    """One rule with its file, its number there, and the line of each place in the file."""

    path: Path
    number: int
    lines: dict[KeyPath, int]
    model: RuleModel
    rule: FingerprintRule

    def flaw(self, problem: str, expected: str, *place: str | int) -> Located:
        """A flaw at a place below the rule. Its line is that of the nearest place that has one."""
        return _flaw(self.path, self.lines, ("rules", self.number, *place), f"rule {self.model.id} {problem}", expected)


def verify(place: Path, companies: Companies, clock: Clock, beside: Rules | None = None) -> Verified:
    """Verify a rule file, or every one below a folder. Rules `beside` them (the shipped ones) must not match their
    examples, unless a rule with the same id replaces them. Whatever a file says is a flaw, never an exception."""
    paths = rule_files(place)
    flaws: list[Located] = []
    written: list[_Written] = []
    for path in paths:
        readable_rules, read_flaws = _read(path)
        written += readable_rules
        flaws += read_flaws
    own = _rules(written)
    rules = own if beside is None else preferring(own, beside)
    flaws += _doubles(written)
    for rule in written:
        flaws += (*_unknown_companies(rule, companies), *_examples(rule, rules), *_rejects(rule), *_slow(rule, clock))
    return Verified(
        len(paths),
        len(written),
        sum(len(rule.model.examples) for rule in written),
        tuple(flaws),
        () if beside is None else tuple(_replaced(own, beside)),
    )


def rule_files(place: Path) -> tuple[Path, ...]:
    """The file itself, or the rule files below a folder as load_rules reads them."""
    return tuple(sorted(place.rglob("*.yaml"))) if place.is_dir() else (place,)


def _read(path: Path) -> tuple[list[_Written], list[Located]]:
    """The rules of one file that can be read, and the flaws of the others."""
    try:
        file, (_, lines) = read_yaml(path, RuleFileModel), read_tree(path)
    except DataFileError as error:
        return [], [(path, flaw) for flaw in error.flaws]
    written: list[_Written] = []
    flaws: list[Located] = []
    for number, model in enumerate(file.rules):
        try:
            written.append(_Written(path, number, lines, model, rule_of(path, file.company, model)))
        except DataFileError as error:
            place = ("rules", number, "pattern")
            flaws += [_flaw(path, lines, place, f"{f.place}: {f.problem}", f.expected) for f in error.flaws]
    return written, flaws


def _flaw(path: Path, lines: dict[KeyPath, int], place: KeyPath, problem: str, expected: str) -> Located:
    line = next((lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in lines), 1)
    return path, Flaw(f"line {line}", problem, expected)


def _rules(written: list[_Written]) -> Rules:
    by_source: dict[Source, list[FingerprintRule]] = {}
    for each in written:
        by_source.setdefault(each.rule.source, []).append(each.rule)
    return Rules({source: tuple(rules) for source, rules in by_source.items()})


def _doubles(written: list[_Written]) -> Iterator[Located]:
    first: dict[str, _Written] = {}
    for written_rule in written:
        other = first.setdefault(written_rule.model.id, written_rule)
        if other is not written_rule:
            line = other.lines.get(("rules", other.number, "id"), 1)
            problem = f"has the id of another rule, {other.path.name} line {line}"
            yield written_rule.flaw(problem, "an id of its own", "id")


def _unknown_companies(written: _Written, companies: Companies) -> Iterator[Located]:
    for company in dict.fromkeys(company for _, company in written.rule.claims):
        if companies.get(company) is None:
            alike = get_close_matches(company, [known.id for known in companies], 3)
            near = f"; similar ids: {', '.join(alike)}" if alike else ""
            expected = f"an id of fingerprints/data/companies, or of companies.tsv beside rules of your own{near}"
            yield written.flaw(f"claims {company}, which is no company", expected, "claims")


def _examples(written: _Written, rules: Rules) -> Iterator[Located]:
    rule = written.rule
    for number, example in enumerate(written.model.examples):
        text = readable(rule.source, example.text)
        matches = [match for match in rules.match(rule.source, rule.at, text) if match.rule.at == rule.at]
        if [match.rule for match in matches] == [rule]:
            yield from _misread(written, number, matches[0])
            continue
        others = ", ".join(match.rule.id for match in matches) or "no rule"
        problem = f"has the example {example.text[:60]!r}, matched by {others}"
        expected = f"{rule.id} alone (of two rules with the same id, your own replaces the shipped one)"
        yield written.flaw(problem, expected, "examples", number)


def _misread(written: _Written, number: int, match: RuleMatch) -> Iterator[Located]:
    """Attributes that the rule does not read from its example as the example states."""
    example = written.model.examples[number]
    for name in ATTRIBUTES:
        expected = getattr(example, name)
        if expected is not None and match.attribute(name) != expected:
            problem = f"reads the {name} {match.attribute(name)!r} from {example.text[:60]!r}"
            yield written.flaw(problem, repr(expected), "examples", number, name)


def _rejects(written: _Written) -> Iterator[Located]:
    for number, reject in enumerate(written.model.rejects):
        if written.rule.read(readable(written.rule.source, reject.text)) is not None:
            yield written.flaw(f"matches {reject.text[:60]!r}", f"no match: {reject.because}", "rejects", number)


def _slow(written: _Written, clock: Clock) -> Iterator[Located]:
    """Patterns that take more than MAX_SECONDS on the worst of the texts tried."""
    rule = written.rule
    longest = MAX_OUTPUT if rule.source is Source.SSH_COMMAND else MAX_TEXT
    texts = tuple(_hostile_texts(written.model))
    for expression in (*((rule.expression,) if rule.expression else ()), *rule.also):
        length = _longest_bearable(expression, texts, longest, clock)
        if length < longest:
            problem = f"takes more than {MAX_SECONDS} s over {length} hostile characters; {longest} may come"
            expected = "a pattern that gives up early: begin it with a word, or \\b before a possessive repeat"
            yield written.flaw(problem, expected, "pattern" if expression is rule.expression else "also")


def _hostile_texts(model: RuleModel) -> Iterator[str]:
    """Texts that, repeated, may make the rule's patterns backtrack: pieces of its own examples, and single
    characters."""
    yield from (" ", "a", "A", "0", ".", "-", "a ", "A0-", "\n")
    for example in model.examples[:3]:
        text = example.text.strip()
        yield from (text, text[:-1], text[: len(text) // 2])


def _longest_bearable(expression: re.Pattern[str], texts: tuple[str, ...], longest: int, clock: Clock) -> int:
    """The greatest length at which no text took too long. Lengths double, so that an exploding pattern stops early."""
    for text in filter(None, texts):
        length = min(1024, longest)
        while True:
            hostile = (text * (length // len(text) + 1))[:length] + "\0"
            began = clock()
            expression.search(hostile)
            if clock() - began > MAX_SECONDS:
                return length // 2
            if length == longest:
                break
            length = min(2 * length, longest)
    return longest


def _replaced(own: Rules, beside: Rules) -> Iterator[str]:
    """One note that lists the shipped rules that the user's own replace."""
    ids = {rule.id for rule in own.all()}
    replaced = [rule.id for rule in beside.all() if rule.id in ids]
    if replaced:
        more = f" and {len(replaced) - MAX_NAMED} more" if len(replaced) > MAX_NAMED else ""
        yield f"your own rules replace the shipped ones of the same id: {', '.join(replaced[:MAX_NAMED])}{more}"
