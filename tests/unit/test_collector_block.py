"""The block `collector` of kitscan.yaml: what it takes, its defaults, and errors that repeat no secret."""

from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError, KitscanError
from scanner.cli.main import run
from scanner.config import parse_config
from scanner.courier.collector_settings import CollectorSettings
from scanner.courier.tls_files import TlsFiles
from scanner.credentials.references import Reference, Scheme
from scanner.fleet.own_secrets import read_private_key
from scanner.store.bundles.signing import new_private_key

KEY = "ed25519:" + "a" * 64
WHOLE = f"""\
collector:
  site: LON
  name: lon-1
  key: file:keys/lon
  centre: {KEY}
  courier: env:KITSCAN_BROKER
  ca: ca.pem
  certificate: lon.pem
  certificate_key: lon.key
  spool: /var/spool/kitscan
  spool_limit: 500MB
  max_runs_per_day: 1
"""
LEAST = "collector: {site: LON, name: lon1, key: credential:lon}\n"
SECRET = "amqps://lon:hunter2@broker.example/fleet"


def block(text: str) -> CollectorSettings | None:
    return parse_config(text, Path("/site")).collector


def test_every_key_of_the_block() -> None:
    assert block(WHOLE) == CollectorSettings(
        site="LON",
        name="lon-1",
        key=Reference(Scheme.FILE, "keys/lon"),
        centre=KEY,
        courier=Reference(Scheme.ENV, "KITSCAN_BROKER"),
        tls=TlsFiles(Path("/site/ca.pem"), Path("/site/lon.pem"), Path("/site/lon.key")),
        spool=Path("/var/spool/kitscan"),
        spool_limit=500_000_000,
        max_runs_per_day=1,
    )


def test_what_a_block_does_not_say() -> None:
    settings = block(LEAST)
    assert settings is not None
    assert (settings.centre, settings.courier, settings.tls) == (None, None, TlsFiles())
    assert (settings.spool, settings.spool_limit) == (Path("/site/spool"), 2_000_000_000)
    assert settings.max_runs_per_day == 4
    assert block("targets: [10.0.0.1]\n") is None


def test_a_courier_may_be_a_folder() -> None:
    settings = block(LEAST.replace("}", ", courier: 'folder:shared'}"))
    assert settings is not None
    assert settings.courier == Path("/site/shared")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("site: LON", "site: L/N"), "site"),
        (("key: credential:lon", "key: 'prompt:'"), "a reference"),
        (("key: credential:lon", f"key: {new_private_key()}"), "a reference"),
        (("}", f", courier: '{SECRET}'}}"), "folder:PATH, or a reference"),
        (("}", ", courier: 'folder:'}"), "folder:PATH, or a reference"),
        (("}", ", centre: ed25519:abc}"), "the centre's public key"),
        (("}", ", spool_limit: 2}"), "spool_limit"),
        (("}", ", spool_limit: 2kB}"), "a size such as 500MB"),
        (("}", ", spool_limit: 1MB}"), "a size such as 500MB"),
        (("}", ", max_runs_per_day: 0}"), "max_runs_per_day"),
        (("}", ", certificate: a.pem}"), "together, or neither"),
        (("}", ", profile: lab}"), "profile"),
    ],
)
def test_what_is_wrong_in_a_block_is_said_without_its_secret(change: tuple[str, str], expected: str) -> None:
    with pytest.raises(DataFileError) as caught:
        block(LEAST.replace(*change))
    assert expected in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "kitscan-ed25519-private" not in str(caught.value)


def test_a_key_that_is_none_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hunter2\n")
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(KitscanError, match="is no private key of kitscan") as caught:
        read_private_key(Reference(Scheme.FILE, "key"), tmp_path, lambda _text: "", "collector.key")
    assert "hunter2" not in str(caught.value)
    with pytest.raises(KitscanError, match="cannot be read"):
        read_private_key(Reference(Scheme.FILE, "nothing"), tmp_path, lambda _text: "", "collector.key")


@pytest.mark.parametrize(
    ("config", "words", "expected"),
    [
        ("targets: [127.0.0.1]\n", ("collector", "--site", "LON"), "has no block `collector`"),
        (LEAST, ("collector", "--site", "MAN"), "is of site LON"),
        (LEAST, ("collector", "--site", "LON"), "no key `centre`"),
        (LEAST.replace("}", f", centre: '{KEY}'}}"), ("collector", "--site", "LON"), "no key `courier`"),
        ("targets: [127.0.0.1]\n", ("collect", "--out", "x"), "no --site"),
        ("targets: [127.0.0.1]\n", ("collect", "--out", "x", "--site", "LON"), "no --collector"),
        ("targets: [127.0.0.1]\n" + LEAST, ("collect", "--out", "x", "--site", "MAN"), "is of site LON"),
        ("targets: [127.0.0.1]\n" + LEAST, ("collect", "--out", "x"), "collector.key: credential:lon"),
        ("targets: [127.0.0.1]\n", ("collect", "--out", "x", "--site", "L N", "--collector", "c"), "--site takes"),
        ("targets: [127.0.0.1]\n" + LEAST, ("collect", "--out", "x", "--run", "7"), "--run takes 32 hexadecimal"),
        ("targets: [127.0.0.1]\n" + LEAST, ("collect", "--out", "x", "--sign", "hunter2"), "--sign is no reference"),
    ],
)
def test_a_command_says_what_it_lacks_and_asks_nobody(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    config: str,
    words: tuple[str, ...],
    expected: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    (tmp_path / "kitscan.yaml").write_text(config)
    assert run(list(words)) == 2
    printed = capsys.readouterr().err
    assert expected in printed
    assert "hunter2" not in printed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kitscan.yaml"]


def test_a_large_scope_is_confirmed_when_a_collector_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kitscan.yaml").write_text(f"targets: [10.0.0.0/16]\n{WHOLE}")
    assert run(["collector", "--site", "LON"]) == 6
    assert "add --yes" in capsys.readouterr().err
