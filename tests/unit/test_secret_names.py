"""Secrets that people write into lists and files: known by their names, kept nowhere, and quoted by no error."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fingerprints.model.errors import KitscanError
from fingerprints.model.secret_names import HIDDEN, first_word, names_secret, without_secrets
from reports.declared.attribute_list import read_attributes
from reports.judgement.waivers import read_waivers
from reports.placement.zones import read_zones
from reports.policy.policy_set import load_policies
from scanner.cli.exit_codes import exit_code_of
from scanner.cli.main import run
from scanner.config import read_config
from scanner.credentials.book import read_credentials
from scanner.store.errors import StoreError
from scanner.store.url import holds_password
from scanner.targets.read_targets import read_targets, resolve_name
from scanner.targets.spans import SecretColumn
from scanner.targets.target import Ports

SECRET = "hunter2-canary"

NAMES = """
    password passwd secret community token key enable ansible_pass ansible_password pass pwd psk auth priv snmpAuthPass
    authKey privPassword Contraseña Passwort Kennwort mot_de_passe Mot-de-passe Clave Schlüssel communauté enable_secret
    cisco-enable ansible_become_pass api_key APIKey snmpKey rocommunity RO-Community wpa_psk userpass pass1 password2
    sshPass SNMPv3Priv authPassphrase ansible_ssh_private_key Geheimnis comunidad login_pw snmp_rw
    login RO RW snmpRO snmpread ro_string enablePw rootpw passw preshared hasło lösenord salasana heslo şifre
    adgangskode passord jelszó пароль 密码 パスワード 비밀번호 κωδικός sshkey keystring vault
"""

HONEST = """
    address name asset_key primary_key host_key key_id priority private_ip site role group bypass enable_lldp enabled
    auth_protocol privProtocol compass author authority privileged passive keyboard monkey turnkey vlan tag model serial
    token_ring secretary pass_through password_expires credential_name pin_count psk_enabled login_banner snmp_version
    router row communication power pwr
