"""A policy as data: who is named, where, what follows, from when, and how sure we are that it says so.

Five shapes of law fit: named makers by part of a network and date (Named), criteria that name nobody (Criteria),
permission before use (Anyone with an action of consent), an allow-list that denies the rest (OnlyThese), and a place
of production (MadeIn, MadeOutside). These are facts for an operator to check, not legal advice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from fingerprints.database.yaml_file import read_yaml
from fingerprints.model.errors import DataFileError, Flaw, KitscanError
from reports.policy.action import Action, Certainty, Counted, Standing
from reports.policy.policy_file import PolicyFile, RuleEntry, TermEntry, WhoEntry
from reports.policy.verdict import OWN_ZONES
from reports.policy.vocabulary import Tier, Vocabulary, read_vocabulary

SHIPPED = Path(__file__).with_name("policies")

DEFAULT_SET = ("gb-bt-policy-2018", "gb-dvd-huawei-2022", "us-889a")
"""What the demo judges by, and a run whose operator has named no policy. Criteria-only regimes refer every device in
their segments whoever made it, so they are judged only where an operator says that they bind him."""


FROM_MEMORY = "(from memory, to be checked)"
"""What the title of a policy ends with that no source backs."""


@dataclass(frozen=True, slots=True)
class Named:
    """Makers by id; what belonged to one of them on the day of judgement counts as theirs."""

    makers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Criteria:
    """Nobody by name: the authority judges by these. A scan can only refer what stands in the rule's segments."""

    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Anyone:
    """Every maker."""


@dataclass(frozen=True, slots=True)
class OnlyThese:
    """An allow-list: everybody but these makers."""

    makers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MadeIn:
    """Whoever made it, if it was produced in one of these countries (ISO 3166 codes)."""

    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MadeOutside:
    """Whoever made it, unless it was produced in these countries alone."""

    countries: tuple[str, ...]


Who = Named | Criteria | Anyone | OnlyThese | MadeIn | MadeOutside


