"""The models of a policy file, and how they become a Policy. One file, one regime."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fingerprints.datafile import FileModel, read_yaml
from fingerprints.device import Level
from fingerprints.errors import DataFileError, Flaw
from reports.judgement.policy import (
    EFFECTS,
    Action,
    Anyone,
    Certainty,
    Citation,
    Counted,
    Criteria,
    Effect,
    ExceptionRule,
    MadeIn,
    Named,
    OnlyThese,
    Policy,
    Rule,
    Standing,
    Where,
    Who,
)
from reports.judgement.verdict import Reason, Tier, Verdict
from reports.judgement.vocabulary import Vocabulary, read_vocabulary

Text = Annotated[str, Field(min_length=1, max_length=2000)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
Texts = tuple[Text, ...]
Declared = dict[str, str]
"""Attributes as the operator writes them on a device."""


class WhoEntry(FileModel):
    """Whom a rule is about: exactly one of these."""

    makers: Annotated[Texts, Field(min_length=1)] | None = None
    criteria: Annotated[Texts, Field(min_length=1)] | None = None
    anyone: Literal[True] | None = None
    only_these: Annotated[Texts, Field(min_length=1)] | None = None
    made_in: Annotated[Texts, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def says_one_thing(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("exactly one of: " + ", ".join(type(self).model_fields))
        return self

    def who(self) -> Who:
        """The same as a value."""
        if self.makers is not None:
            return Named(self.makers)
        if self.criteria is not None:
            return Criteria(self.criteria)
        if self.only_these is not None:
            return OnlyThese(self.only_these)
        if self.made_in is not None:
            return MadeIn(self.made_in)
        return Anyone()


class WhereEntry(FileModel):
    """Which part of a network: every key that is written must be met, by any one of its words."""

    segments: Texts = ()
    tiers: tuple[Tier, ...] = ()
    functions: Texts = ()
    planes: Texts = ()
    generations: Texts = ()
    site_types: Texts = ()

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("segments (or `all`), tiers, functions, planes, generations or site_types")
        return self


class CapEntry(FileModel):
    """A share that may not be passed, in percent of a metric; `counted` where an inventory can count it."""

    percent: float = Field(gt=0, le=100)
    metric: Text
    counted: Counted | None = None


class RuleEntry(FileModel):
    """One clause of a regime."""

    id: Id
    action: Action
    who: WhoEntry | None = None
    where: WhereEntry
    clause: Text | None = None
    announced: date | None = None
    effective: date
    until: date | None = None
    deadline: date | None = None
    cap: CapEntry | None = None
    standing: Standing | None = None
    condition: Text | None = None
    purposes: Texts = ()
    certainty: Certainty | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def hangs_together(self) -> Self:
        effect = EFFECTS[self.action]
        if (effect is Effect.BAN_NEW) != (self.standing is not None):
            raise ValueError("standing: may_stay or presumed_new with a ban on what is new, and with no other action")
        if (self.action is Action.CAP_PERCENT) != (self.cap is not None):
            raise ValueError("cap: {percent, metric} with cap_percent, and with no other action")
        days = [day for day in (self.announced, self.effective, self.until) if day is not None]
        if days != sorted(days):
            raise ValueError("announced, effective and until in the order of time")
        if self.deadline is not None and self.deadline < self.effective:
            raise ValueError("a deadline on or after the effective date")
        return self


class ExceptionEntry(FileModel):
    """What a regime lets pass. With `when`, the operator's own words on a device make it so; without, a person does."""

    id: Id
    says: Text
    when: Declared = Field(default_factory=dict)
    rules: tuple[Id, ...] = ()


class SourceEntry(FileModel):
    """Where a fact can be read."""

    ref: Text
    supports: Text


class ExpectEntry(FileModel):
    """What an example must come to. `rules` are those that make a finding, in the order of the file."""

    verdict: Verdict
    rules: tuple[Id, ...] = ()
    reason: Reason | None = None
    deadline: date | None = None


class ExampleEntry(FileModel):
    """A device as simple as can be, a place, a day, and what the policy must say of it; it runs as a test."""

    name: Text
    kind: Literal["hit", "near_miss", "date_edge"]
    as_of: date
    maker: Id | None = None
    level: Level = Level.CONFIRMED
    suspect: Id | None = None
    optic: Id | None = None
    tier: Tier | None = None
    segment: Text | None = None
    site_type: Text | None = None
    attributes: Declared = Field(default_factory=dict)
    expect: ExpectEntry


