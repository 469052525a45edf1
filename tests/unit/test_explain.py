"""One device explained: the chain from the words seen to the verdict."""

import math
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.model.device import Device, Party, WithoutGroups
from fingerprints.model.evidence import EvidenceGroup, Observation, Source, kept
from reports.document.wording import format_percent
from reports.explanation.device import explain_device, explain_identity
from tests.unit import documents
from tests.unit.boxes import capture, entity, introduced, ports, tree

CISCO = introduced("Cisco IOS Software, C2960 Software, Version 15.0(2)SE4", "1.3.6.1.4.1.9.1.1208")
CAPTURES = {
    "one group": CISCO,
    "two groups of one channel": CISCO + tree("1.3.6.1.4.1.9.9.13") + ports("00:1b:54:10:20:01"),
    "two channels": (*CISCO, Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-Cisco-1.25")),
    "another company beside it": CISCO + ports("00:1b:21:10:20:01"),
    "a contradiction": (*CISCO, Observation(Source.LINK_MAC, "eth0", kept(bytes.fromhex("00e0fc102001")))),
    "a badge": introduced("HPE Comware Platform Software, Software Version 7.1.070, Release 2422P01 HPE 5900AF")
    + entity(1, kind="3", maker="H3C", serial="CN12ABC3DE"),
}


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def titles(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.isupper() and not line.startswith((" ", "■", "▲"))]


def arithmetic(output: str) -> list[str]:
    """The lines of the section that adds the claims up."""
    return output.partition("HOW THE CLAIMS ADD UP\n")[2].partition("\n\n")[0].splitlines()


def odds_in(lines: list[str], sign: str) -> list[float]:
    rows = (re.match(rf" {sign} *([+-]\d+\.\d\d)  (?!against|by the)", line) for line in lines)
    return [float(row[1]) for row in rows if row]


def explained_box(name: str, database: FingerprintDatabase) -> Device:
    return identify(capture(CAPTURES[name]), database)


def test_the_chain_runs_from_the_maker_to_what_would_turn_the_answer() -> None:
    judged = documents.huawei_core()
    identity = replace(judged.device.identity, turning=(WithoutGroups((EvidenceGroup.EEPROM,), None),))
    assert titles(
        explain_device(replace(judged, device=replace(judged.device, identity=identity)), documents.HEADER)
    ) == [
        "WHO MADE IT",
        "WHY: THE CLAIMS, THE HEAVIEST FIRST",
        "WATCHED COMPANIES",
        "PARTS",
        "WHERE IT STANDS",
        "WHAT THE POLICIES SAY",
        "THE POLICIES THAT SAY SO",
        "WHAT WOULD CHANGE THE ANSWER",
    ]


@pytest.mark.parametrize("name", CAPTURES)
def test_the_groups_shown_add_up_to_the_sum_shown(database: FingerprintDatabase, name: str) -> None:
    lines = arithmetic(explain_identity(explained_box(name, database)))
    shares, (total,) = odds_in(lines, " "), odds_in(lines, "=")
    assert sum(shares) == pytest.approx(total, abs=0.005 * (len(shares) + 1))


@pytest.mark.parametrize("name", CAPTURES)
def test_the_sum_shown_comes_to_the_confidence_shown(database: FingerprintDatabase, name: str) -> None:
    device = explained_box(name, database)
    breakdown = device.identity.breakdown
    assert breakdown is not None
    others = math.exp(breakdown.none_of_these) + sum(math.exp(odds) for _, odds in breakdown.rivals)
    confidence = breakdown.ceiling * math.exp(breakdown.odds) / (math.exp(breakdown.odds) + others)
    if breakdown.doubt is not None:
        left = math.exp(breakdown.doubt.left)
        doubted = left / (left + math.exp(breakdown.none_of_these))
        confidence = min(confidence, breakdown.doubt.ceiling, doubted)
    output = explain_identity(device)
    assert device.identity.confidence == pytest.approx(confidence, abs=5e-5)
    assert arithmetic(output)[-1].split("a confidence of ")[1].startswith(format_percent(device.identity.confidence))
    assert f", {format_percent(device.identity.confidence)}: " in output


def test_a_claim_shows_its_weight_words_place_and_rule() -> None:
    assert (
        "   +2.60  built by huawei\n"
        "          “00:e0:fc:12:34:56”\n"
        "          an interface's hardware address (snmp.if_phys_address 1.3.6.1.2.1.2.2.1.6.1)\n"
        "          rule huawei/if_phys_address\n"
    ) in explain_device(documents.huawei_core(), documents.HEADER)


def test_a_waived_finding_is_shown_with_its_waiver() -> None:
    output = explain_device(documents.olt(), documents.HEADER)
    assert "■ Restricted by us-889a, rule telecom" in output
    assert "waived by W-2026-014" in output
    assert "deadline: 31 December 2027" in output


def test_contradictions_are_shown() -> None:
    output = explain_device(documents.liar(), documents.HEADER)
    assert "CONTRADICTIONS\n  - Cisco Systems by the agent's texts, but Huawei Technologies by its MAC" in output


def test_a_company_that_lost_a_contradiction_has_no_percentage() -> None:
    output = explain_device(documents.liar(), documents.HEADER)
    assert "  huawei: probable (built by)\n" in output
    assert "huawei: confirmed, 99.9 % (built by)\n" in explain_device(documents.huawei_core(), documents.HEADER)


def test_what_could_not_be_asked_is_shown() -> None:
    output = explain_device(documents.unknown(), documents.HEADER)
    assert "WHAT IT DID NOT ANSWER\n  - ssh 22/tcp: no credential covers it: no credential covers 10.0.9.13" in output


def test_the_changes_that_fusion_knows_come_first() -> None:
    liar = documents.liar()
    point = WithoutGroups((EvidenceGroup.EEPROM,), Party("cisco", "Cisco Systems"))
    identity = replace(liar.device.identity, turning=(point,))
    output = explain_device(replace(liar, device=replace(liar.device, identity=identity)), documents.HEADER)
    assert "CHANGE THE ANSWER\n  - Without its parts' EEPROMs, Cisco Systems would be named.\n" in output


def test_values_at_hand_are_explained_without_place_or_verdict() -> None:
    output = explain_identity(documents.huawei_core().device)
    assert titles(output)[0] == "WHO MADE IT"
    assert "WHERE IT STANDS" not in output
    assert "NOT ASSESSED" not in output


@given(st.text(st.characters(), min_size=1))
def test_whatever_a_device_says_nothing_acts_and_lines_stay_short(text: str) -> None:
    (judged,) = documents.speaking(text).devices
    output = explain_device(judged, documents.HEADER)
    assert output.replace("\n", "").isprintable()
    assert output.endswith("\n")
