"""Which policies a run is judged by, and who chose them."""

import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError
from reports.policy.choice import OtherRole
from reports.policy.policy_set import DEFAULT_SET
from scanner.cli.assessment.reporting import assessment_options_of
from scanner.cli.options import ReportRequest
from scanner.config import read_config

DAY = date(2026, 1, 1)


def chosen(folder: Path, config: str, *policy: str) -> tuple[tuple[str, ...], str]:
    (folder / "kitscan.yaml").write_text(config)
    asked = ReportRequest(policy=policy)
    options = assessment_options_of(asked, read_config(folder), DAY)
    return tuple(policy.id for policy in options.policies), options.policies_chosen


def binding(folder: Path, config: str) -> bool:
    (folder / "kitscan.yaml").write_text(config)
    return assessment_options_of(ReportRequest(), read_config(folder), DAY).binding


def test_the_command_line_chooses_before_kitscan_yaml(tmp_path: Path) -> None:
    ids, by = chosen(tmp_path, "policies: [us-889a]\n", "jp-procurement-2018")
    assert (ids, by) == (("jp-procurement-2018",), "chosen by --policy")


def test_where_nobody_chose_the_report_says_so(tmp_path: Path) -> None:
    ids, by = chosen(tmp_path, "")
    assert ids == DEFAULT_SET
    assert by.startswith("nobody chose")


def test_only_policies_that_somebody_chose_bind(tmp_path: Path) -> None:
    configs = ("", "policies: [us-889a]\n", "operator: {jurisdictions: [us]}\n", "operator: {policies: [us-889a]}\n")
    assert [binding(tmp_path, config) for config in configs] == [False, True, True, True]


OWN = """\
id: {name}
title: an order of our own
jurisdiction: {jurisdiction}
roles: [{role}]
who: {{makers: [huawei]}}
rules: [{{id: out, action: prohibit_use, where: {{segments: [all]}}, effective: 2020-01-01}}]
"""


def own_policies(folder: Path, *policies: tuple[str, str, str]) -> Path:
    """A folder of policies, each with its id, its jurisdiction and the role that it binds."""
    place = folder / "own"
    place.mkdir()
    for name, jurisdiction, role in policies:
        (place / f"{name}.yaml").write_text(OWN.format(name=name, jurisdiction=jurisdiction, role=role))
    return place


def test_an_operators_jurisdictions_and_roles_choose_and_the_rest_of_them_is_left_out(tmp_path: Path) -> None:
    roles = (("se-a", "SE", "mobile operator"), ("se-b", "SE", "camera owner"), ("no-c", "NO", "mobile operator"))
    own_policies(tmp_path, *roles)
    (tmp_path / "kitscan.yaml").write_text(
        "operator: {jurisdictions: [se], bound_as: [Mobile Operator]}\npolicies_folder: own\n"
    )
    options = assessment_options_of(ReportRequest(), read_config(tmp_path), DAY)
    assert {"se-a", "se-pts-2020"} <= {policy.id for policy in options.policies}
    assert {"se-b", "no-c"}.isdisjoint(policy.id for policy in options.policies)
    assert ("se-b", OtherRole(("camera owner",))) in [
        (policy.id, policy.reason) for policy in options.policy_limits.left_out
    ]


def test_a_policy_that_the_operator_names_comes_in_addition_whatever_its_status(tmp_path: Path) -> None:
    alone, _ = chosen(tmp_path, "operator: {jurisdictions: [gb]}\n")
    both, _ = chosen(tmp_path, "operator: {jurisdictions: [gb], policies: [gb-bt-policy-2018, us-889a]}\n")
    assert both == (*alone, "gb-bt-policy-2018", "us-889a")


def test_the_operator_that_kitscan_init_shows_chooses(tmp_path: Path) -> None:
    template = files("scanner.cli.project_files").joinpath("kitscan.yaml").read_text(encoding="utf-8")
    shown = re.search(r"(?m)^# operator:\n(#   .*\n)+", template)
    assert shown is not None
    ids, by = chosen(tmp_path, re.sub(r"(?m)^# ", "", shown[0]))
    assert {"de-bsig-41", "se-pts-2020", "eu-5g-toolbox", "us-889b"} <= set(ids)
    assert not [name for name in ids if name[:2] not in ("de", "se", "eu") and name != "us-889b"]
    assert by.startswith("those that bind the operator")


def test_a_folder_of_the_command_line_holds_policies_too(tmp_path: Path) -> None:
    folder = own_policies(tmp_path, ("own-a", "SE", "mobile operator"))
    options = assessment_options_of(ReportRequest(policy=("own-a",), folder=folder), read_config(tmp_path), DAY)
    assert [policy.id for policy in options.policies] == ["own-a"]


@pytest.mark.parametrize(
    ("operator", "said"),
    [
        ("bound_as: [federal contractors]", r"operator.bound_as: 'federal contractors' .* expected federal contractor"),
        ("bound_as: [zzz]", r"operator.bound_as: 'zzz' is not known; expected one of: mobile operator; fixed operator"),
        ("jurisdictions: [germny]", r"operator.jurisdictions: 'germny' is not known; expected DE \(Germany\)"),
        ("jurisdictions: [us-te]", r"operator.jurisdictions: 'us-te' is not known; expected an ISO 3166 code"),
    ],
)
def test_a_word_that_means_nothing_is_an_error_with_a_suggestion(tmp_path: Path, operator: str, said: str) -> None:
    with pytest.raises(DataFileError, match=said):
        chosen(tmp_path, f"operator: {{{operator}}}\n")
