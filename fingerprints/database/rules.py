"""Fingerprint rules: a text that devices send, and the companies that it proves. One YAML file a product family
(fingerprints/README.md explains the form).

A rule searches the text of one source for a pattern, at the object or command in `at` if it names one. Named groups are
attributes of the device; `claims` lists the roles in which the text proves the file's company. Rules have no order and
no priority: exactly one rule of its source, of the whole folder, matches each example.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from fingerprints.database.pattern import PatternError, compiled
from fingerprints.database.products import enterprise_of
from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Role
from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.evidence import Source, text_of
from fingerprints.model.memo import BoundedMemo
from fingerprints.model.observation_index import MAX_OUTPUT, MAX_TEXT, clean
from fingerprints.model.transcript import abbreviates, render_output

GROUPS = ("model", "version", "serial", "hardware", "os", "kind", "mac", "maker", "name", "modem")
"""The names that a group of a pattern may have: an attribute of the device, `maker`, the name of its maker, or `modem`,
the model of a modem that is built into it."""

MAX_MATCHES = 2000
"""The most parts read from one command's output."""

NEARBY = 800
"""Characters after the match of one part in which the patterns of `also` search."""

MAX_TEXTS = 16_384
MAX_CACHED = 512
"""The most texts whose matches are cached, and the most characters of such a text."""

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=80)]
ShortText = Annotated[str, Field(min_length=1, max_length=400)]


class ExampleModel(FileModel):
    """A text that the rule must match, the attributes that it must read from it, and the text's provenance."""

    text: str = Field(max_length=MAX_TEXT)
    provenance: ShortText = Field(alias="from")
    model: str | None = None
    version: str | None = None
    serial: str | None = None
    hardware: str | None = None
    os: str | None = None
    kind: str | None = None
    maker: str | None = None
    name: str | None = None
    modem: str | None = None


class RejectModel(FileModel):
    """A text that the rule must not match, and why one might expect a match."""

    text: str = Field(max_length=MAX_TEXT)
    because: ShortText


class RuleModel(FileModel):
    """One rule as written in a file."""

    id: Identifier
    source: Source
    at: ShortText | None = None
    pattern: str | None = Field(default=None, max_length=2000)
    also: list[Annotated[str, Field(max_length=2000)]] = Field(default_factory=list, max_length=8)
    claims: dict[Role, Identifier] | list[Role] = Field(default_factory=list)
    component: (
        Literal["optic", "card", "power-supply", "fan", "chassis", "stack-member", "backplane", "modem", "other"] | None
    ) = None
    os: ShortText | None = None
    kind: ShortText | None = None
    model: ShortText | None = None
    weight: float | None = Field(default=None, ge=-10, le=10)
    examples: list[ExampleModel] = Field(min_length=1, max_length=50)
    rejects: list[RejectModel] = Field(default_factory=list)


class RuleFileModel(FileModel):
    """One file: the company of the product family, and the family's rules."""

    company: Identifier
    family: ShortText
    rules: list[RuleModel] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class FingerprintRule:
    """One compiled rule. `claims` are (role, company) pairs; `at` is an OID, the start of a command, or empty; `also`
    are patterns whose groups are read after `expression` has matched; `attributes` are those that the rule states
    itself."""

    id: str
    source: Source
    at: str
    expression: re.Pattern[str] | None
    also: tuple[re.Pattern[str], ...]
    claims: tuple[tuple[Role, str], ...]
    component: ComponentKind | None
    attributes: tuple[tuple[str, str], ...]
    weight: float | None

    @property
    def marks_shared_object(self) -> bool:
        """True if the rule names its object only to mark it as evidence for nobody, because others serve copies of
        it."""
        return not self.claims and not self.attributes

    def read(self, text: str) -> "RuleMatch | None":
        """The match in a text that `readable` prepared; None if there is none."""
        if self.expression is None:
            return RuleMatch(self, self.attributes, text)
        match = self.expression.search(text)
        return None if match is None else self._rule_match(match)

    def read_all(self, text: str) -> Iterator["RuleMatch"]:
        """Every match in the text, at most MAX_MATCHES."""
        if self.expression is not None:
            for match in islice(self.expression.finditer(text), MAX_MATCHES):
                yield self._rule_match(match, match.start(), match.end() + NEARBY)

    def _rule_match(self, match: re.Match[str], start: int = 0, end: int = MAX_OUTPUT) -> "RuleMatch":
        groups: dict[str, str] = {}
        further = (also.search(match.string, start, end) for also in self.also)
        for each in (match, *filter(None, further)):
            for group, text in each.groupdict().items():
                if text and text.strip():
                    groups.setdefault(group, text.strip())
        return RuleMatch(self, tuple({**dict(self.attributes), **groups}.items()), match.group(0).strip())


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A rule that matched: the attributes that it read or states, by name, and the words that it matched."""

    rule: FingerprintRule
    attributes: tuple[tuple[str, str], ...]
    words: str

    def attribute(self, name: str) -> str | None:
        """The attribute of that name, if the rule read it."""
        return next((text for known, text in self.attributes if known == name), None)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a folder, by source."""

    by_source: Mapping[Source, tuple[FingerprintRule, ...]]
    _matches: BoundedMemo[tuple[Source, str], tuple[RuleMatch, ...]] = field(
        default_factory=lambda: BoundedMemo(MAX_TEXTS), repr=False, compare=False
    )
    """Cache of the matches of short texts: the devices of one network send the same texts."""
    _objects: BoundedMemo[tuple[int, ...], tuple[FingerprintRule, ...]] = field(
        default_factory=lambda: BoundedMemo(MAX_TEXTS), repr=False, compare=False
    )

    def of(self, source: Source) -> tuple[FingerprintRule, ...]:
        """The rules of one source."""
        return self.by_source.get(source, ())

    def of_objects(self, enterprises: tuple[int, ...]) -> tuple[FingerprintRule, ...]:
        """The rules about objects below these enterprise numbers, and about objects outside the enterprises."""
        known = self._objects.get(enterprises)
        if known is None:
            numbered = ((rule, enterprise_of(rule.at)) for rule in self.of(Source.SNMP_OBJECT))
            known = tuple(rule for rule, number in numbered if number is None or number in enterprises)
            self._objects.keep(enterprises, known)
        return known

    def all(self) -> Iterator[FingerprintRule]:
        """Every rule."""
        for of_source in self.by_source.values():
            yield from of_source

    def match(self, source: Source, at: str, text: str) -> Iterator[RuleMatch]:
        """The match of every rule of a source that matches a text. `at` is that of the observation."""
        if len(text) <= MAX_CACHED:
            yield from (match for match in self._cached(source, text) if not match.rule.at or concerns(match.rule, at))
            return
        for rule in self.of(source):
            if not rule.at or concerns(rule, at):
                match = rule.read(text)
                if match is not None:
                    yield match

    def _cached(self, source: Source, text: str) -> tuple[RuleMatch, ...]:
        matches = self._matches.get((source, text))
        if matches is None:
            matches = tuple(match for rule in self.of(source) if (match := rule.read(text)) is not None)
            self._matches.keep((source, text), matches)
        return matches


