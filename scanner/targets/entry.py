"""What an inventory holds, as written: the entries that name targets, and what is no target, with its reason."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class InventoryEntry:
    """A target word, its place in the inventory (`row 3`, `nodes.leaf1`), and what the inventory says of it.

    Ports are None if the inventory does not give them. `secret_columns` are names of what it gives and
    kitscan does not keep, because they stand for a secret. `user` is the login that stands beside them.
    """

    place: str
    word: str
    labels: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    snmp_port: int | None = None
    ssh_port: int | None = None
    secret_columns: tuple[str, ...] = ()
    user: str = ""


class SkipReason(StrEnum):
    """Why something that an inventory lists is no target."""

    NO_ADDRESS = "no-address"
    NOT_A_HOST = "not-a-host"
    NOT_ACTIVE = "not-active"
    LOCAL = "local"
    DOWN = "down"
    TEMPLATE = "template"
    CHASSIS_MEMBER = "chassis-member"
    NO_DEVICE = "no-device"


@dataclass(frozen=True, slots=True)
class SkippedEntry:
    """One row or object that is no target: where it stands, its name, and the reason. `detail` is a state or a kind."""

    place: str
    name: str
    reason: SkipReason
    detail: str = ""


class NoteKind(StrEnum):
    """What a reader has to say of a whole inventory."""

    ENCODING = "encoding"
    ADDRESS_COLUMN = "address-column"
    ENCRYPTED = "encrypted"
    MORE_PAGES = "more-pages"
    ALSO_READ = "also-read"
    NOT_READ = "not-read"
    OUTSIDE_NETWORK = "outside-network"
    OF_ENVIRONMENT = "of-environment"


@dataclass(frozen=True, slots=True)
class InventoryNote:
    """One note of a reader. `subject` is what it is about: an encoding, a column, a file, a source, a count."""

    kind: NoteKind
    subject: str


@dataclass(frozen=True, slots=True)
class ListedPrefix:
    """A network that an inventory documents. It names no target; with a role or a site it may become a zone."""

    prefix: str
    role: str = ""
    site: str = ""
    vrf: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredLink:
    """A link between two entries or skipped ones, by their names and interfaces, as an inventory declares it. An
    interface may be empty."""

    a_name: str
    a_interface: str
    b_name: str
    b_interface: str


@dataclass(frozen=True, slots=True)
class InventoryContent:
    """All that one inventory was understood to hold.

    `unread` are names of columns and keys whose values are not kept, besides those that stand for a secret.
    `secret_columns` are such names that belong to no single entry. `networks` are prefixes that the inventory says its
    own targets lie in: the management networks of a lab.
    """

    entries: tuple[InventoryEntry, ...] = ()
    skipped: tuple[SkippedEntry, ...] = ()
    unread: tuple[str, ...] = ()
    notes: tuple[InventoryNote, ...] = ()
    prefixes: tuple[ListedPrefix, ...] = ()
    secret_columns: tuple[str, ...] = ()
    links: tuple[DeclaredLink, ...] = ()
    networks: tuple[str, ...] = ()

    @property
    def secret_names(self) -> tuple[str, ...]:
        """All names that stand for a secret, each once."""
        own = (name for entry in self.entries for name in entry.secret_columns)
        return tuple(dict.fromkeys((*self.secret_columns, *own)))
