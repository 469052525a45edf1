"""References to secrets: where a secret is, never the secret; and the reading of it when it is first needed.

What cannot be read is a value (Unreadable), not an exception: no traceback passes through a frame that held a secret.
"""

import os
import select
import shlex
import stat
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scanner.credentials.secret import Secret

MAX_OCTETS = 64 * 1024
"""Octets read of a file or a command's output; a secret is its first line."""

MAX_SECRET = 1_024
"""Characters of a secret: far above what any device accepts, so that a wrong file is noticed."""

COMMAND_SECONDS = 30.0
"""Time a command has: enough for a person to unlock a password store."""

FORMS = "env:NAME, file:PATH, keyring:SERVICE/USER, cmd:COMMAND or prompt:"

Prompt = Callable[[str], str]
"""Asks a person for the secret that the words name; raises EOFError where nobody can be asked."""


class Scheme(StrEnum):
    """The kinds of places where a secret may be."""

    ENV = "env"
    FILE = "file"
    KEYRING = "keyring"
    CMD = "cmd"
    PROMPT = "prompt"


@dataclass(frozen=True, slots=True, repr=False)
class Reference:
    """Where a secret is. `str()` says it as far as it is safe: of a command only the program's name."""

    scheme: Scheme
    rest: str

    def __str__(self) -> str:
        if self.scheme is Scheme.CMD:
            return f"cmd:{self.rest.split(maxsplit=1)[0]} ..."
        return f"{self.scheme.value}:{self.rest}"

    __repr__ = __str__


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a secret could not be had, and what to do about it; no word of it comes from the secret."""

    problem: str
    next_step: str


def parse_reference(text: str) -> Reference | None:
    """A reference as written, or None where the text is none: then it may be a secret, and must not be repeated."""
    scheme, colon, rest = text.partition(":")
    if not colon or scheme not in tuple(Scheme):
        return None
    reference = Reference(Scheme(scheme), rest.strip())
    if reference.scheme is not Scheme.PROMPT and not reference.rest:
        return None
    return reference


def resolve(
    reference: Reference, folder: Path, prompt: Prompt, asked_for: str, hidden: frozenset[str] = frozenset()
) -> Secret | Unreadable:
    """The secret behind a reference. `folder` is where relative paths start, `asked_for` what a prompt names; a command
    does not inherit the environment variables that are `hidden`, which hold other secrets."""
    match reference.scheme:
        case Scheme.ENV:
            return _from_environment(reference.rest)
        case Scheme.FILE:
            return _from_file(folder / Path(reference.rest).expanduser())
        case Scheme.KEYRING:
            return _from_keyring(reference.rest)
        case Scheme.CMD:
            return _from_command(reference.rest, folder, hidden)
        case Scheme.PROMPT:
            return _from_person(prompt, f"{reference.rest or 'secret'} ({asked_for})")


def check_private(path: Path) -> Unreadable | None:
    """What keeps a file from being used as a secret: it is missing, no regular file, or open to group or others."""
    try:
        status = path.stat()
    except OSError as error:
        return Unreadable(f"file {path} cannot be read ({error.strerror})", "put it there, or correct the path")
    return _not_private(path, status)


def _not_private(path: Path, status: os.stat_result) -> Unreadable | None:
    if not stat.S_ISREG(status.st_mode):
        return Unreadable(f"{path} is not a regular file", "name the file that holds the secret")
    mode = stat.S_IMODE(status.st_mode)
    if mode & 0o077:
        return Unreadable(f"file {path} has mode {mode:04o}, open to others than its owner", f"chmod 600 {path}")
    return None


def _from_environment(name: str) -> Secret | Unreadable:
    value = os.environ.get(name)
    if not value:
        return Unreadable(f"the environment variable {name} is not set", f"export {name} before the scan")
    if any("\ud800" <= letter <= "\udfff" for letter in value):  # octets that are no text: nothing could send them
        return Unreadable(f"what the environment variable {name} holds is not UTF-8", "store the secret as text")
    return Secret(value)


def _from_file(path: Path) -> Secret | Unreadable:
    refused = check_private(path)  # before it is opened, for a pipe would wait for its writer
    if refused is not None:
        return refused
    try:
        with path.open("rb") as file:
            return _not_private(path, os.fstat(file.fileno())) or _first_line(file.read(MAX_OCTETS), f"file {path}")
    except OSError as error:
        return Unreadable(f"file {path} cannot be read ({error.strerror})", "put it there, or correct the path")


def _from_keyring(rest: str) -> Secret | Unreadable:
    service, slash, user = rest.rpartition("/")
    if not slash or not service or not user:
        return Unreadable("the keyring reference names no user", "write keyring:SERVICE/USER")
    try:
        import keyring
    except ImportError:
        return Unreadable("the keyring library is not installed", "pip install 'kitscan[keyring]'")
    try:
        value = keyring.get_password(service, user)
    except Exception as error:  # noqa: BLE001 - a decode boundary: backends raise what they like, perhaps with the secret
        return Unreadable(f"the keyring failed ({type(error).__name__})", "unlock it, or choose another backend")
    if not value:
        return Unreadable(f"the keyring has nothing for {service}/{user}", f"keyring set {service} {user}")
    return Secret(value)


def _from_person(prompt: Prompt, words: str) -> Secret | Unreadable:
    try:
        value = prompt(words)
    except (EOFError, OSError):
        value = ""
    if not value:
        return Unreadable("nothing was entered at the prompt", "run it where somebody can answer, or use env: or file:")
    return Secret(value)


def _from_command(command: str, folder: Path, hidden: frozenset[str]) -> Secret | Unreadable:
    """Run it without a shell, its errors unseen, and take the first line it prints."""
    try:
        words = shlex.split(command)
    except ValueError:
        return Unreadable("the command's quotes do not match", "quote it as a shell would want it")
    name = f"the command {words[0]}" if words else "the command"
    inherited = {variable: value for variable, value in os.environ.items() if variable not in hidden}
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command, from a file only the user can write
            words,
            cwd=folder,
            env=inherited,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, IndexError) as error:
        return Unreadable(f"{name} cannot be started ({type(error).__name__})", "install it, or correct the reference")
    with process:
        octets = _output(process)
        cut = octets is not None and len(octets) >= MAX_OCTETS
        if octets is None or cut:
            process.kill()
    if octets is None:
        return Unreadable(f"{name} took longer than {COMMAND_SECONDS:.0f} s", "run it by hand: what does it wait for?")
    if process.returncode and not cut:
        return Unreadable(f"{name} ended with exit code {process.returncode}", "run it by hand and see what it says")
    return _first_line(octets, name)


def _output(process: "subprocess.Popen[bytes]") -> bytes | None:
    """What it printed, up to MAX_OCTETS, or None where the time was up first."""
    if process.stdout is None:
        return b""
    deadline = time.monotonic() + COMMAND_SECONDS
    descriptor, octets = process.stdout.fileno(), b""
    ready = select.poll()
    ready.register(descriptor, select.POLLIN)
    while len(octets) < MAX_OCTETS:
        if not ready.poll(max(0.0, deadline - time.monotonic()) * 1_000):
            return None
        piece = os.read(descriptor, MAX_OCTETS - len(octets))
        if not piece:
            return octets if _ended(process, deadline) else None
        octets += piece
    return octets


def _ended(process: "subprocess.Popen[bytes]", deadline: float) -> bool:
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True


def _first_line(octets: bytes, origin: str) -> Secret | Unreadable:
    try:
        text = octets.decode("utf-8").partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        return Unreadable(f"what {origin} holds is not UTF-8", "store the secret as text")
    if not text:
        return Unreadable(f"{origin} gives an empty first line", "put the secret on the first line")
    if len(text) > MAX_SECRET:
        return Unreadable(f"{origin} gives a first line of more than {MAX_SECRET:,} characters", "name the right place")
    return Secret(text)
