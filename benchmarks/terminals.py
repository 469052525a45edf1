"""`python -m benchmarks.terminals PLATFORM COUNT`: simulated command lines on loopback, each at an address of its own,
played by asyncssh. The first line on standard output is the JSON list of their addresses and ports."""

import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

import asyncssh

USER, PASSWORD = "audit", "benchmark"


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a command line shows: the prompt, what each command prints, what ends the session, and what a command that
    it does not know prints."""

    prompt: str
    outputs: Mapping[str, str]
    leave: str = "exit"
    unknown: str = "% Invalid input detected"


def _table(title: str, rows: int) -> str:
    return "\n".join(
        (title, *(f"Slot {row:3}  card-{row % 7}  Ready   serial ABC{row:06d}  rev A{row % 9}" for row in range(rows)))
    )


TERMINALS = {
    "cisco_ios": Terminal(
        "edge-1#",
        {
            "show version": _table("Cisco IOS Software, C2960 Software, Version 15.0(2)SE11, RELEASE SOFTWARE", 40),
            "show inventory": _table('NAME: "1", DESCR: "WS-C2960-24TT-L"', 30),
            "show lldp neighbors detail": _table("Local Intf: Gi0/1", 120),
            "show cdp neighbors detail": _table("Device ID: core-1", 120),
            "terminal length 0": "",
            "terminal width 511": "",
        },
    ),
    "huawei_vrp": Terminal(
        "<core-1>",
        {
            "display version": _table(
                "Huawei Versatile Routing Platform Software\nVRP (R) software, Version 8.180", 40
            ),
            "display device": _table("Device status:", 20),
            "display device manufacture-info": _table("Slot  Sub  Serial-number", 20),
            "display esn": "ESN: 2102350ABCDEFG000001",
            "display elabel brief": _table("Slot", 20),
            "display elabel": _table("[Board Properties]", 400),
            "display transceiver verbose": _table("GigabitEthernet0/0/0 transceiver information:", 400),
            "display lldp neighbor": _table("GigabitEthernet0/0/0 has 1 neighbor(s):", 120),
            "screen-length 0 temporary": "",
        },
        "quit",
        "Error: Unrecognized command found at '^' position.",
    ),
    "juniper_junos": Terminal(
        "audit@pe-1> ",
        {
            "show version": _table("Hostname: pe-1\nModel: mx204\nJunos: 21.4R3-S4.9", 20),
            "show chassis hardware": _table("Hardware inventory:", 60),
            "show lldp neighbors": _table("Local Interface", 60),
            "set cli screen-length 0": "Screen length set to 0",
            "set cli screen-width 511": "Screen width set to 511",
            "set cli complete-on-space off": "Disabling complete-on-space",
        },
        unknown="unknown command.",
    ),
}


class _Server(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


async def _play(process: asyncssh.SSHServerProcess[str], terminal: Terminal) -> None:
    process.stdout.write("\r\n" + terminal.prompt)
    try:
        async for typed in process.stdin:
            line = typed.strip()
            if line == terminal.leave:
                break
            printed = terminal.outputs.get(line, terminal.unknown) if line else ""
            shown = printed.replace("\n", "\r\n") + "\r\n" if printed else ""
            process.stdout.write(f"{line}\r\n{shown}{terminal.prompt}")
    except (BrokenPipeError, ConnectionError, asyncssh.Error):
        pass
    process.exit(0)


async def _serve(terminal: Terminal, count: int) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    places: list[tuple[str, int]] = []
    async with AsyncExitStack() as stack:
        for number in range(1, count + 1):
            server = await stack.enter_async_context(
                asyncssh.create_server(
                    _Server,
                    f"127.0.9.{number}",
                    server_host_keys=[key],
                    process_factory=lambda process: _play(process, terminal),
                    line_editor=False,
                    encoding="latin-1",
                )
            )
            places.append((f"127.0.9.{number}", server.get_port()))
        print(json.dumps(places), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(TERMINALS[sys.argv[1]], int(sys.argv[2])))
