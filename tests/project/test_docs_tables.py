"""What the documentation repeats of the source is compared with it, and the pages make a site."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from fingerprints.database.weights import load_weights
from fingerprints.model.device import Level
from reports.changes.change_report import ChangeReport
from reports.changes.compare import compare
from reports.changes.formats.as_json import changes_of
from reports.changes.formats.registry import CHANGE_FORMATS
from reports.changes.lasting import assign_lasting
from reports.changes.state.event import Cause, EventKind
from reports.formats.registry import FORMATS
from reports.policy.verdict import Verdict
from scanner.cli.exit_codes import BUSY, FINDINGS, INCOMPLETE, INTERNAL, SCOPE_REFUSED, UNTOLD, USAGE
from scanner.cli.lists.targets import as_json
from scanner.protocols.registry import PROBE_NAMES
from scanner.protocols.ssh.platforms.loader import load_platforms
from scanner.rate_limit.profiles import PROFILES
from scanner.stop_signals import STOP_SIGNALS
from scanner.targets.inventories.registry import INVENTORIES
from scanner.targets.lists import fetch_nothing, lists_of
from scanner.targets.overview import overview_of
from tests.project.docs_demo import Demo, environment
from tests.unit.device_states import box, night

ROOT = Path(__file__).parents[2]


def test_the_lines_sent_by_ssh_are_all_on_the_page() -> None:
    platforms = load_platforms().platforms
    rows = [f"| `{p.name}` | {code_spans(p.paging_off)} | {code_spans(p.commands)} | `{p.leave}` |" for p in platforms]
    assert "\n".join(rows) in (ROOT / "docs" / "scanning.md").read_text(encoding="utf-8")


def code_spans(lines: tuple[str, ...]) -> str:
    return ", ".join(f"`{line}`" for line in lines) or "none"


def test_the_rates_on_the_page_are_those_of_the_profiles() -> None:
    def rate(value: float | None) -> str:
        return "no limit" if value is None else f"{value:,.0f}"

    rows = [
        f"| {p.name} | {rate(p.requests_per_address)} | {rate(p.packets)} | {p.in_flight} | {p.devices_at_once:,} | "
        f"{p.walk_varbinds:,} values or {p.walk_seconds:,.0f} s | "
        f"{p.own_mib_requests} requests |"
        for p in PROFILES.values()
    ]
    assert "\n".join(rows) in (ROOT / "docs" / "scanning.md").read_text(encoding="utf-8")


def test_the_levels_on_the_page_are_those_of_the_data() -> None:
    rows = [
        f"| {threshold.level.value} | {threshold.confidence:g} | {threshold.groups} |"
        for threshold in load_weights().levels
    ]
    page = (ROOT / "docs" / "how-it-identifies.md").read_text(encoding="utf-8")
    assert "\n".join(rows) in page
    assert [level for level in Level if f"| {level.value} |" not in page] == []


def test_every_probe_format_verdict_and_exit_code_has_its_row() -> None:
    page = {name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("scanning", "report")}
    assert [probe for probe in PROBE_NAMES if f"| {probe} |" not in page["scanning"]] == []
    assert [name for name in (*FORMATS, *Verdict) if f"| `{name}` |" not in page["report"]] == []
    codes = (
        0,
        FINDINGS,
        USAGE,
        INCOMPLETE,
        INTERNAL,
        BUSY,
        SCOPE_REFUSED,
        UNTOLD,
        *(128 + number for number in STOP_SIGNALS),
    )
    assert [code for code in codes if f"| {code} |" not in page["report"]] == []


def test_the_readme_repeats_the_accuracy_of_captures_and_of_the_wire() -> None:
    page = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    ratios = r"\| +([0-9.]+)% \((\d+)/(\d+)\) +"
    (own,) = re.findall(rf"\| accuracy +{ratios}{ratios}", page)
    others = re.findall(rf"\| (?:enterprise number|MAC prefixes) +{ratios}", page)
    (row,) = re.findall(r".*`make accuracy`.*", (ROOT / "README.md").read_text(encoding="utf-8"))
    told = [f"{share} % ({right} of {known})" for share, right, known in (own[:3], own[3:])]
    assert f"{told[0]} captures, {told[1]} wire" in row
    assert [share for share, _, _ in others if f"{share} %" not in row] == []


def test_every_kind_of_inventory_is_named() -> None:
    page = (ROOT / "docs" / "inventories.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `([a-z-]+):FILE` \|", page, re.MULTILINE)
    assert sorted(named) == sorted(kind.name for kind in INVENTORIES)


def test_every_key_of_the_overview_of_targets_is_described(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "inventories.md").read_text(encoding="utf-8")
    spans = set(re.findall(r"`([a-z0-9_-]+)`", page))
    (tmp_path / "list").write_text("name,ip,password\nr1,192.0.2.1,x\nr1,192.0.2.1,x\nr2,192.0.2.300,x\na b,,x\n")
    (tmp_path / "prefixes").write_text('{"results": [{"prefix": "10.0.0.0/24", "vrf": null}]}')
    named = lists_of(("list", "prefixes"), tmp_path, "target", fetch_nothing)
    shown = [as_json(overview_of(one)) for one in named]
    assert all(shown[0][key] for key in ("targets", "skipped", "not_understood", "notes", "named_twice", "secrets"))
    assert shown[1]["networks"]
    assert sorted(keys(shown) - spans) == []


def test_every_key_of_the_document_is_described(demo: Demo) -> None:
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    document = json.loads((demo.folder / "report.json").read_text(encoding="utf-8"))
    del document["findings_by"]["policy"]
    spans = set(re.findall(r"`([a-z0-9_-]+)`", page))
    assert sorted(keys(document) - spans) == []


def keys(value: Any) -> set[str]:
    match value:
        case dict():
            return set(value) | {key for one in value.values() for key in keys(one)}
        case list():
            return {key for one in value for key in keys(one)}
        case _:
            return set()


def test_the_site_holds_every_page(tmp_path: Path) -> None:
    """Where mkdocs is installed the site is built too, and any warning of its fails."""
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    pages = [page for section in site["nav"] for page in leaves(section)]
    docs = ROOT / "docs"
    assert sorted(pages) == sorted(page.relative_to(docs).as_posix() for page in docs.rglob("*.md"))
    if shutil.which("mkdocs", path=environment()["PATH"]):
        built = subprocess.run(
            ["mkdocs", "build", "--strict", "--quiet", "--config-file", ROOT / "mkdocs.yml", "--site-dir", tmp_path],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert built.returncode == 0, built.stderr


def leaves(section: Any) -> Iterator[str]:
    match section:
        case str():
            yield section
        case dict():
            for inner in section.values():
                yield from leaves(inner)
        case list():
            for inner in section:
                yield from leaves(inner)


def test_the_events_and_causes_on_the_page_of_changes_are_those_there_are() -> None:
    page = (ROOT / "docs" / "changes.md").read_text(encoding="utf-8")
    tables = page.split("## What is told")[1].split("## Judged then")[0].split("## Why a verdict is another one")
    written = [re.findall(r"(?m)^\| `([\w-]+)` \|", table) for table in tables]
    assert written == [[kind.value for kind in EventKind], [cause.value for cause in Cause]]


def test_the_formats_of_changes_on_the_page_are_those_there_are() -> None:
    page = (ROOT / "docs" / "changes.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"(?m)^\| (\w+) \| `(\.\w+)` \|", page)) == dict(CHANGE_FORMATS)


def test_the_keys_of_the_changes_in_json_are_named_on_the_page() -> None:
    page = (ROOT / "docs" / "changes.md").read_text(encoding="utf-8")
    before = assign_lasting(night(1, box(1)), None)
    after = assign_lasting(night(2, box(1), box(2)), before)
    document = changes_of(ChangeReport(before, after, compare(before, after)))
    (event,) = document["events"]
    keys = {*document, *document["before"], *document["before"]["judged"], *event, *event["device"]}
    assert [key for key in sorted(keys) if f"`{key}`" not in page] == []
