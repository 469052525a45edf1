"""One device explained: the chain from the words seen to the verdict."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reports.explanation.device import explain_device, explain_identity
from tests.unit import documents


def titles(told: str) -> list[str]:
    return [line for line in told.splitlines() if line.isupper() and not line.startswith((" ", "■", "▲"))]


def test_the_chain_runs_from_the_maker_to_what_would_turn_the_answer() -> None:
    assert titles(explain_device(documents.huawei_core())) == [
        "WHO MADE IT",
        "WHY: WHAT WAS SEEN, THE HEAVIEST FIRST",
        "TIES TO WATCHED COMPANIES",
        "PARTS",
        "WHERE IT STANDS",
        "WHAT THE POLICIES SAY",
        "WHAT WOULD TURN THE ANSWER",
    ]


def test_a_claim_shows_its_weight_words_place_and_rule() -> None:
    assert (
        "   +2.60  built by huawei\n"
        "          “00:e0:fc:12:34:56”\n"
        "          an interface's hardware address (snmp.if_phys_address 1.3.6.1.2.1.2.2.1.6.1)\n"
        "          rule huawei/if_phys_address\n"
    ) in explain_device(documents.huawei_core())


def test_a_waived_finding_is_shown_with_its_waiver() -> None:
    told = explain_device(documents.olt())
    assert "■ Restricted by us-889a, rule telecom" in told
    assert "waived by W-2026-014" in told
    assert "deadline: 31 December 2027" in told


def test_contradictions_are_told() -> None:
    assert "CONTRADICTIONS\n  - texts say Cisco Systems, serial numbers" in explain_device(documents.liar())


def test_what_could_not_be_asked_is_told() -> None:
    told = explain_device(documents.unknown())
    assert "WHAT COULD NOT BE ASKED\n  - ssh 22/tcp: no credential covers it: no credential covers 10.0.9.13" in told


def test_the_changes_that_fusion_knows_come_first() -> None:
    liar = documents.liar()
    identity = replace(liar.device.identity, turning=("Without its serial number it would read as Cisco Systems.",))
    told = explain_device(replace(liar, device=replace(liar.device, identity=identity)))
    assert "WHAT WOULD TURN THE ANSWER\n  - Without its serial number it would read as Cisco Systems.\n" in told


def test_values_at_hand_are_explained_without_place_or_verdict() -> None:
    told = explain_identity(documents.huawei_core().device)
    assert titles(told)[0] == "WHO MADE IT"
    assert "WHERE IT STANDS" not in told
    assert "NOT ASSESSED" not in told


@given(st.text(st.characters(), min_size=1))
def test_whatever_a_device_says_nothing_acts_and_lines_stay_short(text: str) -> None:
    (judged,) = documents.speaking(text).devices
    told = explain_device(judged)
    assert told.replace("\n", "").isprintable()
    assert told.endswith("\n")
