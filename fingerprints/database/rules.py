"""Fingerprint rules: what a device says, and what it proves. One YAML file a product family (README.md shows how).

A rule looks at one source, at an object or command where it names one (`at`), for a pattern in the text. Named groups
carry what was read; `claims` says in which roles the file's company is proven. There is no order and no priority:
each example is matched by exactly one rule of its source, over the whole folder.
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
from fingerprints.model.device import Role
from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.evidence import Source, text_of
from fingerprints.model.observation_index import MAX_OUTPUT, MAX_TEXT, clean
from fingerprints.model.transcript import abbreviates, as_printed

GROUPS = ("model", "version", "serial", "hardware", "os", "kind", "mac", "maker", "name")
"""What a named group of a pattern may be called: a trait of the device, or its own maker's name."""

MAX_MATCHES = 2000
"""Parts that one command's output may list."""

NEARBY = 800
"""Characters behind one part's match in which its further patterns look."""

MAX_TEXTS = 16_384
MAX_KEPT = 512
"""Texts whose reading is kept, and characters of one that is."""

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=80)]
ShortText = Annotated[str, Field(min_length=1, max_length=400)]


class ExampleModel(FileModel):
    """A text that the rule must match, the traits it must read from it, and where the text comes from."""

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


class RejectModel(FileModel):
    """A text that the rule must not match, and why somebody might think it would."""

    text: str = Field(max_length=MAX_TEXT)
    because: ShortText


class RuleModel(FileModel):
    """One rule as a file writes it."""

    id: Identifier
    source: Source
    at: ShortText | None = None
    pattern: str | None = Field(default=None, max_length=2000)
    also: list[Annotated[str, Field(max_length=2000)]] = Field(default_factory=list, max_length=8)
    claims: dict[Role, Identifier] | list[Role] = Field(default_factory=list)
    component: Literal["optic", "card", "power-supply", "fan", "chassis", "stack-member", "other"] | None = None
    os: ShortText | None = None
    kind: ShortText | None = None
    model: ShortText | None = None
    weight: float | None = Field(default=None, ge=-10, le=10)
    examples: list[ExampleModel] = Field(min_length=1, max_length=50)
    rejects: list[RejectModel] = Field(default_factory=list)


class RuleFileModel(FileModel):
    """One file: the company that the family belongs to, and the family's rules."""

    company: Identifier
    family: ShortText
    rules: list[RuleModel] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule ready to match: `claims` is (role, company) pairs, `at` an OID, the start of a command, or empty; `also`
    are further patterns whose groups are read once `expression` has matched."""

    id: str
    source: Source
    at: str
    expression: re.Pattern[str] | None
    also: tuple[re.Pattern[str], ...]
    claims: tuple[tuple[Role, str], ...]
    component: str | None
    traits: tuple[tuple[str, str], ...]
    weight: float | None

    @property
    def says_nobodys(self) -> bool:
        """Whether it names its object only to say that it is nobody's."""
        return not self.claims and not self.traits

    def read(self, text: str) -> "Found | None":
        """What the rule reads from a text already cleaned; None where it does not match."""
        if self.expression is None:
            return Found(self, self.traits, text)
        match = self.expression.search(text)
        return None if match is None else self._found(match)

    def read_all(self, text: str) -> Iterator["Found"]:
        """What the rule reads at each place where it matches, MAX_MATCHES at most."""
        if self.expression is not None:
            for match in islice(self.expression.finditer(text), MAX_MATCHES):
                yield self._found(match, match.start(), match.end() + NEARBY)

    def _found(self, match: re.Match[str], start: int = 0, end: int = MAX_OUTPUT) -> "Found":
        read: dict[str, str] = {}
        for one in (match, *(further for also in self.also if (further := also.search(match.string, start, end)))):
            for group, text in one.groupdict().items():
                if text and text.strip():
                    read.setdefault(group, text.strip())
        return Found(self, tuple({**dict(self.traits), **read}.items()), match.group(0).strip())


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that matched: the traits it read or knows, by name, and the words it matched."""

    rule: Rule
    traits: tuple[tuple[str, str], ...]
    words: str

    def trait(self, name: str) -> str | None:
        """One trait by its group's name."""
        return next((text for known, text in self.traits if known == name), None)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a folder, by source."""

    by_source: Mapping[Source, tuple[Rule, ...]]
    _read: dict[tuple[Source, str], tuple[Found, ...]] = field(default_factory=dict, repr=False, compare=False)
    """What short texts were read as before: a network's devices say the same things."""
    _objects: dict[tuple[int, ...], tuple[Rule, ...]] = field(default_factory=dict, repr=False, compare=False)

    def of(self, source: Source) -> tuple[Rule, ...]:
        """The rules of one source."""
        return self.by_source.get(source, ())

    def of_objects(self, enterprises: tuple[int, ...]) -> tuple[Rule, ...]:
        """The rules about objects that can find something where there are private trees of these enterprises."""
        known = self._objects.get(enterprises)
        if known is None:
            asked = ((rule, enterprise_of(rule.at)) for rule in self.of(Source.SNMP_OBJECT))
            known = tuple(rule for rule, number in asked if number is None or number in enterprises)
            if len(self._objects) < MAX_TEXTS:
                self._objects[enterprises] = known
        return known

    def all(self) -> Iterator[Rule]:
        """Every rule."""
        for of_source in self.by_source.values():
            yield from of_source

    def match(self, source: Source, at: str, text: str) -> Iterator[Found]:
        """Every rule of a source that a text matches. `at` is the observation's own."""
        if len(text) <= MAX_KEPT:
            yield from (found for found in self._known(source, text) if not found.rule.at or concerns(found.rule, at))
            return
        for rule in self.of(source):
            if not rule.at or concerns(rule, at):
                found = rule.read(text)
                if found is not None:
                    yield found

    def _known(self, source: Source, text: str) -> tuple[Found, ...]:
        known = self._read.get((source, text))
        if known is None:
            known = tuple(found for rule in self.of(source) if (found := rule.read(text)) is not None)
            if len(self._read) < MAX_TEXTS:
                self._read[source, text] = known
        return known


