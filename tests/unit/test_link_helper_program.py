"""Which program is the layer 2 helper: one whose file has the capability, if it is there and may have it."""

import os
import struct
from pathlib import Path

import pytest

from scanner.checks.machine import State, check_layer_2
from scanner.protocols.link.helper_program import CAPABILITIES, CAPABLE_PYTHON, helper_program, may_use_raw_sockets

NONE, NET_RAW = "0000000000000000", "0000000000002000"
PLAIN = {"Uid": "1000\t1000", "CapEff": NONE, "CapAmb": NONE, "CapBnd": NET_RAW, "NoNewPrivs": "0\n"}
MODULE = ("-P", "-m", "scanner.link_helper")


@pytest.fixture
def own(tmp_path: Path) -> str:
    """The path of an interpreter that has a capable one beside it."""
    if os.geteuid() != 0:
        pytest.skip("not root: only root gives a file a capability")
    capable = tmp_path / CAPABLE_PYTHON
    capable.touch()
    os.setxattr(capable, CAPABILITIES, struct.pack("<5I", 0x02000001, 1 << 13, 0, 0, 0))  # <linux/capability.h>
    return str(tmp_path / "python")


def test_the_capable_interpreter_runs_the_helper(own: str) -> None:
    assert helper_program(PLAIN, own) == (str(Path(own).with_name(CAPABLE_PYTHON)), *MODULE)
    assert may_use_raw_sockets(PLAIN, own)


@pytest.mark.parametrize("limit", [{"CapBnd": NONE}, {"NoNewPrivs": "1\n"}])
def test_where_nobody_may_gain_the_capability_the_plain_interpreter_runs_it(own: str, limit: dict[str, str]) -> None:
    assert helper_program(PLAIN | limit, own) == (own, *MODULE)
    assert not may_use_raw_sockets(PLAIN | limit, own)


def test_a_process_that_has_the_capability_needs_no_other_interpreter(own: str) -> None:
    fields = PLAIN | {"CapEff": NET_RAW, "CapAmb": NET_RAW}
    assert helper_program(fields, own) == (own, *MODULE)
    assert may_use_raw_sockets(fields, own)


def test_an_interpreter_without_the_capability_is_not_taken(tmp_path: Path) -> None:
    own = str(tmp_path / "python")
    assert helper_program(PLAIN, own) == (own, *MODULE)
    (tmp_path / CAPABLE_PYTHON).touch()
    assert helper_program(PLAIN, own) == (own, *MODULE)


def test_doctor_says_how_a_container_gets_the_capability() -> None:
    check = check_layer_2(PLAIN)
    assert check.state is State.WARN and "--cap-add NET_RAW" in check.next_step