"""


@pytest.mark.parametrize("name", [*NAMES.split(), "SNMP Community", "Mot de passe", "snmp\u00a0community"])
def test_a_name_of_a_secret_is_known_in_any_writing(name: str) -> None:
    assert names_secret(name)


@pytest.mark.parametrize("name", HONEST.split())
def test_an_honest_name_is_none(name: str) -> None:
    assert not names_secret(name)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"r1 ansible_host=10.0.0.1 ansible_password={SECRET}", "r1"),
        (f"ansible_password={SECRET}", "ansible_password=..."),
        (f"admin:{SECRET}@10.0.0.1", "...@10.0.0.1"),
        (f"admin:{SECRET}", "admin:..."),
        (f"https://admin:{SECRET}@h/x", "...@h/x"),
        (f"10.0.0.1,admin,{SECRET}", "10.0.0.1"),
        (f"10.0.0.1\t{SECRET}", "10.0.0.1"),
        ("10.0.0.1:99999", "10.0.0.1:99999"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_an_error_quotes_the_first_word_of_a_line_and_no_secret_in_it(line: str, shown: str) -> None:
    assert first_word(line) == shown


def test_a_value_loses_what_its_own_words_call_a_secret() -> None:
    text = f'see ssh://admin:{SECRET}@r1/, password={SECRET}, "token": "{SECRET}", at 12:30, port: 22'
    assert without_secrets(text) == f'see ssh://{HIDDEN}@r1/, password={HIDDEN}, "token": {HIDDEN}, at 12:30, port: 22'


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("snmp-server community hunter2 RO", f"snmp-server community {HIDDEN} RO"),
        ("enable secret 5 hunter2", f"enable secret 5 {HIDDEN}"),
        ("machine r1 login audit password hunter2", f"machine r1 login audit password {HIDDEN}"),
        ("audit:hunter2@192.0.2.1", f"audit:{HIDDEN}@192.0.2.1"),
        ("Password 'hunter 2'", f"Password {HIDDEN}"),
        ("mail noc@example.net, room 12:30", "mail noc@example.net, room 12:30"),
    ],
)
def test_a_note_loses_the_secret_of_a_line_of_configuration(note: str, kept: str) -> None:
    assert without_secrets(note) == kept


def test_columns_that_name_a_secret_are_dropped_and_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(
        f"address,name,snmpKey,SNMP Community,asset_key,notes\n192.0.2.1,r1,{SECRET},{SECRET},A17,password={SECRET}\n"
    )
    found = read_targets(("list.csv",), Ports(), resolve_name, tmp_path)
    assert SECRET not in repr(found)
    assert next(iter(found)).attributes == (("asset_key", "A17"), ("notes", f"password={HIDDEN}"))
    file = str(tmp_path / "list.csv")
    assert found.secret_columns == (SecretColumn(file, "snmpkey"), SecretColumn(file, "snmp_community"))
    listed = read_attributes(tmp_path / "list.csv")
    assert (listed.names, listed.secret_columns) == (frozenset(("asset_key", "notes")), ("snmpkey", "snmp_community"))


def test_labels_of_a_topology_that_name_a_secret_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "lab.clab.yml").write_text(
        f"name: lab\ntopology:\n  nodes:\n    r1: {{kind: ceos, mgmt-ipv4: 192.0.2.1, env: {{PASS: {SECRET}}}, "
        f"labels: {{adminPass: {SECRET}, site: lon}}}}\n"
    )
    (tmp_path / "data.json").write_text(
        f'{{"nodes": {{"r2": {{"mgmt-ipv4-address": "192.0.2.2", "labels": {{"snmp-community": "{SECRET}"}}}}}}}}'
    )
    found = read_targets(("lab.clab.yml", "data.json"), Ports(), resolve_name, tmp_path)
    assert SECRET not in repr(found)
    assert [column.name for column in found.secret_columns] == ["adminPass", "snmp-community"]


WRONG: tuple[tuple[str, str], ...] = (
    ("list.txt", f"192.0.2.1\nr1 password={SECRET}\n"),
    ("list.txt", f"admin:{SECRET}\n"),
    ("list.txt", f"192.0.2.1\nadmin:{SECRET}@192.0.2.1\npassword={SECRET}\nhttps://u:{SECRET}@h/\n"),
    ("list.txt", f"[all:vars]\nansible_password={SECRET}\n"),
    ("list.csv", f"r1,ssh,{SECRET}\n"),
    ("list.csv", f"address,ssh_port\n192.0.2.1,{SECRET}\n"),
    ("list.csv", f"address,name,{SECRET}={SECRET},{SECRET}={SECRET}\n192.0.2.1,a,b,c\n"),
    ("list.csv", f"address,name\n192.0.2.1,r1,{SECRET}\n"),
    ("lab.clab.yml", f"topology:\n  nodes:\n    r1: {SECRET}\n"),
    ("data.json", f'{{"nodes": {{"r1": {{"password": "{SECRET}"}}}}'),
    ("kitscan.yaml", f"password: {SECRET}\n"),
    ("kitscan.yaml", f"targets: {{community: {SECRET}}}\n"),
    ("kitscan.yaml", f"profile: gentle password={SECRET}\n"),
    ("kitscan.yaml", f"ports: password={SECRET}\n"),
    ("kitscan.yaml", f"store: 'postgresql://h/x?password={SECRET}'\n"),
    ("kitscan.yaml", f"profile: gentle\n{SECRET}: [\n"),
    ("kitscan.yaml", f"? password={SECRET}\n: 1\n"),
    ("zones.yaml", f"zones:\n  - {{name: a, core: {{password: {SECRET}}}}}\n"),
    ("zones.yaml", f"zones:\n  - {{name: a, token: {SECRET}}}\n"),
    ("waivers.yaml", f"waivers: 'password={SECRET}'\n"),
    ("policy.yaml", f"id: a\nauth: {SECRET}\n"),
    ("credentials.yaml", f"credentials:\n  - {{name: a, snmp: v2c, community: {SECRET}, prefixes: [10.0.0.0/8]}}\n"),
    (
        "credentials.yaml",
        f"credentials:\n  - {{name: a, snmp: v2c, community: 'x:{SECRET}', prefixes: [10.0.0.0/8]}}\n",
    ),
    ("credentials.yaml", f"{SECRET}: 1\n"),
)


@pytest.mark.parametrize(("name", "content"), WRONG)
def test_an_error_about_a_file_repeats_no_secret_of_it(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    readers: dict[str, Callable[[], object]] = {
        "kitscan.yaml": lambda: read_config(tmp_path),
        "zones.yaml": lambda: read_zones(path),
        "waivers.yaml": lambda: read_waivers(path),
        "policy.yaml": lambda: load_policies(None, tmp_path),
        "credentials.yaml": lambda: read_credentials(path, lambda _words: ""),
    }
    with pytest.raises(KitscanError) as caught:
        readers.get(name, lambda: read_targets((name,), Ports(), resolve_name, tmp_path))()
    assert SECRET not in str(caught.value)


@pytest.mark.finding(12)
@pytest.mark.parametrize(
    "place",
    [
        "postgresql://u:S@h/x",
        "postgresql+psycopg://u@h/x?password=S",
        "postgresql://u@h/x?sslpassword=S",
        "postgresql://u@h/x?connect_timeout=1&p%61ssword=S",
        "mysql://h/x?passwd=S",
        "mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BPWD%3DS",
        "postgresql://u:S#a@h/x",
        "postgresql://u:S?a@h/x",
        "postgresql://u:S/a@h/x",
        "postgresql://[u:S@h/x",
        "postgresql:u:S@h",
    ],
)
def test_a_store_with_a_password_anywhere_in_its_url_is_refused_unquoted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], place: str
) -> None:
    place = place.replace("S", SECRET)
    assert run(["runs", "--store", place]) == exit_code_of(StoreError(""))
    printed = "".join(capfd.readouterr())
    assert SECRET not in printed and "holds a password" in printed
    (tmp_path / "kitscan.yaml").write_text(f"store: '{place}'\n")
    with pytest.raises(KitscanError, match="holds a password") as caught:
        read_config(tmp_path)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "place",
    ["a:b/kitscan.sqlite", "postgresql://u@h:5432/x?passfile=~/.pgpass&sslkey=/k", "postgresql://h:5432/x?user=a@b"],
)
def test_a_store_without_a_password_is_none_of_these(place: str) -> None:
    assert not holds_password(place)
