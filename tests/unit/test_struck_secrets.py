"""What a device repeats of our secrets is struck out of its evidence, in any form, and leaves a gap."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.hostile.writings import WRITINGS
from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from fingerprints.model.secret_names import HIDDEN
from scanner.credentials.redacting_sink import Redactor
from scanner.credentials.secret import Secret
from scanner.credentials.secret_search import SecretSearch, Strength, strength_of

SECRETS = ("canary-7f1d&0c9e", "Tr0ub4dor.x", "público 99x", "0123456789abcdef")


@pytest.mark.finding(11)
@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("writing", WRITINGS)
def test_a_secret_is_struck_out_in_every_writing(secret: str, writing: str) -> None:
    search, said = SecretSearch(SECRETS), WRITINGS[writing](secret).decode("latin-1")
    text = f"<{said}>"
    assert search.is_in_any(["before", text, "after"])
    struck = search.struck(text)
    assert HIDDEN in struck
    left = struck.replace(HIDDEN, "")
    assert sum(map(str.isalnum, left)) <= 8, left  # the base64 of the octets beside it, the first escape's marker
    assert not search.is_in_any([struck])


@pytest.mark.parametrize("text", ["Cisco IOS Software", "mid-canary-7f1d&0c9f", "a" * 10_000, "", "\x1b[31m--More--\b"])
def test_what_is_no_secret_stays_the_same_object(text: str) -> None:
    search = SecretSearch(SECRETS)
    assert search.struck(text) is text and not search.is_in_any([text])


@pytest.mark.parametrize(
    ("secret", "strength"),
    [
        ("canary-7f1d", Strength.ANYWHERE),
        ("correcthorsebattery", Strength.ANYWHERE),
        ("summer", Strength.WORD),
        ("readonly1", Strength.ANYWHERE),
        ("net-ops", Strength.WORD),
        ("!!$$%%&&", Strength.WORD),
        ("public", Strength.NEVER),
        ("Private", Strength.NEVER),
        ("abc", Strength.NEVER),
        ("2011", Strength.NEVER),
        ("8374920", Strength.NEVER),
        ("83749201", Strength.WORD),
        ("Huawei", Strength.NEVER),
        ("cisco", Strength.NEVER),
    ],
)
def test_a_secret_that_is_as_good_as_public_is_no_reason_to_lose_evidence(secret: str, strength: Strength) -> None:
    assert strength_of(secret) is strength


def test_a_short_secret_is_struck_out_as_a_word_alone() -> None:
    search = SecretSearch(("summer", "huawei1", "!!$$%%&&"))
    assert search.struck("the summer, midsummer, summertime, Summer") == f"the {HIDDEN}, midsummer, summertime, Summer"
    assert search.struck("HUAWEI huawei12 huawei1") == f"HUAWEI huawei12 {HIDDEN}"
    assert search.struck("x!!$$%%&&x") == f"x{HIDDEN}x"
    assert search.struck("736 75 6d 6d 65 72") == "736 75 6d 6d 65 72"


def test_two_words_in_a_row_are_no_short_secret_written_together() -> None:
    assert SecretSearch(("Cisco123",)).struck("Cisco 1234 router") == "Cisco 1234 router"
    assert SecretSearch(("Cisco123",)).struck("xCisco123x") == f"x{HIDDEN}x"


@given(st.text(min_size=12, max_size=40), st.text(max_size=30), st.text(max_size=30))
def test_no_text_around_a_long_secret_hides_it(tail: str, before: str, after: str) -> None:
    secret = f"k1tscan9 {tail}"
    said = (f"{before}{secret}{after}").encode("utf-8", "replace").decode("latin-1")
    search = SecretSearch((secret.encode("utf-8", "replace").decode(),))
    assert search.is_in_any([said])
    assert secret.encode("utf-8", "replace").decode("latin-1") not in search.struck(said)


def redactor(*secrets: str) -> Redactor:
    return Redactor(lambda _address: tuple(map(Secret, secrets)))


ADDRESS = "192.0.2.1"
SYSTEM = "1.3.6.1.2.1.1"


@pytest.mark.finding(11)
def test_what_was_struck_out_leaves_a_gap_for_each_source() -> None:
    said = [
        Observation(Source.SNMP_SYS_DESCR, f"{SYSTEM}.1.0", "Acme canary-7f1d"),
        Observation(Source.SNMP_SYS_NAME, f"{SYSTEM}.5.0", "r1"),
        *(Observation(Source.SNMP_IF_ALIAS, f"1.3.6.1.2.1.31.1.1.1.18.{row}", "canary-7f1d") for row in (1, 2)),
    ]
    assert redactor("canary-7f1d").evidence(ADDRESS, "snmp", said) == [
        Observation(Source.SNMP_SYS_DESCR, f"{SYSTEM}.1.0", f"Acme {HIDDEN}"),
        said[1],
        *(Observation(Source.SNMP_IF_ALIAS, f"1.3.6.1.2.1.31.1.1.1.18.{row}", HIDDEN) for row in (1, 2)),
        Gap("snmp", f"{SYSTEM}.1.0", GapReason.STRUCK_OUT, "in snmp.sys_descr"),
        Gap("snmp", "1.3.6.1.2.1.31.1.1.1.18.1", GapReason.STRUCK_OUT, "in snmp.if_alias"),
    ]


def test_a_place_or_a_number_that_spells_a_secret_is_dropped_whole() -> None:
    spelt = ".".join(str(ord(letter)) for letter in "canary-7f1d")
    said = [
        Observation(Source.SNMP_OBJECT, f"1.3.6.1.4.1.9.9.1.11.{spelt}", "5"),
        Observation(Source.SNMP_SYS_OBJECT_ID, f"{SYSTEM}.2.0", f"1.3.6.1.4.1.9.{spelt}"),
    ]
    assert redactor("canary-7f1d").evidence(ADDRESS, "snmp", said) == [
        Gap("snmp", "1.3.6.1.4.1.9.9.1.11", GapReason.STRUCK_OUT, "in snmp.object"),
        Gap("snmp", f"{SYSTEM}.2.0", GapReason.STRUCK_OUT, "in snmp.sys_object_id"),
    ]


def test_a_gap_does_not_tell_a_secret_either() -> None:
    gap = Gap("ssh", "22/tcp", GapReason.REFUSED, "it says “canary-7f1d”")
    (struck,) = redactor("canary-7f1d").evidence(ADDRESS, "ssh", [gap])
    assert struck == Gap("ssh", "22/tcp", GapReason.REFUSED, f"it says “{HIDDEN}”")


def test_a_secret_counts_from_the_moment_it_is_read() -> None:
    read: list[Secret] = []
    late = Redactor(lambda _address: tuple(read))
    said = [Observation(Source.SSH_PROMPT, "22/tcp", "canary-7f1d>")]
    assert late.evidence(ADDRESS, "ssh", said) == said
    read.append(Secret("canary-7f1d"))
    assert late.evidence(ADDRESS, "ssh", said) != said


def test_a_search_takes_time_in_proportion_to_the_text() -> None:
    search = SecretSearch(SECRETS)
    hostile = (
        "\x1b[",
        "\x1b]",
        "-",
        "--more",
        "a\b",
        "<-",
        "\x1b[0;",
        "canary-7f1d&0c9e",
        "0c9e",
        SECRETS[0].encode().hex(),
    )
    start = time.process_time()
    for text in hostile:
        search.struck(text * (300_000 // len(text)))
    assert time.process_time() - start < 10.0


@pytest.mark.finding(11)
@pytest.mark.parametrize("cut", [4, 7, 12])
def test_a_secret_in_two_rows_is_struck_out_of_both(cut: int) -> None:
    secret = "canary-7f1d&0c9e"
    said = [f"site {secret[:cut]}", f"{secret[cut:]} floor 2"]
    rows = [Observation(Source.SNMP_SYS_DESCR, f"1.3.6.1.2.1.1.{number}.0", text) for number, text in enumerate(said)]
    left = redactor(secret).evidence("192.0.2.1", "snmp", rows)
    assert [item.value for item in left if isinstance(item, Observation)] == [f"site {HIDDEN}", f"{HIDDEN} floor 2"]
    assert any(isinstance(item, Gap) and item.reason is GapReason.STRUCK_OUT for item in left)


@pytest.mark.finding(11)
def test_a_secret_in_three_rows_is_struck_out_of_each() -> None:
    said = ["canary", "-7f1d", "&0c9e"]
    rows = [Observation(Source.SNMP_IF_ALIAS, f"1.3.6.1.2.1.31.1.1.1.18.{at}", text) for at, text in enumerate(said)]
    left = redactor("canary-7f1d&0c9e").evidence("192.0.2.1", "snmp", rows)
    assert [item.value for item in left if isinstance(item, Observation)] == [HIDDEN] * 3


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("canary-7f1d&0c9e", "canary-7f1d of the zoo, 0c9e"),
        ("cisco123", "cisco in room 123, Gi1/cisco 0123"),
        ("switch-lon01", "switch-lon02 beside core-lon01"),
        ("cisco-c3560x", "cisco WS-c3560x and -c3560x"),
    ],
)
def test_words_that_are_parts_of_a_secret_stay(secret: str, text: str) -> None:
    rows = [Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", text)]
    assert redactor(secret).evidence("192.0.2.1", "snmp", rows) == rows


@pytest.mark.finding(11)
@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("no prompt came; the last line was 'r1 canary-7f1d&0c9'", f"no prompt came; the last line was 'r1 {HIDDEN}'"),
        ("anary-7f1d&0c9e is the end of a long line", f"{HIDDEN} is the end of a long line"),
        ("a site called canary-7f", "a site called canary-7f"),
        ("canary-7f1d&0c9 and more", "canary-7f1d&0c9 and more"),
    ],
)
def test_most_of_a_secret_at_the_cut_of_a_text_is_struck_out(text: str, left: str) -> None:
    (item,) = redactor("canary-7f1d&0c9e").evidence(
        "192.0.2.1", "ssh", [Gap("ssh", "22/tcp", GapReason.NO_ANSWER, text)]
    )
    assert isinstance(item, Gap) and item.detail == left
