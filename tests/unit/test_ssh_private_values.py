"""What a session observes holds no subscriber's identity and no activation key, and no gap the password it sent."""

import time
from dataclasses import dataclass

import pytest

from fingerprints.model.evidence import Gap, Observation
from fingerprints.model.secret_names import HIDDEN
from scanner.credentials.private_values import hide_private_values
from scanner.credentials.secret import Secret
from scanner.protocols.ssh.cli_session import CliSession
from scanner.protocols.ssh.deadline import Deadline
from scanner.protocols.ssh.netmiko_driver import read_only_driver
from scanner.protocols.ssh.platforms.loader import load_platforms
from tests.unit.ssh_box import NO_END, WAIT, Box

SENT = "Tr0ub4dor.x"


@dataclass
class LiveBox(Box):
    """A box on the real clock."""

    begun: float = 0.0

    def recv_ready(self) -> bool:
        """See `Box`; time goes by itself."""
        self.begun = self.begun or time.monotonic()
        self.now = time.monotonic() - self.begun
        return super().recv_ready()

    def close(self) -> None:
        """See paramiko."""
        self.closed = True


def observed(box: Box, password: str = SENT) -> list[Observation | Gap]:
    session = CliSession(
        box, "22/tcp", "SSH-2.0-x", Deadline(30.0), load_platforms(), read_only_driver, "", Secret(password)
    )
    return list(session.observe())


@pytest.mark.parametrize(
    "line",
    [
        "            imsi: 001010123456789",
        "uicc: 8900000000000000001",
        "IMSI = 001010123456789",
        "ICCID..........: 8900000000000000001",
        "International Mobile Subscriber Identity (IMSI) = 001010123456789",
        "Cloud Activation Key  :AB12CD34",
        "phone-number: +1 555 0100",
        "Registration Key: AAAAA-BBBBB",
    ],
)
def test_a_private_value_is_hidden_and_its_name_stays(line: str) -> None:
    shown = hide_private_values(f"a: 1\n{line}\nimei: 350000000000001")
    assert shown.startswith("a: 1\n")
    assert shown.endswith(f"{HIDDEN}\nimei: 350000000000001")


@pytest.mark.parametrize("line", ["Model: EC25-E", 'manufacturer: "Quectel"', "The UICC is present", "iccidx: 12"])
def test_other_values_stay(line: str) -> None:
    assert hide_private_values(line) == line


def test_hiding_takes_time_in_proportion_to_the_text() -> None:
    start = time.process_time()
    for hostile in ("imsi ", "imsi" + " " * 60, "imsi:" + " " * 40, "phone number)", "\n"):
        hide_private_values(hostile * (1_000_000 // len(hostile)))
    assert time.process_time() - start < 5.0


def test_a_line_that_is_no_prompt_does_not_tell_the_password_in_the_gap() -> None:
    gaps = [item for item in observed(LiveBox(greeting="", prompt=f"Verify {SENT} Password:")) if isinstance(item, Gap)]
    assert gaps and SENT not in repr(gaps)


def test_after_a_question_to_a_paging_command_nothing_more_is_typed() -> None:
    """The next command would be taken for the password."""
    text = "Acme IOS (tm) 1, Cisco IOS Software"
    box = LiveBox({"show version": text, "terminal length 0": f"Password:{NO_END}{WAIT}{WAIT}"})
    items = observed(box)
    assert [line for line in box.lines if line] == ["show version", "terminal length 0"]
    assert box._ahead == ""
    assert any(isinstance(item, Gap) and item.at == "terminal length 0" for item in items)
    assert box.closed
