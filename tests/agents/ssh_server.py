"""Simulated network devices on loopback: asyncssh servers that play a transcript and record every line they receive."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
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
class Received:
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
    received: Received


class Server(asyncssh.SSHServer):
    """Lets one user in, by `password`, one `key`, or the password by keyboard-interactive (`interactive`).

    `none` asks for no login, `mute` never answers an offer, `forward` lets connections through. `banner` is sent before
    the login (RFC 4252 section 5.4)."""

    def __init__(
        self, received: Received, key: asyncssh.SSHKey | None, methods: frozenset[str], banner: str = ""
    ) -> None:
        self._received, self._key, self._methods, self._banner = received, key, methods, banner
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._received.peers.append(conn.get_extra_info("peername")[0])

    def begin_auth(self, username: str) -> bool:
        if self._banner and self._connection is not None:
            self._connection.send_auth_banner(self._banner)
        return "none" not in self._methods

    def password_auth_supported(self) -> bool:
        return "password" in self._methods

    async def validate_password(self, username: str, password: str) -> bool:
        self._received.offered.append((username, "password"))
        if "mute" in self._methods:
            await asyncio.Event().wait()
        return (username, password) == (USER, PASSWORD)

    def kbdint_auth_supported(self) -> bool:
        return "interactive" in self._methods

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> object:
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: object) -> bool:
        self._received.offered.append((username, "interactive"))
        return username == USER and list(responses) == [PASSWORD]  # type: ignore[call-overload]

    def public_key_auth_supported(self) -> bool:
        return "key" in self._methods

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        self._received.offered.append((username, "key"))
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
    received: Received | None = None,
    auth_banner: str = "",
    **algorithms: object,
) -> AsyncIterator[Device]:
    """A device on loopback until the block is left. No transcript: it has no command line (a jump host). Several may
    share what they have `received`."""
    received = received or Received()

    async def played(process: asyncssh.SSHServerProcess[str]) -> None:
        received.opened()
        try:
            if transcript is not None:
                await _play(process, transcript, received)
        except (BrokenPipeError, ConnectionError, asyncssh.Error, asyncio.CancelledError):
            pass
        finally:
            received.closed()
            process.exit(0)

    server = await asyncssh.create_server(
        lambda: Server(received, user_key, methods, auth_banner),
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
        yield Device(address, server.get_port(), received)
    finally:
        server.close()


async def _play(process: asyncssh.SSHServerProcess[str], transcript: Transcript, received: Received) -> None:
    write = process.stdout.write
    write(transcript.banner.replace("\n", "\r\n"))
    for question in transcript.greeting:
        write(question.replace("\n", "\r\n"))
        received.lines.append(await _line(process, echo=True))
    await asyncio.sleep(transcript.late)
    paging = bool(transcript.pager)
    write("\r\n" + transcript.prompt)
    while True:
        line = await _line(process, transcript.echo)
        received.lines.append(line)
        if line == transcript.leave:
            return
        if line in transcript.paging_off:
            paging = False
        elif line in transcript.asks:
            write(transcript.asks[line])
            received.lines.append(await _line(process, transcript.echo))
        elif line in transcript.stuck:
            await asyncio.Event().wait()
        elif line in transcript.endless:
            while True:
                write("interface counters 0123456789 " * 40 + "\r\n")
                await process.stdout.drain()
        elif line:
            await _show(process, transcript, received, transcript.outputs.get(line, transcript.unknown), paging)
        write(transcript.next_prompt if transcript.next_prompt and line in transcript.outputs else transcript.prompt)
        if line in transcript.outputs:
            write(transcript.log_message)


async def _line(process: asyncssh.SSHServerProcess[str], echo: bool) -> str:
    """One line as typed, echoed as a device does. The last line of a client that has gone is a line too."""
    typed = ""
    while (key := await process.stdin.read(1)) not in ("\r", "\n", ""):
        typed += key
        if echo:
            _echo(process, key)
    if not key:
        raise ConnectionError("the client has gone")
    _echo(process, "\r\n")
    return typed


def _echo(process: asyncssh.SSHServerProcess[str], text: str) -> None:
    with suppress(BrokenPipeError):
        process.stdout.write(text)


async def _show(
    process: asyncssh.SSHServerProcess[str], transcript: Transcript, received: Received, output: str, paging: bool
) -> None:
    lines = output.strip("\n").split("\n")
    while paging and len(lines) > transcript.page:
        process.stdout.write("\r\n".join(lines[: transcript.page]) + "\r\n" + transcript.pager)
        del lines[: transcript.page]
        received.keys.append(await process.stdin.read(1))
        process.stdout.write(transcript.erase)
    process.stdout.write("\r\n".join(lines) + "\r\n")
