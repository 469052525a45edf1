"""Services that one logs in to: an SSH server by its identification, host keys, algorithms and, by rules, its commands;
a Telnet server by its banner, which anybody can type.

fingerprints.sources.cli reads what commands print without rules.
"""

from collections.abc import Iterator

from fingerprints.claims.extracted_item import ExtractedItem, items_of_rules
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.model.source_module import SourceModule
from fingerprints.sources.cli.labels import concerns_other_devices

MODULE = SourceModule(
    "login_services",
    sources=frozenset(
        (
            Source.SSH_IDENT,
            Source.SSH_HOST_KEY,
            Source.SSH_GREETING,
            Source.SSH_PROMPT,
            Source.SSH_PLATFORM,
            Source.SSH_COMMAND,
            Source.SSH_KEX,
            Source.TELNET_BANNER,
        )
    ),
    match_sources=frozenset((Source.SSH_HOST_KEY,)),
)

MAX_KEX = 8

MAX_BANNERS = 8


def ssh_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What rules read from identifications (RFC 4253 section 4.2), host keys and commands."""
    for observation in index.of(Source.SSH_IDENT):
        yield from items_of_rules(database, observation, "ssh-ident-rule", "sys-descr-general")
    for observation in index.of(Source.SSH_HOST_KEY):
        yield from items_of_rules(database, observation, "host-key-rule", "sys-descr-general")
    for observation in index.of(Source.SSH_COMMAND):
        anywhere = not concerns_other_devices(observation.at)
        yield from items_of_rules(database, observation, "command-rule", "command-rule", anywhere)


def kex_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What rules read from the algorithms that the server offers (SSH_MSG_KEXINIT, RFC 4253 section 7.1)."""
    for observation in index.of(Source.SSH_KEX)[:MAX_KEX]:
        yield from items_of_rules(database, observation, "kex-rule", "wire-rule")


def telnet_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What rules read from Telnet banners."""
    for observation in index.of(Source.TELNET_BANNER)[:MAX_BANNERS]:
        yield from items_of_rules(database, observation, "telnet-rule", "wire-rule")


def host_keys(index: ObservationIndex) -> Iterator[str]:
    """Match keys: the host keys, each as its type and fingerprint."""
    yield from (clean(observation.value) for observation in index.of(Source.SSH_HOST_KEY))
