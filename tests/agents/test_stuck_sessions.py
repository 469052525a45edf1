"""A signal ends a scan in time while 50 devices hold it."""

import shutil
import signal
from pathlib import Path

import pytest

from benchmarks.reliability.stuck_sessions import MAX_SECONDS, stuck


@pytest.mark.alone
@pytest.mark.timeout(300)
@pytest.mark.finding(3)
@pytest.mark.finding(15)
@pytest.mark.skipif(shutil.which("ss") is None, reason="ss (Debian: iproute2) is not installed")
async def test_fifty_sessions_that_wait_for_a_terminal_do_not_hold_up_a_signal(tmp_path: Path) -> None:
    scan = await stuck("terminal stalls", signal.SIGTERM, tmp_path)
    assert (scan.broken, scan.seconds < MAX_SECONDS) == ((), True)
