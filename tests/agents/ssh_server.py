"""Simulated network devices on loopback: asyncssh servers that play a transcript and record every line they receive."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncssh

USER, PASSWORD = "audit", "canary-S3cret-pass"


@dataclass(frozen=True)
class Transcript:
    """What a device shows. `greeting` are texts at login that each wait for a line; `erase` is what a pager draws over
    its own line before it goes on; `late` is the delay of the prompt, in seconds."""

    prompt: str
    outputs: Mapping[str, str]
    unknown: str
    leave: str
    paging_off: tuple[str, ...] = ()
    pager: str = ""
    erase: str = ""
    page: int = 12
    banner: str = ""
    greeting: tuple[str, ...] = ()
    late: float = 0.0
    endless: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()
    asks: Mapping[str, str] = field(default_factory=dict)
    log_message: str = ""
    next_prompt: str = ""
    echo: bool = True


@dataclass
class Heard:
    """What a device received: lines and keys in order, and each login offered as (user, method)."""

    lines: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    offered: list[tuple[str, str]] = field(default_factory=list)
    peers: list[str] = field(default_factory=list)
    sessions_at_once: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    _open: int = 0

    def opened(self) -> None:
        self._open += 1
        self.ended.clear()
        self.sessions_at_once = max(self.sessions_at_once, self._open)

    def closed(self) -> None:
        self._open -= 1
        self.ended.set()


@dataclass
class Device:
    """A running device: its address and port, and what it has received."""

    address: str
    port: int
    heard: Heard


class Server(asyncssh.SSHServer):
    """Lets one user in, by `password`, one `key`, or the password by keyboard-interactive (`interactive`).

    `none` asks for no login, `mute` never answers an offer, `forward` lets connections through."""

    def __init__(self, heard: Heard, key: asyncssh.SSHKey | None, methods: frozenset[str]) -> None:
        self._heard, self._key, self._methods = heard, key, methods

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._heard.peers.append(conn.get_extra_info("peername")[0])

    def begin_auth(self, username: str) -> bool:
        return "none" not in self._methods

    def password_auth_supported(self) -> bool:
        return "password" in self._methods

    async def validate_password(self, username: str, password: str) -> bool:
        self._heard.offered.append((username, "password"))
        if "mute" in self._methods:
            await asyncio.Event().wait()
        return (username, password) == (USER, PASSWORD)

    def kbdint_auth_supported(self) -> bool:
        return "interactive" in self._methods

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> object:
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: object) -> bool:
        self._heard.offered.append((username, "interactive"))
        return username == USER and list(responses) == [PASSWORD]  # type: ignore[call-overload]

    def public_key_auth_supported(self) -> bool:
        return "key" in self._methods

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        self._heard.offered.append((username, "key"))
        return username == USER and self._key is not None and key == self._key.convert_to_public()

    def connection_requested(self, host: str, port: int, orig_host: str, orig_port: int) -> bool:
        return "forward" in self._methods


@asynccontextmanager
async def device(
    transcript: Transcript | None,
    *,
    address: str = "127.0.0.1",
    port: int = 0,
    host_key: asyncssh.SSHKey | None = None,
    host_keys: Sequence[asyncssh.SSHKey] = (),
    user_key: asyncssh.SSHKey | None = None,
    methods: frozenset[str] = frozenset({"password"}),
    version: str = "transcript",
    heard: Heard | None = None,
    **algorithms: object,
) -> AsyncIterator[Device]:
    """A device on loopback until the block is left. No transcript: it has no command line (a jump host). Several may
    share what they have `heard`."""
    heard = heard or Heard()

    async def played(process: asyncssh.SSHServerProcess[str]) -> None:
        heard.opened()
        try:
            if transcript is not None:
                await _play(process, transcript, heard)
        except (BrokenPipeError, ConnectionError, asyncssh.Error, asyncio.CancelledError):
            pass
        finally:
            heard.closed()
            process.exit(0)

    server = await asyncssh.create_server(
        lambda: Server(heard, user_key, methods),
        address,
        port,
        server_host_keys=host_keys or [host_key or asyncssh.generate_private_key("ssh-ed25519")],
        process_factory=played,
        line_editor=False,
        encoding="latin-1",
        server_version=version,
        **algorithms,  # type: ignore[arg-type]
    )
    try:
        yield Device(address, server.get_port(), heard)
    finally:
        server.close()


async def _play(process: asyncssh.SSHServerProcess[str], said: Transcript, heard: Heard) -> None:
    write = process.stdout.write
    write(said.banner.replace("\n", "\r\n"))
    for question in said.greeting:
        write(question.replace("\n", "\r\n"))
        heard.lines.append(await _line(process, echo=True))
    await asyncio.sleep(said.late)
    paging = bool(said.pager)
    write("\r\n" + said.prompt)
    while True:
        line = await _line(process, said.echo)
        heard.lines.append(line)
        if line == said.leave:
            return
        if line in said.paging_off:
            paging = False
        elif line in said.asks:
            write(said.asks[line])
            heard.lines.append(await _line(process, said.echo))
        elif line in said.stuck:
            await asyncio.Event().wait()
        elif line in said.endless:
            while True:
                write("interface counters 0123456789 " * 40 + "\r\n")
                await process.stdout.drain()
        elif line:
            await _show(process, said, heard, said.outputs.get(line, said.unknown), paging)
        write(said.next_prompt if said.next_prompt and line in said.outputs else said.prompt)
        if line in said.outputs:
            write(said.log_message)


async def _line(process: asyncssh.SSHServerProcess[str], echo: bool) -> str:
    """One line as typed, echoed as a device does."""
    typed = ""
    while (key := await process.stdin.read(1)) not in ("\r", "\n", ""):
        typed += key
        if echo:
            process.stdout.write(key)
    if not key:
        raise ConnectionError("the client has gone")
    process.stdout.write("\r\n")
    return typed


async def _show(
    process: asyncssh.SSHServerProcess[str], said: Transcript, heard: Heard, output: str, paging: bool
) -> None:
    lines = output.strip("\n").split("\n")
    while paging and len(lines) > said.page:
        process.stdout.write("\r\n".join(lines[: said.page]) + "\r\n" + said.pager)
        del lines[: said.page]
        heard.keys.append(await process.stdin.read(1))
        process.stdout.write(said.erase)
    process.stdout.write("\r\n".join(lines) + "\r\n")
