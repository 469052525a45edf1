"""The block `fleet` of kitscan.yaml: what it may say, and errors that repeat neither a key nor a broker's URL."""

from datetime import timedelta
from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError
from scanner.config import parse_config
from scanner.courier.centre_settings import CentreSettings
from scanner.courier.tls_files import TlsFiles
from scanner.credentials.references import Reference, Scheme

CANARY = "canary-77d1a0"
FOLDER = Path("/srv/centre")
LEAST = "fleet:\n  key: file:centre.key\n"


def test_a_block_is_read_with_its_defaults() -> None:
    assert parse_config(f"{LEAST}  courier: env:BROKER\n", FOLDER).fleet == CentreSettings(
        FOLDER / "sites",
        Reference(Scheme.FILE, "centre.key"),
        Reference(Scheme.ENV, "BROKER"),
        FOLDER / "inbox",
        timedelta(minutes=15),
        TlsFiles(),
    )
    assert parse_config("", FOLDER).fleet is None


def test_paths_begin_at_the_folder_of_the_file() -> None:
    own = "  courier: folder:/mnt/stick\n  sites: s\n  inbox: i\n  grace: 0.5\n"
    own += "  tls: {ca: a.pem, certificate: c, key: k}\n"
    fleet = parse_config(LEAST + own, FOLDER).fleet
    assert fleet is not None
    assert (fleet.courier, fleet.sites, fleet.inbox) == (Path("/mnt/stick"), FOLDER / "s", FOLDER / "i")
    assert fleet.grace == timedelta(seconds=30)
    assert fleet.tls == TlsFiles(FOLDER / "a.pem", FOLDER / "c", FOLDER / "k")


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (f"{LEAST}  courier: amqps://kitscan:{CANARY}@broker/\n", "folder:PATH, or a reference"),
        (f"{LEAST}  courier: 'folder:'\n", "folder:PATH, or a reference"),
        (f"{LEAST}  courier: 'prompt:'\n", "folder:PATH, or a reference"),
        (f"fleet:\n  courier: env:BROKER\n  key: kitscan-ed25519-private:{CANARY}\n", "a reference"),
        ("fleet:\n  courier: env:BROKER\n  key: 'prompt:'\n", "a reference"),
        (f"{LEAST}  courier: env:BROKER\n  grace: -1\n", "greater than or equal to 0"),
        (f"{LEAST}  courier: env:BROKER\n  tls: {{certificate: c}}\n", "certificate and key together"),
        (f"{LEAST}  courier: env:BROKER\n  site: LON\n", "site"),
        (LEAST, "courier"),
    ],
)
def test_what_is_wrong_is_named_and_no_secret_repeated(block: str, expected: str) -> None:
    with pytest.raises(DataFileError, match=r"kitscan\.yaml") as refused:
        parse_config(block, FOLDER)
    assert expected in str(refused.value)
    assert CANARY not in str(refused.value)
