"""The command line of a recorded device: outputs without lines that hold a secret, and the shell that plays them."""

import re
from collections.abc import Sequence

from fingerprints.model.evidence import Observation, Source, text_of
from fingerprints.model.secret_names import names_secret
from scanner.credentials.private_values import hide_private_values
from scanner.protocols.ssh.platforms.loader import load_platforms
from scanner.recorder.device_file import PlayedShell

_SILENT = "OpenSSH"
"""The identification of a device whose own nobody saw."""

_BLOCK = re.compile(
    r"(?ms)^[^\n]*-----BEGIN .*?(?:-----END [^\n]*\n?|\Z)"
    r"|^[ \t]*certificate [^\n]*\n.*?(?:^[ \t]*quit[ \t\r]*(?:\n|\Z)|\Z)"
)
"""A key or a certificate in the middle of a configuration."""

_SECRET_LINE = re.compile(
    r"(?i)^[ \t]*(?:set[ \t]+)?snmp(?:-server|-agent)?[ \t]+"
    r"(?:host|target-host|trap|trap-group|location|contact|sys-info)\b"
    r"|\b(?:authentication(?:-data)?|(?:irreversible-)?cipher|ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+)[ \t]+\S"
)
"""Lines of a configuration that hold a secret, or people's words, without a word that is always one's name."""


def without_secret_lines(text: str) -> str:
    """A command's output without the keys, and without the lines that name a secret, such as a community."""
    lines = _BLOCK.sub("", hide_private_values(text)).splitlines(keepends=True)
    return "".join(line for line in lines if not _names_secret(line))


def _names_secret(line: str) -> bool:
    if _SECRET_LINE.search(line) is not None:
        return True
    return any(names_secret(word.strip(":=,;\"'")) for word in line.split())


def played_shell(observations: Sequence[Observation]) -> PlayedShell | None:
    """The shell that plays what was seen of an SSH server; None where nothing was."""
    first: dict[Source, str] = {}
    commands: dict[str, str] = {}
    for observation in observations:
        if observation.source is Source.SSH_COMMAND:
            commands.setdefault(observation.at, text_of(observation.value))
        elif observation.source.startswith("ssh."):
            first.setdefault(observation.source, text_of(observation.value))
    if not first and not commands:
        return None
    platform = load_platforms().named(first.get(Source.SSH_PLATFORM, ""))
    return PlayedShell(
        first.get(Source.SSH_IDENT, _SILENT).removeprefix("SSH-2.0-") or _SILENT,
        first.get(Source.SSH_PROMPT, "> "),
        first.get(Source.SSH_GREETING, ""),
        dict(sorted(commands.items())),
        platform.paging_off if platform is not None else (),
        platform.leave if platform is not None else "exit",
    )
