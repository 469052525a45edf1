"""The files of a TLS connection to a broker."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files. `ca` holds the authorities to trust, the system's where it is None; `certificate` and `key` are those
    that this end shows, if the broker asks for any."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
