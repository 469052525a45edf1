"""Permits and policies from memory reach a report from the options and from kitscan.yaml alike."""

from datetime import date
from pathlib import Path

import pytest

from fingerprints.model.errors import KitscanError
from reports.judgement.permits import Permits
from scanner.cli.assessment.reporting import assessment_options_of
from scanner.cli.options import ReportRequest
from scanner.config import read_config

DAY = date(2026, 11, 22)


def asked(
    permits: Path | None = None, policy: tuple[str, ...] = ("fr-2019-810",), include_unverified: bool = False
) -> ReportRequest:
    return ReportRequest(policy=policy, permits=permits, include_unverified=include_unverified)


def test_a_permits_file_is_read_from_the_option_or_from_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "permits.yaml").write_text("permits: []\n", encoding="utf-8")
    (tmp_path / "kitscan.yaml").write_text("permits: permits.yaml\n", encoding="utf-8")
    config = read_config(tmp_path)
    assert (
        assessment_options_of(asked(tmp_path / "permits.yaml"), read_config(tmp_path / "none"), DAY).permits
        == Permits()
    )
    assert assessment_options_of(asked(), config, DAY).permits == Permits()
    assert assessment_options_of(asked(), read_config(tmp_path / "none"), DAY).permits is None


def test_a_policy_from_memory_is_applied_only_where_it_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(KitscanError, match="--include-unverified"):
        assessment_options_of(asked(policy=("lv-5g",)), read_config(tmp_path), DAY)
    by_option = assessment_options_of(asked(policy=("lv-5g",), include_unverified=True), read_config(tmp_path), DAY)
    (tmp_path / "kitscan.yaml").write_text("include_unverified: true\npolicies: [lv-5g]\n", encoding="utf-8")
    by_file = assessment_options_of(asked(policy=()), read_config(tmp_path), DAY)
    assert [policy.id for policy in (*by_option.policies, *by_file.policies)] == ["lv-5g", "lv-5g"]
