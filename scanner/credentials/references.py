"""References to secrets: where a secret is, and how it is read when it is first needed.

A secret that cannot be read is a value (Unreadable), not an exception: no traceback then holds a frame with a secret.
"""

import os
import re
import select
import shlex
import stat
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from scanner.credentials.secret import Secret

MAX_OCTETS = 64 * 1024
"""The most octets read of a file or of a command's output. The secret is the first line."""

MAX_SECRET = 1_024
"""The most characters of a secret: far more than any device accepts, so that a wrong file is noticed."""

COMMAND_SECONDS = 30.0
"""How long a command may run: enough for a person to unlock a password store."""

FORMS = "env:NAME, file:PATH, credential:NAME, keyring:SERVICE/USER, cmd:COMMAND or prompt:"

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
"""The name of an environment variable as people write them. A password behind `env:` looks otherwise, mostly."""

CREDENTIALS_DIRECTORY = "CREDENTIALS_DIRECTORY"
"""The variable in which systemd names the folder of a service's credentials (systemd.exec(5), LoadCredential=)."""

_CREDENTIAL = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9_.-]{1,255}")
"""The name of a systemd credential, which is a file name too."""

Prompt = Callable[[str], str]
"""Asks a person for the secret that the text names. Raises EOFError if nobody can be asked."""


class Scheme(StrEnum):
    """Where a secret may be kept."""

    ENV = "env"
    FILE = "file"
    CREDENTIAL = "credential"
    KEYRING = "keyring"
    CMD = "cmd"
    PROMPT = "prompt"


@dataclass(frozen=True, slots=True, repr=False)
class Reference:
    """Where a secret is. `str()` shows only what is safe to show: of a command, the name of the program."""

    scheme: Scheme
    rest: str

    def __str__(self) -> str:
        if self.scheme is Scheme.CMD:
            return f"cmd:{self.rest.split(maxsplit=1)[0]} ..."
        return f"{self.scheme.value}:{self.rest}"

    __repr__ = __str__


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a secret cannot be read, and what to do about it. No word of it comes from the secret."""

    problem: str
    next_step: str


def parse_reference(text: str) -> Reference | None:
    """Parse a reference. None if the text is none: then it may be a secret, and no message may repeat it."""
    scheme, colon, rest = text.partition(":")
    if not colon or scheme not in tuple(Scheme):
        return None
    reference = Reference(Scheme(scheme), rest.strip())
    if reference.scheme is not Scheme.PROMPT and not reference.rest:
        return None
    return reference


def resolve(
    reference: Reference, folder: Path, prompt: Prompt, purpose: str, hidden: frozenset[str] = frozenset()
) -> Secret | Unreadable:
    """Read the secret behind a reference.

    Relative paths start at `folder`. A prompt names the `purpose`. A command does not inherit the environment variables
    in `hidden`, because they hold other secrets.
    """
    match reference.scheme:
        case Scheme.ENV:
            return _from_environment(reference.rest)
        case Scheme.FILE:
            return _from_file(folder / Path(reference.rest).expanduser())
        case Scheme.CREDENTIAL:
            path = _credential_path(reference.rest)
            return _from_file(path, path.parent) if isinstance(path, Path) else path
        case Scheme.KEYRING:
            return _from_keyring(reference.rest)
        case Scheme.CMD:
            return _from_command(reference.rest, folder, hidden)
        case Scheme.PROMPT:
            return _from_person(prompt, f"{reference.rest or 'secret'} ({purpose})")
        case _:
            assert_never(reference.scheme)


def secret_file(reference: Reference, folder: Path) -> Path | Unreadable:
    """The file that a `file:` or `credential:` reference names, for a library that reads a private key by itself."""
    if reference.scheme is Scheme.CREDENTIAL:
        return _credential_path(reference.rest)
    return folder / Path(reference.rest).expanduser()


def check_private(path: Path) -> Unreadable | None:
    """Why a file cannot be used as a secret (missing, no regular file, open to group or others), or None. A systemd
    credential may be open to its group: its access list, which is for the service alone, shows as the group's right."""
    given = os.environ.get(CREDENTIALS_DIRECTORY, "")
    return _check_private(path, Path(given) if given else None)


