"""Whether rule files prove what they claim: schema, ids, companies, patterns of bounded cost and time, every example
matched by exactly one rule of its source, no reject matched. Pure but for reading files: the clock is handed in.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from fingerprints.database.companies import Companies
from fingerprints.database.rules import Found, Rule, RuleFileModel, RuleModel, Rules, preferring, readable, rule_of
from fingerprints.database.yaml_file import Place, read_tree, read_yaml
from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import MAX_OUTPUT, MAX_TEXT

MAX_SECONDS = 0.25
"""CPU time that a pattern may take over the worst text tried, as long as texts may be (MAX_TEXT or MAX_OUTPUT)."""

TRAITS = ("model", "version", "serial", "hardware", "os", "kind", "maker", "name")
"""What an example may say that its rule reads from it."""

MAX_NAMED = 10
"""Ids that one note lists."""

Clock = Callable[[], float]
Located = tuple[Path, Flaw]


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and every flaw with its file; a flaw's place is a line. `notes` are no flaws."""

    files: int
    rules: int
    examples: int
    flaws: tuple[Located, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Written:
    """One rule as it was read: its file, its number there, and the line of each place."""

    path: Path
    number: int
    lines: dict[Place, int]
    model: RuleModel
    rule: Rule

    def flaw(self, problem: str, expected: str, *place: str | int) -> Located:
        """A flaw at a place below the rule, told by the line of the nearest place that has one."""
        return _flaw(self.path, self.lines, ("rules", self.number, *place), f"rule {self.model.id} {problem}", expected)


def verify(place: Path, companies: Companies, clock: Clock, beside: Rules | None = None) -> Verified:
    """Verify a rule file, or every one below a folder. Rules `beside` them (the shipped ones) must match none of their
    examples, unless a rule of the same id replaces them. Never raises for what a file says: that is a flaw."""
    paths = rule_files(place)
    flaws: list[Located] = []
    written: list[_Written] = []
    for path in paths:
        found, wrong = _read(path)
        written += found
        flaws += wrong
    own = _rules(written)
    rules = own if beside is None else preferring(own, beside)
    flaws += _doubles(written)
    for one in written:
        flaws += (*_strangers(one, companies), *_examples(one, rules), *_rejects(one), *_slow(one, clock))
    return Verified(
        len(paths),
        len(written),
        sum(len(one.model.examples) for one in written),
        tuple(flaws),
        () if beside is None else tuple(_replaced(own, beside)),
    )


def rule_files(place: Path) -> tuple[Path, ...]:
    """A rule file itself, or those below a folder, as load_rules reads them."""
    return tuple(sorted(place.rglob("*.yaml"))) if place.is_dir() else (place,)


def _read(path: Path) -> tuple[list[_Written], list[Located]]:
    """The rules of one file that can be read, and what is wrong with the others."""
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


def _flaw(path: Path, lines: dict[Place, int], place: Place, problem: str, expected: str) -> Located:
    line = next((lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in lines), 1)
    return path, Flaw(f"line {line}", problem, expected)


def _rules(written: list[_Written]) -> Rules:
    by_source: dict[Source, list[Rule]] = {}
    for one in written:
        by_source.setdefault(one.rule.source, []).append(one.rule)
    return Rules({source: tuple(of_it) for source, of_it in by_source.items()})


def _doubles(written: list[_Written]) -> Iterator[Located]:
    first: dict[str, _Written] = {}
    for one in written:
        other = first.setdefault(one.model.id, one)
        if other is not one:
            line = other.lines.get(("rules", other.number, "id"), 1)
            yield one.flaw(f"has the id of another, {other.path.name} line {line}", "an id of its own", "id")


def _strangers(one: _Written, companies: Companies) -> Iterator[Located]:
    for company in dict.fromkeys(company for _, company in one.rule.claims):
        if companies.get(company) is None:
            alike = get_close_matches(company, [known.id for known in companies], 3)
            near = f"; spelt alike: {', '.join(alike)}" if alike else ""
            expected = f"an id of fingerprints/data/companies, or of companies.tsv beside rules of your own{near}"
            yield one.flaw(f"claims {company}, which is no company", expected, "claims")


def _examples(one: _Written, rules: Rules) -> Iterator[Located]:
    rule = one.rule
    for number, example in enumerate(one.model.examples):
        text = readable(rule.source, example.text)
        matched = [found for found in rules.match(rule.source, rule.at, text) if found.rule.at == rule.at]
        if [found.rule for found in matched] == [rule]:
            yield from _unread(one, number, matched[0])
            continue
        others = ", ".join(found.rule.id for found in matched) or "no rule"
        problem = f"has the example {example.text[:60]!r}, matched by {others}"
        yield one.flaw(
            problem, f"{rule.id} alone (of two rules with one id, your own stands before the shipped one)", *_at(number)
        )


def _unread(one: _Written, number: int, found: Found) -> Iterator[Located]:
    example = one.model.examples[number]
    for name in TRAITS:
        wanted = getattr(example, name)
        if wanted is not None and found.trait(name) != wanted:
            problem = f"reads the {name} {found.trait(name)!r} from {example.text[:60]!r}"
            yield one.flaw(problem, repr(wanted), *_at(number), name)


def _rejects(one: _Written) -> Iterator[Located]:
    for number, reject in enumerate(one.model.rejects):
        if one.rule.read(readable(one.rule.source, reject.text)) is not None:
            yield one.flaw(f"matches {reject.text[:60]!r}", f"no match: {reject.because}", "rejects", number)


def _at(example: int) -> tuple[str, int]:
    return "examples", example


def _slow(one: _Written, clock: Clock) -> Iterator[Located]:
    """A pattern that takes too long over the worst of the texts tried."""
    longest = MAX_OUTPUT if one.rule.source is Source.SSH_COMMAND else MAX_TEXT
    texts = tuple(_hostile(one.model))
    for expression in (*((one.rule.expression,) if one.rule.expression else ()), *one.rule.also):
        length = _bearable(expression, texts, longest, clock)
        if length < longest:
            problem = f"takes more than {MAX_SECONDS} s over {length} hostile characters; {longest} may come"
            expected = "a pattern that gives up early: begin it with a word, or \\b before a possessive repeat"
            yield one.flaw(problem, expected, "pattern" if expression is one.rule.expression else "also")


def _hostile(model: RuleModel) -> Iterator[str]:
    """What, written over and over, may keep the rule's patterns busy: pieces of its own examples, and single marks."""
    yield from (" ", "a", "A", "0", ".", "-", "a ", "A0-", "\n")
    for example in model.examples[:3]:
        text = example.text.strip()
        yield from (text, text[:-1], text[: len(text) // 2])


def _bearable(expression: re.Pattern[str], texts: tuple[str, ...], longest: int, clock: Clock) -> int:
    """The longest text tried that a pattern bears; lengths double, so that what explodes is left early."""
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
    """One note for all shipped rules that these stand before."""
    ids = {rule.id for rule in own.all()}
    replaced = [rule.id for rule in beside.all() if rule.id in ids]
    if replaced:
        more = f" and {len(replaced) - MAX_NAMED} more" if len(replaced) > MAX_NAMED else ""
        yield f"your own rules stand before the shipped ones of the same id: {', '.join(replaced[:MAX_NAMED])}{more}"