def concerns(rule: FingerprintRule, at: str) -> bool:
    """True if a rule applies to the object or command in `at`: an object below the rule's, or an abbreviated
    command."""
    if rule.source is Source.SSH_COMMAND:
        return abbreviates(at, rule.at)
    separator = "." if rule.source.startswith("snmp.") else " "
    return at == rule.at or at.startswith(rule.at + separator)


def readable(source: Source, value: str) -> str:
    """A stored value in the form that rules search: one clean line, or a command's output with its lines kept."""
    if source is not Source.SSH_COMMAND:
        return clean(value)
    return render_output(text_of(value[:MAX_OUTPUT]))


def load_rules(folder: Path, proven: bool = False) -> Rules:
    """Read every rule file below a folder. Raises DataFileError for an unknown key, an invalid or too expensive
    pattern, or an id used twice. For `proven` rules (verification.py) the cost of patterns is not estimated again."""
    if not folder.is_dir():
        flaw = Flaw("whole folder", "does not exist", "a folder of rule files")
        raise DataFileError(folder, (flaw,), "correct the name, or leave it out to use the shipped rules alone")
    rules: dict[Source, list[FingerprintRule]] = {}
    seen: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.yaml")):
        file = read_yaml(path, RuleFileModel)
        for rule in (rule_of(path, file.company, model, proven) for model in file.rules):
            if rule.id in seen:
                raise _flawed(path, rule.id, f"its id is used in {seen[rule.id].name} too", "an id of its own")
            seen[rule.id] = path
            rules.setdefault(rule.source, []).append(rule)
    return Rules({source: tuple(of_source) for source, of_source in rules.items()})


def preferring(own: Rules, shipped: Rules) -> Rules:
    """The rules of two folders together. Of two rules with the same id, the user's own replaces the shipped one."""
    ids = {rule.id for rule in own.all()}
    sources = dict.fromkeys((*shipped.by_source, *own.by_source))
    kept = {source: tuple(rule for rule in shipped.of(source) if rule.id not in ids) for source in sources}
    return Rules({source: own.of(source) + kept[source] for source in sources})


def rule_of(path: Path, company: str, model: RuleModel, proven: bool = False) -> FingerprintRule:
    """Compile one rule of a file; `company` is the file's. Raises DataFileError."""
    if model.pattern is None and model.at is None:
        raise _flawed(path, model.id, "it has neither pattern nor at", "one of them")
    longest = MAX_OUTPUT if model.source is Source.SSH_COMMAND else MAX_TEXT
    try:
        expression = compiled(model.pattern, GROUPS, proven, longest) if model.pattern is not None else None
        also = tuple(compiled(pattern, GROUPS, proven, longest) for pattern in model.also)
    except PatternError as error:
        raise _flawed(path, model.id, f"its pattern {error}", "a pattern of bounded cost") from error
    return FingerprintRule(
        model.id,
        model.source,
        model.at or "",
        expression,
        also,
        _claims(company, model),
        ComponentKind(model.component) if model.component is not None else None,
        tuple((name, text) for name in ("os", "kind", "model") if (text := getattr(model, name)) is not None),
        model.weight,
    )


def _claims(company: str, model: RuleModel) -> tuple[tuple[Role, str], ...]:
    if isinstance(model.claims, dict):
        return tuple(model.claims.items())
    return tuple((role, company) for role in model.claims)


def _flawed(path: Path, rule: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(path, (Flaw(f"rule {rule}", problem, expected),), "correct the rule and load the folder again")
