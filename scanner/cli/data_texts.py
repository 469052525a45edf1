"""The texts of policies and rules that `kitscan explain` shows, by their ids."""

import os
from collections.abc import Iterable
from pathlib import Path

from fingerprints.database.snapshots import SHIPPED, DataSet
from fingerprints.model.errors import DataFileError
from fingerprints.model.input_file import read_text_file
from reports.explanation.fingerprint_rule import explain_rule
from reports.explanation.policy import EVIDENCE_AGAINST_PLACE, explain_policy
from reports.policy.policy_set import check_rule, known_policies
from reports.policy.support_file import declared_support, read_support
from reports.policy.support_policy import SUPPORT
from reports.policy.verdict import OWN_ZONES
from scanner.cli.assessment.reporting import database_of
from scanner.config import Config
from scanner.updates.installed_data import data_folder


def explain_data(name: str, config: Config, support: Path | None = None) -> str | None:
    """The text of the policy or the fingerprint rule with this id, or of the list of support ends; None where none has
    it."""
    if not _may_be_data(name, config):
        return None
    policy_id, _, rule_id = name.partition("/")
    if policy_id == OWN_ZONES:
        return EVIDENCE_AGAINST_PLACE
    if policy_id == SUPPORT:
        ends = read_support(support, database_of(config).companies) if support is not None else declared_support()
        return explain_policy(ends, rule_id or None)
    for policy in known_policies(config.policies_folder, data_folder(config.data, os.environ)).by_id.values():
        if policy.id == policy_id:
            if rule_id:
                check_rule(policy, rule_id)
            return explain_policy(policy, rule_id or None)
    for rules in database_of(config).rules.by_source.values():
        for rule in rules:
            if rule.id == name:
                return explain_rule(rule)
    return None


def policy_ids(config: Config) -> Iterable[str]:
    """The ids of all known policies."""
    return known_policies(config.policies_folder, data_folder(config.data, os.environ)).by_id


def _may_be_data(name: str, config: Config) -> bool:
    """Whether a file of a policy or a rule holds this word: to read them all takes longer than to look for it."""
    word = name.partition("/")[0]
    given = (config.rules, config.policies_folder, data_folder(config.data, os.environ))
    folders = (SHIPPED[DataSet.POLICIES], SHIPPED[DataSet.RULES], *given)
    files = (path for folder in folders if folder is not None for path in folder.rglob("*.y*ml") if path.is_file())
    return word in (OWN_ZONES, SUPPORT) or any(_holds(path, word) for path in files)


def _holds(path: Path, word: str) -> bool:
    """Whether a file holds a word. One that cannot be read may: whoever reads it in earnest says what is wrong."""
    try:
        return word in read_text_file(path)
    except DataFileError:
        return True