class PolicyFile(FileModel):
    """One regime."""

    id: Id
    title: Text
    jurisdiction: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
    authority: Text
    instrument: Text
    citation: Text
    status: Text
    binding: bool
    binds: Annotated[Texts, Field(min_length=1)]
    who: WhoEntry
    certainty: Certainty
    confidence: Text
    sources: tuple[SourceEntry, ...] = ()
    rules: Annotated[tuple[RuleEntry, ...], Field(min_length=1)]
    exceptions: tuple[ExceptionEntry, ...] = ()
    notes: Texts = ()
    examples: tuple[ExampleEntry, ...] = ()

    @model_validator(mode="after")
    def ids_fit(self) -> Self:
        ids = [rule.id for rule in self.rules]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"each rule id once; written twice: {', '.join(twice)}")
        strangers = {name for entry in self.exceptions for name in entry.rules} - set(ids)
        if strangers:
            raise ValueError(f"exceptions from rules that exist; unknown: {', '.join(sorted(strangers))}")
        if self.certainty is Certainty.FOUND and not self.sources:
            raise ValueError("sources, where certainty is found")
        return self


def read_policies(folder: Path) -> tuple[Policy, ...]:
    """Every policy file of a folder, by file name. Raises DataFileError naming file and line."""
    if not folder.is_dir():
        flaw = Flaw("whole folder", "is no folder", "a folder of policy files (*.yaml)")
        raise DataFileError(folder, (flaw,), "create the folder or leave the option out")
    vocabulary = read_vocabulary()
    return tuple(read_policy(path, vocabulary) for path in sorted(folder.glob("*.yaml")))


def read_policy(path: Path, vocabulary: Vocabulary) -> Policy:
    """One policy file. Raises DataFileError."""
    file = read_yaml(path, PolicyFile)
    if file.id != path.stem:
        raise _flawed(path, "id", f"is {file.id}", f"{path.stem}, the name of the file")
    return Policy(
        file.id,
        file.title,
        file.jurisdiction,
        file.authority,
        file.instrument,
        file.citation,
        file.binding,
        file.binds,
        file.status,
        file.certainty,
        file.confidence,
        tuple(_rule(entry, file, vocabulary, path) for entry in file.rules),
        tuple(
            ExceptionRule(entry.id, entry.says, tuple(sorted(entry.when.items())), entry.rules)
            for entry in file.exceptions
        ),
        file.notes,
        tuple(Citation(entry.ref, entry.supports) for entry in file.sources),
    )


def _rule(entry: RuleEntry, file: PolicyFile, vocabulary: Vocabulary, path: Path) -> Rule:
    return Rule(
        id=entry.id,
        action=entry.action,
        who=(entry.who or file.who).who(),
        where=_where(entry, vocabulary, path),
        effective=entry.effective,
        citation=f"{file.citation}, {entry.clause}" if entry.clause else file.citation,
        announced=entry.announced,
        until=entry.until,
        deadline=entry.deadline,
        cap_percent=entry.cap.percent if entry.cap else None,
        metric=entry.cap.metric if entry.cap else None,
        counted=entry.cap.counted if entry.cap else None,
        standing=entry.standing,
        condition=entry.condition,
        purposes=entry.purposes,
        certainty=entry.certainty or file.certainty,
        note=entry.note or "",
    )


def _where(entry: RuleEntry, vocabulary: Vocabulary, path: Path) -> Where:
    place = f"rules.{entry.id}.where"
    _all_known(path, f"{place}.planes", entry.where.planes, vocabulary.planes)
    _all_known(path, f"{place}.generations", entry.where.generations, vocabulary.generations)
    _all_known(path, f"{place}.site_types", entry.where.site_types, vocabulary.site_types)
    names = tuple(name for name in entry.where.segments if name != "all")
    _all_known(path, f"{place}.segments", names, (*vocabulary.segments, *vocabulary.groups))
    segments = vocabulary.named_by(names)
    tiers = {vocabulary.segments[name].tier for name in segments} | set(entry.where.tiers)
    segments |= {name for name, segment in vocabulary.segments.items() if segment.tier in entry.where.tiers}
    whole = {
        tier
        for tier in tiers
        if all(segment.id in segments for segment in vocabulary.segments.values() if segment.tier is tier)
    }
    return Where(
        everywhere=not names and not entry.where.tiers,
        segments=frozenset(segments),
        wider=frozenset(wide for name in segments for wide in vocabulary.broader(name)) - segments,
        whole_tiers=frozenset(whole),
        part_tiers=frozenset(tiers - whole),
        functions=entry.where.functions,
        planes=entry.where.planes,
        generations=entry.where.generations,
        site_types=entry.where.site_types,
        known={name: segment.tier for name, segment in vocabulary.segments.items()},
    )


def _all_known(path: Path, place: str, words: tuple[str, ...], known: tuple[str, ...]) -> None:
    for word in words:
        if word not in known:
            raise _flawed(path, place, f"{word} is unknown", f"one of {', '.join(known)}")


def _flawed(path: Path, place: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(path, (Flaw(place, problem, expected),), "correct the file and run the same command again")