@dataclass(frozen=True, slots=True)
class Where:
    """The part of a network that a rule is about: every word that is not empty must be met.

    `segments` is complete (groups and what lies within are spelt out), `wider` holds the segments of which only a part
    is meant, `whole_tiers` and `part_tiers` the tiers all or some of whose segments are. `known` is every segment of
    the vocabulary with its tier. `everywhere` overrides the segments.
    """

    everywhere: bool
    segments: frozenset[str] = frozenset()
    wider: frozenset[str] = frozenset()
    whole_tiers: frozenset[Tier] = frozenset()
    part_tiers: frozenset[Tier] = frozenset()
    functions: tuple[str, ...] = ()
    planes: tuple[str, ...] = ()
    generations: tuple[str, ...] = ()
    site_types: tuple[str, ...] = ()
    known: Mapping[str, Tier] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Term:
    """A last day that no text names: `months` after an `event` whose date the operator gives as `declared_as`."""

    months: int
    event: str
    declared_as: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One clause. `announced` is the day from which it was known, `effective` when the duty starts, `until` the first
    day on which it no longer holds, `deadline` the last day to comply. `condition` is what a scan cannot see and the
    rule turns on; `purposes` the uses it is about, presumed met where the operator says nothing."""

    id: str
    action: Action
    who: Who
    where: Where
    effective: date
    citation: str
    announced: date | None = None
    until: date | None = None
    deadline: date | None = None
    cap_percent: float | None = None
    metric: str | None = None
    counted: Counted | None = None
    standing: Standing | None = None
    condition: str | None = None
    purposes: tuple[str, ...] = ()
    certainty: Certainty = Certainty.FOUND
    note: str = ""
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """What takes a box out of a policy: all of `when` (attribute, value) must be the operator's own words on it."""

    id: str
    says: str
    when: tuple[tuple[str, str], ...] = ()
    rules: tuple[str, ...] = ()
    """The rules it excepts from; all where empty."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a fact can be read: an address, and what it supports."""

    ref: str
    supports: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One regime. `notes` is what a scan cannot tell about it, said once in a document."""

    id: str
    title: str
    jurisdiction: str
    authority: str
    instrument: str
    citation: str
    binding: bool
    binds: tuple[str, ...]
    status: str
    certainty: Certainty
    confidence: str
    rules: tuple[Rule, ...]
    exceptions: tuple[ExceptionRule, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()


def load_policies(
    ids: tuple[str, ...] | None, folder: Path | None = None, unverified: bool = False
) -> tuple[Policy, ...]:
    """The policies of these ids in that order, all that are known for None: shipped ones and the user's own `folder`.

    Shipped ones that are from memory alone come only where `unverified` asks for them, and their titles say so.
    Raises KitscanError for an id that is not known or that only `unverified` lets in, and DataFileError for a file
    that cannot be read.
    """
    known = {policy.id: _marked(policy) for policy in read_policies(SHIPPED)}
    recalled = frozenset(name for name, policy in known.items() if policy.certainty is Certainty.KNOWLEDGE)
    if folder is not None:
        known |= _own(read_policies(folder), known, folder)
    if ids is None:
        return tuple(known[name] for name in sorted(known) if unverified or name not in recalled)
    if not unverified:
        _refuse([name for name in ids if name in recalled])
    return tuple(_known(name, known) for name in dict.fromkeys(ids))


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


def _own(policies: tuple[Policy, ...], shipped: dict[str, Policy], folder: Path) -> dict[str, Policy]:
    for policy in policies:
        if policy.id == OWN_ZONES:
            raise KitscanError(
                f"{folder}: the policy id {OWN_ZONES} stands for findings about your zones file\n"
                "Next: give your policy another id"
            )
        if policy.id in shipped:
            raise KitscanError(
                f"{folder}: the policy {policy.id} has the id of one that ships with kitscan\n"
                "Next: give your own policy an id of its own, such as the operator's name before it"
            )
    return {policy.id: policy for policy in policies}


def _marked(policy: Policy) -> Policy:
    recalled = policy.certainty is Certainty.KNOWLEDGE
    return replace(policy, title=f"{policy.title} {FROM_MEMORY}") if recalled else policy


def recalled_rules(policy: Policy) -> tuple[str, ...]:
    """The rules that are from memory in a policy that as a whole is not."""
    if policy.certainty is Certainty.KNOWLEDGE:
        return ()
    return tuple(rule.id for rule in policy.rules if rule.certainty is Certainty.KNOWLEDGE)


def _refuse(recalled: list[str]) -> None:
    if recalled:
        raise KitscanError(
            f"from memory alone, and not checked against a source: {', '.join(recalled)}\n"
            f"Next: read it (kitscan policy show {recalled[0]}), and add --include-unverified if you want it still"
        )


def _known(name: str, known: dict[str, Policy]) -> Policy:
    if name in known:
        return known[name]
    raise KitscanError(
        f"there is no policy {name}{_meant(name, known)}\nNext: name one of these: {', '.join(sorted(known))}"
    )


def _meant(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name.casefold(), sorted(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""


def _rule(entry: RuleEntry, file: PolicyFile, vocabulary: Vocabulary, path: Path) -> Rule:
    return Rule(
        id=entry.id,
        action=entry.action,
        who=_who(entry.who or file.who),
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
        term=_term(entry.deadline_after),
    )


def _term(entry: TermEntry | None) -> Term | None:
    return None if entry is None else Term(12 * entry.years + entry.months, entry.event, entry.declared_as)


def _who(entry: WhoEntry) -> Who:
    if entry.makers is not None:
        return Named(entry.makers)
    if entry.criteria is not None:
        return Criteria(entry.criteria)
    if entry.only_these is not None:
        return OnlyThese(entry.only_these)
    if entry.made_in is not None:
        return MadeIn(entry.made_in)
    if entry.made_outside is not None:
        return MadeOutside(entry.made_outside)
    return Anyone()


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