def concerns(rule: Rule, at: str) -> bool:
    """Whether a rule looks at the object or command that `at` names."""
    if rule.source is Source.SSH_COMMAND:
        return abbreviates(at, rule.at)
    separator = "." if rule.source.startswith("snmp.") else " "
    return at == rule.at or at.startswith(rule.at + separator)


def readable(source: Source, value: str) -> str:
    """A kept value as rules see it: one clean line, or a command's output with its lines kept."""
    if source is not Source.SSH_COMMAND:
        return clean(value)
    return as_printed(text_of(value[:MAX_OUTPUT]))


def load_rules(folder: Path, proven: bool = False) -> Rules:
    """Read every rule file under a folder. Raises DataFileError: a key nobody knows, a pattern that is none, that is
    too dear, or an id used twice. Where rules are `proven` (verify.py), what patterns cost is not estimated again."""
    if not folder.is_dir():
        flaw = Flaw("whole folder", "there is no such folder", "a folder of rule files")
        raise DataFileError(folder, (flaw,), "correct the name, or leave it out to use the shipped rules alone")
    rules: dict[Source, list[Rule]] = {}
    seen: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.yaml")):
        file = read_yaml(path, RuleFileModel)
        for rule in (rule_of(path, file.company, model, proven) for model in file.rules):
            if rule.id in seen:
                raise _flawed(path, rule.id, f"its id stands in {seen[rule.id].name} too", "an id of its own")
            seen[rule.id] = path
            rules.setdefault(rule.source, []).append(rule)
    return Rules({source: tuple(of_it) for source, of_it in rules.items()})


def preferring(own: Rules, shipped: Rules) -> Rules:
    """Two folders' rules as one; where both have a rule of one id, the first folder's stands."""
    ids = {rule.id for rule in own.all()}
    sources = dict.fromkeys((*shipped.by_source, *own.by_source))
    kept = {source: tuple(rule for rule in shipped.of(source) if rule.id not in ids) for source in sources}
    return Rules({source: own.of(source) + kept[source] for source in sources})


def rule_of(path: Path, company: str, model: RuleModel, proven: bool = False) -> Rule:
    """One rule of a file ready to match; `company` is the file's. Raises DataFileError."""
    if model.pattern is None and model.at is None:
        raise _flawed(path, model.id, "it has neither pattern nor at", "one of them")
    try:
        expression = compiled(model.pattern, GROUPS, proven) if model.pattern is not None else None
        also = tuple(compiled(pattern, GROUPS, proven) for pattern in model.also)
    except PatternError as error:
        raise _flawed(path, model.id, f"its pattern {error}", "a pattern of bounded cost") from error
    return Rule(
        model.id,
        model.source,
        model.at or "",
        expression,
        also,
        _claims(company, model),
        model.component,
        tuple((name, text) for name in ("os", "kind", "model") if (text := getattr(model, name)) is not None),
        model.weight,
    )


def _claims(company: str, model: RuleModel) -> tuple[tuple[Role, str], ...]:
    if isinstance(model.claims, dict):
        return tuple(model.claims.items())
    return tuple((role, company) for role in model.claims)


def _flawed(path: Path, rule: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(path, (Flaw(f"rule {rule}", problem, expected),), "correct the rule and load the folder again")
