"""The SSH servers that break the rules, each with the gaps that a session with it may lead to, and every step of the
protocol at which a server can stop, flood, or end. `python -m benchmarks.hostile.ssh_peers` serves them all.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import paramiko
from paramiko.common import (
    MSG_CHANNEL_DATA,
    MSG_CHANNEL_OPEN_SUCCESS,
    MSG_CHANNEL_SUCCESS,
    MSG_KEXINIT,
    MSG_NEWKEYS,
    MSG_SERVICE_ACCEPT,
    MSG_USERAUTH_BANNER,
    MSG_USERAUTH_FAILURE,
    MSG_USERAUTH_SUCCESS,
)

from benchmarks.hostile import ssh_server as ssh
from benchmarks.hostile.ssh_server import PASSWORD, PROMPT, SECOND_REPLY, VERSION, Behaviour, Served, Tally
from fingerprints.model.evidence import GapReason

INVENTORY = 'NAME: "Chassis", DESCR: "C3560"\r\nPID: WS-C3560X  , VID: V01  , SN: FDO0000\r\n'

_NOT_READ = (GapReason.NO_ANSWER, GapReason.BUDGET_SPENT)
_LEGACY = (GapReason.SSH_LEGACY_CRYPTO,)
_REFUSED = (GapReason.REFUSED,)
_WHOLE = None
"""The session ends without a gap."""


@dataclass(frozen=True)
class Peer:
    """A server, and the gaps of which one, at least, must be there: None if a session without a gap is right too."""

    behaviour: Behaviour
    gaps: tuple[GapReason | None, ...]


def _silent(_sock: Any) -> bool:
    time.sleep(ssh.SECONDS)
    return True


def _octet_a_second(sock: Any) -> bool:
    for octet in b"SSH-2.0-slow\r\n" * 40:
        sock.sendall(bytes([octet]))
        time.sleep(1)
    return True


def _endless(octets: bytes) -> Callable[[Any], bool]:
    def opening(sock: Any) -> bool:
        until = time.monotonic() + ssh.SECONDS
        while time.monotonic() < until:
            sock.sendall(octets)
        return True

    return opening


def _says(octets: bytes) -> Callable[[Any], bool]:
    def opening(sock: Any) -> bool:
        sock.sendall(octets)
        sock.recv(1024)
        return True

    return opening


def _after_login(*fields: int | str | bool) -> Callable[[Served], int]:
    """Send this instead of an answer to the login."""

    def login(served: Served) -> int:
        served.message(*fields)  # type: ignore[arg-type]
        ssh.stall(served)
        return int(paramiko.AUTH_FAILED)

    return login


def _ask_again(_served: Served) -> Any:
    return paramiko.InteractiveQuery("", "", ("Password: ", False))


def _banner_flood(served: Served) -> int:
    ssh.flood(served, lambda: served.message(MSG_USERAUTH_BANNER, "B" * 30_000, ""))
    return int(paramiko.AUTH_FAILED)


def _pty_flood(served: Served, channel: int) -> bool:
    ssh.data_flood(served, channel)
    return True


def _shows(**outputs: str | ssh.ShellOf) -> ssh.ShellOf:
    named = {name.replace("_", " "): output for name, output in outputs.items()}
    return lambda served, channel: ssh.honest(served, channel, outputs=named)


def _in_parts(*parts: str, pause: float = 0.0) -> ssh.ShellOf:
    def output(_served: Served, channel: paramiko.Channel) -> None:
        for part in parts:
            for start in range(0, len(part), 32_000):
                channel.sendall(part[start : start + 32_000])
            time.sleep(pause)

    return output


def _endless_counters(served: Served, channel: paramiko.Channel) -> None:
    ssh.flood(served, lambda: channel.sendall(b"interface counters 0123456789\r\n" * 1000))


def _pager(served: Served, channel: paramiko.Channel) -> None:
    channel.sendall("\r\n" + PROMPT)
    while True:
        if ssh.line_of(served, channel):
            while True:
                channel.sendall("row\r\n--More--")
                channel.recv(1)
        channel.sendall(PROMPT)


def _echo_secret(served: Served, channel: paramiko.Channel) -> None:
    output = f"{VERSION}password {PASSWORD}\r\n"
    ssh.honest(served, channel, f"sw1-{PASSWORD}#", {"show version": output, "show inventory": output})


def _save_question(served: Served, channel: paramiko.Channel) -> None:
    channel.sendall("Warning: There is a risk on the user-interface. Save the configuration now? [Y/N]:")
    ssh.line_of(served, channel)
    ssh.honest(served, channel)


def _reset_in_output(served: Served, channel: paramiko.Channel) -> None:
    channel.sendall(INVENTORY)
    time.sleep(0.3)
    ssh.reset(served)


def _old_algorithms(sock: Any) -> bool:
    """A KEXINIT of algorithms that were given up, written by hand: no library offers them any more."""
    lists = ("diffie-hellman-group1-sha1", "ssh-dss", *["3des-cbc"] * 2, *["hmac-md5"] * 2, *["none"] * 2, "", "")
    payload = bytes([MSG_KEXINIT]) + bytes(16)
    payload += b"".join(len(names).to_bytes(4) + names.encode() for names in lists) + bytes(5)
    padding = 4 + -(len(payload) + 9) % 8
    packet = (len(payload) + padding + 1).to_bytes(4) + bytes([padding]) + payload + bytes(padding)
    sock.sendall(b"SSH-2.0-Cisco-1.25\r\n" + packet)
    while sock.recv(4096):
        pass
    return True


PEERS: Mapping[str, Peer] = {
    "silent after connect": Peer(Behaviour(_silent), (GapReason.NO_ANSWER,)),
    "one octet a second": Peer(Behaviour(_octet_a_second), (GapReason.NO_ANSWER, GapReason.MALFORMED)),
    "endless banner lines": Peer(Behaviour(_endless(b"not ssh\r\n" * 1000)), (GapReason.MALFORMED,)),
    "endless line": Peer(Behaviour(_endless(b"SSH-2.0-" + b"A" * 65_536)), (*_NOT_READ, GapReason.MALFORMED)),
    "wrong protocol": Peer(Behaviour(_says(b"220 mail ESMTP\r\n")), (GapReason.MALFORMED,)),
    "SSH-1.5": Peer(Behaviour(_says(b"SSH-1.5-Cisco-1.25\r\n")), _LEGACY),
    "SHA-1 and ssh-dss only": Peer(Behaviour(_old_algorithms), _LEGACY),
    "host key changed": Peer(Behaviour(), (GapReason.HOST_KEY_CHANGED,)),
    "banner flood before the login": Peer(
        Behaviour(before=lambda served, kind, _n: kind == MSG_USERAUTH_FAILURE and bool(_banner_flood(served))),
        _NOT_READ,
    ),
    "banner flood after the password": Peer(Behaviour(login=_banner_flood), _REFUSED),
    "password change asked": Peer(Behaviour(login=_after_login(60, "Change your password", "")), _REFUSED),
    "service accepted again and again": Peer(
        Behaviour(login=_after_login(MSG_SERVICE_ACCEPT, "ssh-userauth")), _REFUSED
    ),
    "login not implemented": Peer(Behaviour(login=_after_login(3, 5)), _REFUSED),
    "50 prompts": Peer(Behaviour(methods="keyboard-interactive", asks=(("Password: ", False),) * 50), _REFUSED),
    "prompts without end": Peer(
        Behaviour(
            methods="keyboard-interactive",
            before=lambda served, kind, _n: kind == 60 and not served.message(60, "", "", "", 0xFFFFFFFF),
        ),
        _REFUSED,
    ),
    "notices without end": Peer(
        Behaviour(methods="keyboard-interactive", asks=(), asks_again=lambda _s: paramiko.InteractiveQuery("", "")),
        _REFUSED,
    ),
    "asks for the password for ever": Peer(Behaviour(methods="keyboard-interactive", asks_again=_ask_again), _REFUSED),
    "a visible prompt": Peer(Behaviour(methods="keyboard-interactive", asks=(("Password: ", True),)), _REFUSED),
    "partial success for ever": Peer(
        Behaviour(login=lambda _served: int(paramiko.AUTH_PARTIALLY_SUCCESSFUL)), _REFUSED
    ),
    "closes after the password": Peer(
        Behaviour(login=lambda served: served.sock.close() or paramiko.AUTH_FAILED), _REFUSED
    ),
    "flood while the terminal is pending": Peer(Behaviour(pty=_pty_flood), (GapReason.BUDGET_SPENT,)),
    "a window of nothing": Peer(
        Behaviour(
            before=lambda served, kind, _n: (
                kind == MSG_CHANNEL_OPEN_SUCCESS and not served.message(kind, 0, 0, 0, 32_768)
            )
        ),
        _NOT_READ,
    ),
    "no prompt": Peer(
        Behaviour(shell=lambda served, _channel: ssh.stall(served)), (GapReason.PLATFORM_UNKNOWN, *_NOT_READ)
    ),
    "prompt inside output, then a pause": Peer(
        Behaviour(shell=_shows(show_inventory=_in_parts(INVENTORY + PROMPT, "\r\nHUAWEI\r\n" + PROMPT, pause=1.5))),
        _NOT_READ,
    ),
    "endless output": Peer(
        Behaviour(shell=_shows(show_version=lambda served, channel: ssh.data_flood(served, channel.remote_chanid))),
        _NOT_READ,  # the connection is closed under it, or its octets are counted first
    ),
    "endless output within the window": Peer(
        Behaviour(shell=_shows(show_version=_endless_counters)), (GapReason.BUDGET_SPENT,)
    ),
    "endless pager": Peer(Behaviour(shell=_pager), _NOT_READ),
    "1 MB line with erase sequences": Peer(
        Behaviour(shell=_shows(show_inventory=_in_parts("a" * 1_000_000, "\x1b[2K" * 200_000, "\r\n" + PROMPT))),
        _NOT_READ,
    ),
    "terminal escapes": Peer(
        Behaviour(shell=_shows(show_version="\x1b]0;pwn\x07\x1b]52;c;cHduZWQ=\x07\x1b[2J" + VERSION + "\x9b31m")),
        (_WHOLE,),
    ),
    "RST in a command": Peer(Behaviour(shell=_shows(show_inventory=_reset_in_output)), (GapReason.NO_ANSWER,)),
    "every command refused": Peer(
        Behaviour(shell=lambda served, channel: ssh.honest(served, channel, otherwise="% Authorization failed\r\n")),
        _REFUSED,
    ),
    "echoes the password": Peer(Behaviour(shell=_echo_secret), (GapReason.STRUCK_OUT,)),
    "asks to save the configuration": Peer(Behaviour(shell=_save_question), (_WHOLE,)),
}
"""Every one that is not a matter of a step alone."""

FLOODS = (
    "flood while the terminal is pending",
    "endless output",
    "banner flood before the login",
    "banner flood after the password",
    "endless output within the window",
    "endless line",
    "1 MB line with erase sequences",
)
"""The peers that send as fast as the other side takes it."""

LOCKING_PEERS: Mapping[str, Peer] = {
    "refuses": Peer(Behaviour(login=lambda _served: int(paramiko.AUTH_FAILED)), _REFUSED),
    "refuses keys": Peer(Behaviour(methods="publickey", login=lambda _served: int(paramiko.AUTH_FAILED)), _REFUSED),
    **{
        name: PEERS[name]
        for name in (
            "asks for the password for ever",
            "partial success for ever",
            "closes after the password",
            "password change asked",
            "service accepted again and again",
            "banner flood after the password",
        )
    },
}
"""Each way in which a device can say that a login was wrong: an AAA service behind it has counted a failed login."""

STEPS: Mapping[str, tuple[int, int]] = {
    "algorithms": (MSG_KEXINIT, 1),
    "key": (31, 1),
    "new keys": (MSG_NEWKEYS, 1),
    "service": (MSG_SERVICE_ACCEPT, 1),
    "methods": (MSG_USERAUTH_FAILURE, 1),
    "login": (MSG_USERAUTH_SUCCESS, 1),
    "channel": (MSG_CHANNEL_OPEN_SUCCESS, 1),
    "terminal": (MSG_CHANNEL_SUCCESS, 1),
    "shell": SECOND_REPLY,
    "prompt": (MSG_CHANNEL_DATA, 1),
    "echo": (MSG_CHANNEL_DATA, 2),
    "output": (MSG_CHANNEL_DATA, 4),
    "second key": (31, 2),
}
"""Each message that a server sends in a session, by its kind and its number among those of the kind."""

_AT_A_STEP = (*_NOT_READ, *_REFUSED, GapReason.MALFORMED, GapReason.PLATFORM_UNKNOWN)

ACTS: Mapping[str, Callable[[Served], None]] = {
    "stalls": ssh.stall,
    "floods": ssh.ignore_flood,
    "trickles": ssh.trickle,
    "sends junk": ssh.junk,
    "sends a huge packet": ssh.huge_packet,
    "closes": lambda served: served.sock.close(),
}


def _acting(step: tuple[int, int], act: Callable[[Served], None]) -> ssh.Before:
    def before(served: Served, kind: int, number: int) -> bool:
        if (kind, number) != step:
            return False
        act(served)
        return True

    return before


def _renewing(served: Served, channel: paramiko.Channel) -> None:
    """New keys while the session runs (RFC 4253 section 9)."""
    channel.sendall("\r\n" + PROMPT)
    served._send_kex_init()
    ssh.honest(served, channel)


def step_peers() -> dict[str, Peer]:
    """A server for each act at each step: `channel stalls`, `key floods` ..."""
    peers = {}
    for name, step in STEPS.items():
        for act_name, act in ACTS.items():
            shell = _renewing if name == "second key" else ssh.honest
            peers[f"{name} {act_name}"] = Peer(Behaviour(before=_acting(step, act), shell=shell), _AT_A_STEP)
    return peers


def main() -> None:
    """Serve the peers that a JSON object on standard input names: `{label: [peer, address]}`, where the address may be
    `lo` for all of 127.0.0.0/8. Print the ports, and what each got at the end of the input."""
    wanted: dict[str, tuple[str, str]] = json.loads(sys.stdin.readline())
    known = {**PEERS, **LOCKING_PEERS, **step_peers()}
    key = paramiko.ECDSAKey.generate()
    tallies = {label: Tally() for label in wanted}
    ports = {
        label: ssh.serve(known[name].behaviour, key, tallies[label], address)
        for label, (name, address) in wanted.items()
    }
    print(json.dumps(ports), flush=True)
    sys.stdin.read()
    print(json.dumps({label: asdict(tally) for label, tally in tallies.items()}), flush=True)


if __name__ == "__main__":
    main()
