"""Secrets that people write where a name belongs: they are in no output, and are never resolved."""

import json
import os
from pathlib import Path

import pytest

from fingerprints.model.errors import KitscanError
from fingerprints.model.secret_names import first_word, names_secret, without_secrets
from scanner.cli.lists.targets import as_json
from scanner.targets.inventories.content import content_of
from scanner.targets.inventories.registry import KINDS
from scanner.targets.lists import fetch_nothing, lists_of
from scanner.targets.overview import overview_of

SECRET = "Zx9-secret"

LISTS = {
    "ansible.yaml": f'all:\n  hosts:\n    a: {{ansible_host: 192.0.2.1}}\n    "u:{SECRET}@192.0.2.2": {{}}\n',
    "lab.yaml": f'topology:\n  nodes:\n    n: {{mgmt-ipv4: 192.0.2.1}}\n    "u:{SECRET}@x": {{kind: bridge}}\n',
    "librenms.json": json.dumps(
        {
            "devices": [
                {"device_id": 1, "hostname": "192.0.2.1", "sysName": f"u:{SECRET}@x"},
                {"device_id": 2, "hostname": f"u:{SECRET}@192.0.2.2", "disabled": 1},
            ]
        }
    ),
    "netbox.json": json.dumps(
        {
            "results": [
                {
                    "name": f"u:{SECRET}@a",
                    "device_type": {"model": "m", "manufacturer": {"name": "c"}},
                    "role": {"name": "r"},
                    "site": {"name": "s"},
                    "status": {"value": "active"},
                    "primary_ip": {"address": "192.0.2.1/24"},
                },
            ]
        }
    ),
    "list.txt": f"192.0.2.1\nhttps://u:{SECRET}@192.0.2.2/\nu:{SECRET}@192.0.2.3\n192.0.2.4 password={SECRET}\n",
    "router.db": f"192.0.2.1:ios:adm:{SECRET}\nu:x@192.0.2.2:ios\ncore:{SECRET}\n",
    "mrtg.cfg": f"Target[a]: 1:pa@{SECRET}@192.0.2.7\n",
    "table.csv": f'name,address,notes,user\na,192.0.2.1,"see https://x/?token={SECRET}&a=1",adm:{SECRET}\n',
}


@pytest.mark.parametrize("name", LISTS)
def test_no_list_shows_a_secret_that_stands_in_a_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(LISTS[name])
    for named in lists_of((name,), tmp_path, "target", fetch_nothing):
        shown = json.dumps(as_json(overview_of(named)))
        assert SECRET not in shown and "192.0.2." in shown
        assert SECRET not in repr([(entry.labels, entry.attributes, entry.user) for entry in named.content.entries])


def test_a_part_of_a_community_is_no_router() -> None:
    lines = (
        "Target[a]: 1:pa@ss@192.0.2.7 + 1:x\\@y@192.0.2.8:1161:::2",
        "Target[b]: 1:a@h-1+2:b@h2 * 8",
        "Target[c]: `x u@h`",
    )
    text = "\n".join(lines)
    found = KINDS["mrtg"].read(content_of(text.encode(), Path("m")))
    assert [(entry.word, entry.snmp_port) for entry in found.entries] == [
        ("192.0.2.7", None),
        ("192.0.2.8", 1161),
        ("h-1", None),
        ("h2", None),
    ]
    assert [skipped.name for skipped in found.skipped] == ["c"]


def test_a_table_without_a_header_is_refused_and_loses_no_device(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"core1,192.0.2.1,admin,{SECRET}\ncore2,192.0.2.2,admin,{SECRET}\n")
    with pytest.raises(KitscanError, match="is no header row") as caught:
        list(lists_of(("t.csv",), tmp_path, "target", fetch_nothing))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f"https://x/?a=1&token={SECRET}",
        f"https://u:p@{SECRET}@h/",
        f"https://{SECRET}@h/",
        f"u:a:{SECRET}@h",
        f"u:p@{SECRET}@h",
        f"u:p/{SECRET}@h",
        f"note:site=a,pw={SECRET}",
    ],
)
def test_a_login_is_hidden_whatever_signs_it_has(text: str) -> None:
    assert SECRET not in without_secrets(text) and without_secrets(without_secrets(text)) == without_secrets(text)


def test_what_is_no_secret_stays() -> None:
    for text in ("https://x:8080/a?b=c", "10:20:30", "ssh://admin@h", "rack=a1 unit:3", "2001:db8::1", "a@b.example"):
        assert without_secrets(text) == text
    assert len(without_secrets("aa=" * 30_000)) == 90_000


def test_an_error_quotes_addresses_and_no_fields_behind_a_host() -> None:
    for word in ("2001:db8::1", "[2001:db8::1]:161", "fe80::1%eth0", "2001:db8::/32", "core1:22", "::ffff:192.0.2.1"):
        assert first_word(word) == word
    assert first_word(f"192.0.2.1:ios:adm:{SECRET}") == "192.0.2.1:..."
    assert names_secret("Login data")


def test_lines_of_one_login_are_no_hosts_file(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("".join(f"192.0.2.{last} admin {SECRET}\n" for last in range(1, 5)))
    try:
        named = list(lists_of(("hosts",), tmp_path, "target", fetch_nothing))
        shown = json.dumps([as_json(overview_of(one)) for one in named])
    except KitscanError as error:
        shown = str(error)
    assert SECRET not in shown


def test_a_pipe_is_no_host_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(KitscanError, match="there is no file"):
        list(lists_of(("pipe",), tmp_path, "target", fetch_nothing))