def _check_private(path: Path, credentials: Path | None) -> Unreadable | None:
    try:
        status = path.stat()
    except OSError as error:
        return Unreadable(f"file {path} cannot be read ({error.strerror})", "put it there, or correct the path")
    return _not_private(path, status, credentials)


def _not_private(path: Path, status: os.stat_result, credentials: Path | None) -> Unreadable | None:
    if not stat.S_ISREG(status.st_mode):
        return Unreadable(f"{path} is not a regular file", "name the file that holds the secret")
    mode = stat.S_IMODE(status.st_mode)
    if mode & (0o007 if path.parent == credentials else 0o077):
        return Unreadable(f"file {path} has mode {mode:04o}, open to others than its owner", f"chmod 600 {path}")
    return None


def _from_environment(name: str) -> Secret | Unreadable:
    value = os.environ.get(name)
    if not value:
        if not _VARIABLE.fullmatch(name):
            return Unreadable("no environment variable has this name (not shown: it may be a secret)", "write env:NAME")
        return Unreadable(f"the environment variable {name} is not set", f"export {name} before the scan")
    if any(
        "\ud800" <= letter <= "\udfff" for letter in value
    ):  # octets that are not UTF-8: no protocol could send them
        return Unreadable(f"the value of the environment variable {name} is not UTF-8", "store the secret as text")
    return Secret(value)


def _credential_path(name: str) -> Path | Unreadable:
    """The file of a systemd credential. It may not be there."""
    if not _CREDENTIAL.fullmatch(name):
        return Unreadable(
            "no systemd credential has this name (not shown: it may be a secret)", "write credential:NAME"
        )
    given = os.environ.get(CREDENTIALS_DIRECTORY)
    if not given:
        return Unreadable(
            f"credential:{name} is there only inside a systemd service ({CREDENTIALS_DIRECTORY} is not set)",
            f"add LoadCredential={name}:PATH to the service; elsewhere use file: or env:",
        )
    path = Path(given) / name
    if not path.exists():
        problem = f"the systemd service was given no credential {name}"
        return Unreadable(problem, f"add LoadCredential={name}:PATH to the service")
    return path


def _from_file(path: Path, credentials: Path | None = None) -> Secret | Unreadable:
    refused = _check_private(path, credentials)  # before opening: a pipe would wait for its writer
    if refused is not None:
        return refused
    try:
        with path.open("rb") as file:
            refused = _not_private(path, os.fstat(file.fileno()), credentials)
            return refused or _first_line(file.read(MAX_OCTETS), f"file {path}")
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


def _from_person(prompt: Prompt, text: str) -> Secret | Unreadable:
    try:
        value = prompt(text)
    except (EOFError, OSError):
        value = ""
    if not value:
        return Unreadable("nothing was entered at the prompt", "run it in a terminal, or use env: or file:")
    return Secret(value)


def _from_command(command: str, folder: Path, hidden: frozenset[str]) -> Secret | Unreadable:
    """Run a command without a shell, hide its errors, and take the first line that it prints."""
    try:
        words = shlex.split(command)
    except ValueError:
        return Unreadable("the quotes of the command do not match", "quote it as in a shell")
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
    """What the command printed, up to MAX_OCTETS. None if it ran longer than COMMAND_SECONDS."""
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
        return Unreadable(f"{origin} is not UTF-8", "store the secret as text")
    if not text:
        return Unreadable(f"{origin} gives an empty first line", "put the secret on the first line")
    if len(text) > MAX_SECRET:
        return Unreadable(f"{origin} gives a first line of more than {MAX_SECRET:,} characters", "name the right place")
    return Secret(text)
