"""The sink that strikes secrets out hands on all else, and strikes out the secret and nothing beside it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject
from fingerprints.model.secret_names import HIDDEN
from scanner.credentials.redacting_sink import RedactingSink, Redactor
from scanner.credentials.secret import Secret
from scanner.credentials.secret_search import SecretSearch
from scanner.sink import EncodedRow, RangeCount, RunOutcome

ADDRESS = "192.0.2.1"


def redactor(*secrets: str) -> Redactor:
    return Redactor(lambda _address: tuple(map(Secret, secrets)))


class Kept:
    """A sink that keeps every call."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[object, ...]]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *given: self.calls.append((name, given))


def test_a_sink_hands_on_all_that_it_is_given_and_no_secret() -> None:
    kept, now = Kept(), datetime(2026, 1, 1, tzinfo=UTC)
    sink = RedactingSink(kept, redactor("canary-7f1d"))
    subject, count = Subject("192.0.2.1", ADDRESS), RangeCount("192.0.2.0/24", 254, 7)
    said = Observation(Source.SSH_PROMPT, "22/tcp", "canary-7f1d>")
    sink.expect((subject,))
    sink.add(subject, "ssh", [said], now)
    sink.range(count)
    sink.spend({"packets": 3.0})
    sink.done("192.0.2.1")
    sink.refused("word", ADDRESS)
    sink.commit()
    sink.finish(RunOutcome.COMPLETE, now)
    struck = [
        Observation(Source.SSH_PROMPT, "22/tcp", f"{HIDDEN}>"),
        Gap("ssh", "22/tcp", GapReason.STRUCK_OUT, "in ssh.prompt"),
    ]
    assert kept.calls == [
        ("expect", ((subject,),)),
        ("add", (subject, "ssh", struck, now)),
        ("range", (count,)),
        ("spend", ({"packets": 3.0},)),
        ("done", ("192.0.2.1",)),
        ("refused", ("word", ADDRESS)),
        ("commit", ()),
        ("finish", (RunOutcome.COMPLETE, now)),
    ]


def test_a_text_about_a_device_tells_no_secret() -> None:
    one = redactor("canary-7f1d")
    assert [one.text(ADDRESS, f"{word} failed") for word in ("canary-7f1d", "other")] == [
        f"{HIDDEN} failed",
        "other failed",
    ]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("can\x1b[0mary-7f1d tail", f"{HIDDEN} tail"),
        ("<canary-7f1d>", f"<{HIDDEN}>"),
        ("a canary-7f1d, canary-7f1d", f"a {HIDDEN}, {HIDDEN}"),
        ("canary-7f1\x1b[0md", HIDDEN),
        ("x\x1b[0m canary-7f1d \x1b[0mx", f"x\x1b[0m {HIDDEN} \x1b[0mx"),
    ],
)
def test_what_is_struck_out_is_the_secret_and_nothing_beside_it(said: str, left: str) -> None:
    assert SecretSearch(("canary-7f1d",)).struck(said) == left


def test_an_index_that_spells_a_secret_is_found_where_nothing_else_tells_it() -> None:
    spelt = ".".join(str(ord(letter)) for letter in "canary-7f1d")
    said = [Observation(Source.SNMP_OBJECT, f"1.3.6.1.4.1.9.9.1.11.{spelt}", "5")]
    assert redactor("canary-7f1d").evidence(ADDRESS, "snmp", said) == [
        Gap("snmp", "1.3.6.1.4.1.9.9.1.11", GapReason.STRUCK_OUT, "in snmp.object")
    ]


def test_a_row_of_another_process_is_read_again_once_a_secret_is_known_that_it_did_not_know() -> None:
    kept, now = Kept(), datetime(2026, 1, 1, tzinfo=UTC)
    known = [Secret("canary-7f1d")]
    sink, subject = RedactingSink(kept, Redactor(lambda _address: tuple(known))), Subject("192.0.2.1", ADDRESS)
    row = EncodedRow('{"source":"snmp.sys_name","said":[["1.3.6.1.2.1.1.5.0","word-8831"]]}', secrets=1)
    sink.add_encoded(subject, "snmp", row, now)
    known.append(Secret("word-8831"))
    sink.add_encoded(subject, "snmp", row, now)
    struck = [
        Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", HIDDEN),
        Gap("snmp", "1.3.6.1.2.1.1.5.0", GapReason.STRUCK_OUT, "in snmp.sys_name"),
    ]
    assert kept.calls == [("add_encoded", (subject, "snmp", row, now)), ("add", (subject, "snmp", struck, now))]
