"""The format of a policy file: one file, one policy. policy_reader makes a policy.Policy of it."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fingerprints.database.yaml_file import FileModel
from fingerprints.model.device import Level
from fingerprints.model.repeated import repeated
from reports.policy.action import EFFECTS, Action, Certainty, Counted, Effect, Standing
from reports.policy.policy import OWN_JURISDICTION
from reports.policy.status import Status
from reports.policy.verdict import Reason, Verdict
from reports.policy.vocabulary import Tier

Text = Annotated[str, Field(min_length=1, max_length=2000)]
ID_PATTERN = r"^[a-z0-9][a-z0-9_-]*$"
MAX_ID = 60
Id = Annotated[str, Field(pattern=ID_PATTERN, max_length=MAX_ID)]
Texts = tuple[Text, ...]
Declared = dict[str, str]
"""Attributes as the operator declares them on a device."""


class ModelsEntry(FileModel):
    """Models of one maker, by patterns in which `*` and `?` may stand."""

    maker: Text
    models: Annotated[Texts, Field(min_length=1)]


class WhoEntry(FileModel):
    """Whom a rule is about: exactly one of these."""

    makers: Annotated[Texts, Field(min_length=1)] | None = None
    criteria: Annotated[Texts, Field(min_length=1)] | None = None
    anyone: Literal[True] | None = None
    only_these: Annotated[Texts, Field(min_length=1)] | None = None
    made_in: Annotated[Texts, Field(min_length=1)] | None = None
    made_outside: Annotated[Texts, Field(min_length=1)] | None = None
    of_models: ModelsEntry | None = None

    @model_validator(mode="after")
    def has_one_key(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("exactly one of: " + ", ".join(type(self).model_fields))
        return self


class WhereEntry(FileModel):
    """Which part of a network: a place must meet every key in the file, by any one of its words."""

    segments: Texts = ()
    tiers: tuple[Tier, ...] = ()
    functions: Texts = ()
    planes: Texts = ()
    generations: Texts = ()
    site_types: Texts = ()

    @model_validator(mode="after")
    def has_a_key(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("segments (or `all`), tiers, functions, planes, generations or site_types")
        return self


class CapEntry(FileModel):
    """The largest share allowed, in percent of a metric; `counted` where an inventory can count the metric."""

    percent: float = Field(gt=0, le=100)
    metric: Text
    counted: Counted | None = None


class TermEntry(FileModel):
    """A last day that no text names: so many years or months after an event that only the operator can date."""

    years: int = Field(default=0, ge=0, le=50)
    months: int = Field(default=0, ge=0, le=600)
    event: Text
    declared_as: Id

    @model_validator(mode="after")
    def has_a_length(self) -> Self:
        if not self.years and not self.months:
            raise ValueError("years or months, at least one of them not 0")
        return self


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
    deadline_after: TermEntry | None = None
    cap: CapEntry | None = None
    standing: Standing | None = None
    condition: Text | None = None
    purposes: Texts = ()
    certainty: Certainty | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def is_consistent(self) -> Self:
        effect = EFFECTS[self.action]
        if effect is Effect.SUPPORT:
            raise ValueError("an action of a policy; the ends of support stand in a file of their own (--support)")
        if effect is not Effect.CONSENT and (effect is Effect.BAN_NEW) != (self.standing is not None):
            raise ValueError("standing: may_stay or presumed_new with a ban on what is new, and else only with consent")
        if (self.action is Action.CAP_PERCENT) != (self.cap is not None):
            raise ValueError("cap: {percent, metric} with cap_percent, and with no other action")
        days = [day for day in (self.announced, self.effective, self.until) if day is not None]
        if days != sorted(days):
            raise ValueError("announced, effective and until in the order of time")
        if self.deadline is not None and self.deadline_after is not None:
            raise ValueError("deadline or deadline_after, not both")
        if self.deadline_after is not None and effect is not Effect.BAN:
            raise ValueError("deadline_after only with a ban or an order to remove")
        if self.deadline is not None and self.deadline < self.effective:
            raise ValueError("a deadline on or after the effective date")
        return self


class ExceptionEntry(FileModel):
    """What a regime exempts: devices on which the operator declares every attribute of `when`. Without `when`, a person
    decides."""

    id: Id
    says: Text
    when: Declared = Field(default_factory=dict)
    rules: tuple[Id, ...] = ()


class SourceEntry(FileModel):
    """Where a person can read a fact."""

    ref: Text
    supports: Text


class ExpectEntry(FileModel):
    """The expected result of an example. `rules` are those that make a finding, in the order of the file."""

    verdict: Verdict
    rules: tuple[Id, ...] = ()
    reason: Reason | None = None
    deadline: date | None = None


class ExampleEntry(FileModel):
    """A simple device, a place, a day, and what the policy must say of it. It runs as a test."""

    name: Text
    kind: Literal["hit", "near_miss", "date_edge"]
    as_of: date
    maker: Id | None = None
    level: Level = Level.CONFIRMED
    suspect: Id | None = None
    optic: Id | None = None
    model: Text | None = None
    tier: Tier | None = None
    segment: Text | None = None
    function: Text | None = None
    site_type: Text | None = None
    attributes: Declared = Field(default_factory=dict)
    expect: ExpectEntry


class PolicyFile(FileModel):
    """One regime. What stands without a default every file needs; the rest an operator's own policy may leave out."""

    id: Id
    title: Text
    jurisdiction: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")] = OWN_JURISDICTION
    authority: Text = "the operator"
    instrument: Text = "the operator's own decision"
    citation: Text = "the operator's own decision"
    status: Status = Status.IN_FORCE
    status_note: Text | None = None
    superseded_by: Id | None = None
    until: date | None = None
    """The first day on which it no longer holds: of every rule that names no other."""
    binding: bool = True
    binds: Annotated[Texts, Field(min_length=1)] = ("the operator",)
    roles: Texts = ()
    who: WhoEntry
    certainty: Certainty = Certainty.OWN
    confidence: Text = "the operator's own text"
    sources: tuple[SourceEntry, ...] = ()
    rules: Annotated[tuple[RuleEntry, ...], Field(min_length=1)]
    exceptions: tuple[ExceptionEntry, ...] = ()
    notes: Texts = ()
    examples: tuple[ExampleEntry, ...] = ()

    @model_validator(mode="after")
    def ids_are_known(self) -> Self:
        ids = [rule.id for rule in self.rules]
        twice = repeated(ids)
        if twice:
            raise ValueError(f"each rule id once; written twice: {', '.join(twice)}")
        unknown = {name for entry in self.exceptions for name in entry.rules} - set(ids)
        if unknown:
            raise ValueError(f"exceptions from rules that exist; unknown: {', '.join(sorted(unknown))}")
        if self.superseded_by is not None and self.status is not Status.SUPERSEDED:
            raise ValueError("superseded_by only with status: superseded")
        if self.certainty is Certainty.FOUND and not self.sources:
            raise ValueError("sources, where certainty is found")
        return self
