"""The files of a nightly audit: a systemd service, its timer, and a line for cron, with the paths of this machine."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from fingerprints.model.errors import KitscanError

SCHEDULE_FILES = ("kitscan.service", "kitscan.timer", "kitscan.cron")

HIDDEN_PLACES = tuple(map(Path, ("/home", "/root", "/run/user", "/tmp", "/var/tmp")))  # noqa: S108 - names, no files
"""Folders that ProtectHome= and PrivateTmp= hide from a service, unless they are bound into its view."""

_UNNAMED = frozenset("\"'\\")
"""Signs that systemd takes out of some settings and leaves in others."""

STORE = "%S/kitscan/kitscan.sqlite"
"""The store of a service with a dynamic user: only its state directory outlives it. %S is /var/lib."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A nightly audit of a folder: when it begins and must end (`HH:MM`, empty for no end), and as whom it runs (empty
    for a user that systemd makes for each run). `program` is kitscan, and `python` the folders that it needs to run."""

    folder: Path
    program: Path
    python: tuple[Path, ...]
    at: str
    until: str = ""
    user: str = ""


def schedule_files(schedule: Schedule) -> Iterator[tuple[str, str]]:
    """The name and the text of each file. Raises KitscanError for a path that no such file can hold."""
    for path in (schedule.folder, schedule.program, *schedule.python):
        text = str(path)
        if not text.isprintable() or text != text.strip() or not _UNNAMED.isdisjoint(text):
            problem = f"a systemd service cannot name the path {text!r}"
            raise KitscanError(problem, "use a folder without control characters, quotes, backslashes and outer spaces")
    values = {
        "install": _install(schedule),
        "folder": shlex.quote(str(schedule.folder)),
        "directory": _specifiers(str(schedule.folder)),
        "command": _command(schedule),
        "user": "\n".join(_user(schedule)),
        "home": "\n".join(_home(schedule)),
        "at": schedule.at,
        "cron_file": shlex.quote(str(schedule.folder / "kitscan.cron")),
        "cron": _cron(schedule),
    }
    for name in SCHEDULE_FILES:
        text = files("scanner.cli.project_files").joinpath(name).read_text(encoding="utf-8")
        yield name, "".join(_filled(text, values))


def _filled(text: str, values: dict[str, str]) -> Iterator[str]:
    """The text with `@name@` replaced. What is put in is not searched again."""
    for number, part in enumerate(text.split("@")):
        yield values[part] if number % 2 and part in values else part if not number % 2 else f"@{part}@"


def _install(schedule: Schedule) -> str:
    if not schedule.user:
        file = shlex.quote(str(schedule.folder / "credentials.yaml"))
        return f"#   chmod 644 {file}   (it holds references, no secret; the service has a user of its own)"
    user = schedule.user
    return (
        f"#   useradd --system --shell /usr/sbin/nologin {user}\n"
        f"#   chown -R {user} {shlex.quote(str(schedule.folder))}"
    )


def _command(schedule: Schedule) -> str:
    words = [_quoted(str(schedule.program)), "audit", "--quiet"]
    words += ["--until", schedule.until] if schedule.until else []
    words += [] if schedule.user else ["--store", STORE]
    return " ".join(words)


def _user(schedule: Schedule) -> Iterator[str]:
    if schedule.user:
        yield f"User={schedule.user}"
        yield f"ReadWritePaths={_quoted(str(schedule.folder))}"
    else:
        yield f"# The store is {STORE.replace('%S', '/var/lib')}: kitscan runs --store names it."
        yield "DynamicUser=yes"
    yield "StateDirectory=kitscan"
    yield "StateDirectoryMode=0700"


def _home(schedule: Schedule) -> Iterator[str]:
    """ProtectHome=, and what must be seen of the folders that are hidden."""
    needed = dict.fromkeys(path for path in (schedule.program.parent, *schedule.python) if _is_hidden(path))
    outer = [path for path in needed if not any(path.is_relative_to(other) for other in needed if other != path)]
    hidden = [schedule.folder] if _is_hidden(schedule.folder) else []
    yield "ProtectHome=tmpfs" if outer or hidden else "ProtectHome=yes"
    yield from (f"BindReadOnlyPaths={_bound(path)}" for path in outer)
    kind = "BindPaths" if schedule.user else "BindReadOnlyPaths"
    yield from (f"{kind}={_bound(path)}" for path in hidden)


def _is_hidden(path: Path) -> bool:
    return any(path.is_relative_to(place) for place in HIDDEN_PLACES)


def _bound(path: Path) -> str:
    """A path of BindPaths=, where a colon separates source and destination: both are quoted words then."""
    return _quoted(str(path).replace(":", "\\:"))


def _quoted(text: str) -> str:
    """A word of a systemd unit (systemd.syntax(7), systemd.unit(5)): quoted where need be, `%` doubled."""
    safe = _specifiers(text)
    return f'"{safe}"' if any(letter in safe for letter in " ;") else safe


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")


def _cron(schedule: Schedule) -> str:
    """A line of /etc/cron.d (crontab(5)): the minute and the hour, the user, the command, in which `%` is escaped."""
    hour, minute = map(int, schedule.at.split(":"))
    until = f" --until {schedule.until}" if schedule.until else ""
    command = f"cd {shlex.quote(str(schedule.folder))} && {shlex.quote(str(schedule.program))} audit --quiet{until}"
    return f"{minute} {hour} * * * {schedule.user or 'kitscan'} {command}".replace("%", "\\%")
