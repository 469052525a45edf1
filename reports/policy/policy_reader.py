"""Reads policy files: one file, one policy."""

from pathlib import Path

from fingerprints.database.yaml_file import read_yaml
from fingerprints.model.errors import DataFileError, Flaw
from reports.policy.policy import Citation, ExceptionRule, Policy, Rule, Term
from reports.policy.policy_file import PolicyFile, RuleEntry, TermEntry, WhoEntry
from reports.policy.vocabulary import Vocabulary
from reports.policy.vocabulary_file import read_vocabulary
from reports.policy.where import Where
from reports.policy.who import Anyone, Criteria, MadeIn, MadeOutside, Named, OfModels, OnlyThese, Who


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
    _all_known(path, "roles", file.roles, tuple(vocabulary.roles))
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
        file.roles,
        file.status_note or "",
        file.superseded_by,
        file.until,
    )


def _rule(entry: RuleEntry, file: PolicyFile, vocabulary: Vocabulary, path: Path) -> Rule:
    return Rule(
        id=entry.id,
        action=entry.action,
        who=_who(entry.who or file.who),
        where=_where(entry, vocabulary, path),
        effective=entry.effective,
        citation=f"{file.citation}, {entry.clause}" if entry.clause else file.citation,
        announced=entry.announced,
        until=entry.until or file.until,
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
    if entry.of_models is not None:
        return OfModels(entry.of_models.maker, entry.of_models.models)
    return Anyone()


def _where(entry: RuleEntry, vocabulary: Vocabulary, path: Path) -> Where:
    place = f"rules.{entry.id}.where"
    _all_known(path, f"{place}.planes", entry.where.planes, vocabulary.planes)
    _all_known(path, f"{place}.generations", entry.where.generations, vocabulary.generations)
    _all_known(path, f"{place}.site_types", entry.where.site_types, vocabulary.site_types)
    names = tuple(name for name in entry.where.segments if name != "all")
    _all_known(path, f"{place}.segments", names, (*vocabulary.segments, *vocabulary.groups))
    segments = vocabulary.named_by(names)
    boxes = [segment for segment in vocabulary.segments.values() if segment.equipment]
    tiers = {segment.tier for segment in boxes if segment.id in segments} | set(entry.where.tiers)
    segments |= {name for name, segment in vocabulary.segments.items() if segment.tier in entry.where.tiers}
    whole = {tier for tier in tiers if all(segment.id in segments for segment in boxes if segment.tier is tier)}
    wider = frozenset(wide for name in segments for wide in vocabulary.broader(name)) - segments
    return Where(
        everywhere=not names and not entry.where.tiers,
        segments=frozenset(segments),
        wider=wider,
        whole_tiers=frozenset(whole),
        part_tiers=frozenset(tiers - whole),
        functions=entry.where.functions,
        planes=entry.where.planes,
        generations=entry.where.generations,
        site_types=entry.where.site_types,
        wider_generations={
            wide: generations
            for wide in sorted(wider)
            if (generations := vocabulary.generations_within(wide, segments))
        },
        known={name: segment.tier for name, segment in vocabulary.segments.items()},
    )


def _all_known(path: Path, place: str, words: tuple[str, ...], known: tuple[str, ...]) -> None:
    for word in words:
        if word not in known:
            raise _flawed(path, place, f"{word} is unknown", f"one of {', '.join(known)}")


def _flawed(path: Path, place: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(path, (Flaw(place, problem, expected),), "correct the file and run the same command again")
