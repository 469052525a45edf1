"""Checks of a pack of policies before it replaces those in use: it is judged as `kitscan policy test` judges it."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from fingerprints.database.companies.companies import load_companies
from fingerprints.model.errors import DataFileError, Flaw
from reports.document.finding_wording import difference_text
from reports.judgement.policy_views.worked_examples import run_examples
from reports.policy.maker_names import unknown_maker_text, unknown_makers
from reports.policy.policy import Policy
from reports.policy.policy_reader import read_policies
from reports.policy.policy_set import DEFAULT_SET


def count_policies(policies: tuple[Policy, ...]) -> dict[str, int]:
    """The number of policies, and of their rules."""
    return {"policies": len(policies), "rules": sum(len(policy.rules) for policy in policies)}


def check_policies(texts: Mapping[str, str]) -> tuple[dict[str, int], tuple[Flaw, ...]]:
    """Read every policy of a pack and judge its worked examples. Returns the entries by part, and the flaws: a file
    that cannot be read, an example that comes out otherwise, a maker or successor that nobody knows, and a policy of
    the default set that is not there."""
    with tempfile.TemporaryDirectory(prefix="kitscan-policies-") as place:
        folder = Path(place)
        for file_name, text in texts.items():
            (folder / file_name).write_text(text, encoding="utf-8")
        try:
            policies = read_policies(folder)
        except DataFileError as error:
            file = Path(error.path).name
            return {}, tuple(Flaw(f"{file}: {flaw.place}", flaw.problem, flaw.expected) for flaw in error.flaws)
        return count_policies(policies), tuple(_flaws(folder, policies))


def _flaws(folder: Path, policies: tuple[Policy, ...]) -> Iterator[Flaw]:
    companies, ids = load_companies(), {policy.id for policy in policies}
    for policy in policies:
        for example in run_examples(folder / f"{policy.id}.yaml", companies):
            for difference in example.differences:
                yield Flaw(f"{policy.id}: example {example.name!r}", difference_text(difference), "as written")
        if policy.superseded_by is not None and policy.superseded_by not in ids:
            yield Flaw(f"{policy.id}: superseded_by", f"{policy.superseded_by} is no policy of the pack", "its id")
    for maker in unknown_makers(policies, companies):
        yield Flaw(maker.policy, unknown_maker_text(maker), "a maker that the companies data know")
    for missing in sorted(set(DEFAULT_SET) - ids):
        yield Flaw(missing, "is missing", "every policy of the set that judges where nobody chose")
