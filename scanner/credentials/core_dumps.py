"""No core dumps: a process that reads secrets must not leave its memory in a file, or show it to a debugger."""

import resource
import sys
from contextlib import suppress

PR_SET_DUMPABLE = 4
"""The option of prctl(2) that forbids core dumps, and ptrace(2) and /proc/PID/mem to other processes of the user."""


def forbid_core_dumps() -> None:
    """Forbid core dumps of this process and of the programs that it starts.

    Programs that it starts inherit the limit of 0 octets. The kernel makes them dumpable again at their start; they
    hold no secret. Linux also closes the process to debuggers. Another system keeps to the limit alone.
    """
    with suppress(OSError, ValueError):  # the hard limit cannot be lowered where a sandbox forbids it
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):  # a C library without prctl
            ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
