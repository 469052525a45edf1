"""What each format says of a report, read back by readers that share no code with what writes it.

A reader returns facts by name. What a format does not hold is absent, and `HOLDS` says what each must hold, so that a
reader that stops finding a fact fails.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

import yaml
from defusedxml.ElementTree import fromstring

from tests.unit.written import open_workbook, text_of_pages

Facts = Mapping[str, object]

VERDICTS = ("restricted", "review", "conditional", "clear", "not_assessed")
PLACES = ("core", "non_core", "unclassified")
NUMBER = re.compile(r"\b\d+-[0-9a-f]{8}\b")
NOTICE = "Nobody chose the policies of this report"
LABELS = {
    "Restricted": "restricted",
    "Would be restricted": "restricted",
    "Review": "review",
    "Conditional": "conditional",
    "Clear": "clear",
    "Not assessed": "not_assessed",
}
ROW = re.compile(rf"[^\w\s]?\s*({'|'.join(LABELS)})\s+([\d,]+)\s+([\d,]+)\s+([\d,]+)\b.*")
SUMMARY = re.compile(r"([\d,]+) of ([\d,]+) assessed devices")


def counts(rows: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
    """Devices by place and verdict, without the zeros."""
    return dict(Counter(rows))


def read_text(written: bytes) -> Facts:
    text = written.decode()
    return {**_prose(text), "matrix": _matrix(ROW.fullmatch(line) for line in text.splitlines())}


def read_markdown(written: bytes) -> Facts:
    text = written.decode().replace("\\_", "_").replace("`", "")
    lines = (re.sub(r" *\| *", " ", line).strip() for line in text.splitlines() if line.startswith("|"))
    return {**_prose(text.replace("|", " ")), "matrix": _matrix(map(ROW.fullmatch, lines))}


def read_pdf(written: bytes) -> Facts:
    text = text_of_pages(written)
    silent = re.search(r"Silent ([\d,]+) address", text)
    return {
        **_prose(text),
        "matrix": _matrix(ROW.fullmatch(line) for line in text.splitlines()),
        "silent": _number(silent[1] if silent else "none"),
    }


def read_html(written: bytes) -> Facts:
    page = _Cells()
    page.feed(written.decode())
    rows = [" ".join(cells) for cells in page.rows]
    text = " ".join(page.words)
    silent = re.search(r"([\d,]+) addresse?s? did not answer", text)
    return {
        **_prose(text),
        "matrix": _matrix(map(ROW.fullmatch, rows[:7])),
        "silent": _number(silent[1]) if silent else 0,
    }


def read_workbook(written: bytes) -> Facts:
    book = open_workbook(written)
    sheets = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
    summary = sheets["Summary"]
    totals = {str(row[0]): row[1] for row in summary if isinstance(row[1], int) and isinstance(row[2], str)}
    devices, findings = _table(sheets["Devices"], "Device"), _table(sheets["Findings"], "Device")
    causes = _table(summary, "Family")
    place = {"Core": "core", "Non-core": "non_core", "Unclassified": "unclassified"}
    return {
        **_prose("\n".join(str(cell) for row in summary for cell in row if cell is not None)),
        "matrix": counts((place[row["Place"]], LABELS[row["Verdict"]]) for row in devices),
        "assessed": totals["Assessed"],
        "not_assessed": totals["Not assessed"],
        "unclassified": totals["Unclassified"],
        "silent": totals["Silent"],
        "open": sum(not row["Waiver"] for row in findings if row["Verdict"] != "Clear"),
        "waived": sum(bool(row["Waiver"]) for row in findings if row["Verdict"] != "Clear"),
        "groups": len(causes),
        "deadlines": sorted({str(row["Deadline"].date()) for row in findings if row["Deadline"] and not row["Waiver"]}),
    }


def read_json(written: bytes) -> Facts:
    whole = json.loads(written)
    return _of_documents(whole, whole["devices"], whole["not_assessed"])


def read_json_lines(written: bytes) -> Facts:
    header, *lines = map(json.loads, written.decode().splitlines())
    devices = [line for line in lines if "identity" in line]
    return _of_documents(header, devices, [line for line in lines if "target" in line])


def read_csv(written: bytes) -> Facts:
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    devices = [row for row in rows if row["row"] == "device"]
    return {
        "matrix": counts((row["place"], row["verdict"]) for row in devices),
        "assessed": sum(row["verdict"] != "not_assessed" for row in devices),
        "chosen": {row["binding"] for row in rows} == {"true"},
        "open": sum(len(list(filter(None, row["findings"].split(" | ")))) for row in devices),
    }


def read_components(written: bytes) -> Facts:
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    devices = {row["device"]: (row["place"], row["device_verdict"]) for row in rows if row["row"] != "not_assessed"}
    return {"matrix": counts(devices.values()), "chosen": {row["binding"] for row in rows} == {"true"}}


def read_junit(written: bytes) -> Facts:
    tree = fromstring(written)
    known = {item.get("name"): item.get("value") or item.text or "" for item in tree.iter("property")}
    devices = [case for case in tree.iter("testcase") if case.get("classname") == "kitscan.device"]
    return {
        "number": known["report"],
        "chosen": known["binding"] == "true",
        "devices": len(devices),
        **_counted(known["summary"]),
    }


def read_cyclonedx(written: bytes) -> Facts:
    whole = json.loads(written)
    about = _properties(whole["metadata"]["properties"])
    devices = [_properties(one["properties"]) for one in whole["components"]]
    return {
        "number": about["kitscan:report:number"],
        "chosen": about["kitscan:binding"] == "true",
        "matrix": counts((one["kitscan:place"], one["kitscan:verdict"]) for one in devices),
        **_counted(about["kitscan:summary"]),
    }


def read_sarif(written: bytes) -> Facts:
    (run,) = json.loads(written)["runs"]
    about = run["properties"]
    return {"number": about["report"]["number"], "chosen": about["binding"], **_counted(about["summary"])}


def read_prometheus(written: bytes) -> Facts:
    lines = [line for line in written.decode().splitlines() if not line.startswith("#")]
    samples = {line.rpartition(" ")[0]: line.rpartition(" ")[2] for line in lines}
    matrix = {
        (place, verdict): int(samples[f'kitscan_devices{{place="{place}",verdict="{verdict}"}}'])
        for place in PLACES
        for verdict in VERDICTS
    }
    (info,) = (name for name in samples if name.startswith("kitscan_report_info"))
    return {
        "number": re.findall(r'report="([^"]*)"', info)[0],
        "chosen": samples["kitscan_policies_chosen"] == "1",
        "matrix": {key: count for key, count in matrix.items() if count},
        "assessed": int(samples["kitscan_devices_assessed"]),
        "not_assessed": int(samples["kitscan_targets_not_assessed"]),
        "unclassified": int(samples["kitscan_devices_unclassified"]),
        "silent": int(samples["kitscan_addresses_silent"]),
        "waived": int(samples["kitscan_findings_waived"]),
    }


def read_ansible(written: bytes) -> Facts:
    tree = yaml.safe_load(written)["all"]
    hosts = tree["hosts"].values()
    return {
        **_counted(" ".join(written.decode().split("\n#"))),
        "number": tree["vars"]["kitscan_report"],
        "chosen": tree["vars"]["kitscan_binding"],
        "matrix": counts((host["kitscan_place"], host["kitscan_verdict"]) for host in hosts),
    }


def read_nornir(written: bytes) -> Facts:
    head = written.decode().partition('\n"')[0].replace("\n#", "")
    data = [host["data"] for host in yaml.safe_load(written).values()]
    return {
        **_counted(head),
        "number": re.findall(r"report (\d+-[0-9a-f]{8})", head)[0],
        "chosen": {one["kitscan_binding"] for one in data} == {True},
        "matrix": counts((one["kitscan_place"], one["kitscan_verdict"]) for one in data),
    }


def read_router_db(written: bytes) -> Facts:
    text = written.decode()
    lines = text.splitlines()
    apart = re.compile(r"# (without a model|\w+, an address with colons): ")
    return {
        **_counted(text.replace("\n#", "")),
        "number": re.findall(r"report (\d+-[0-9a-f]{8})", text)[0],
        "chosen": NOTICE not in text,
        "devices": sum(not line.startswith("#") or apart.match(line) is not None for line in lines),
    }


READERS: Mapping[str, Callable[[bytes], Facts]] = {
    "text": read_text,
    "html": read_html,
    "json": read_json,
    "jsonl": read_json_lines,
    "csv": read_csv,
    "markdown": read_markdown,
    "junit": read_junit,
    "components": read_components,
    "xlsx": read_workbook,
    "cyclonedx": read_cyclonedx,
    "sarif": read_sarif,
    "prometheus": read_prometheus,
    "ansible": read_ansible,
    "nornir": read_nornir,
    "oxidized": read_router_db,
    "pdf": read_pdf,
}
"""A reader for each format by its name."""

_SENTENCES = frozenset(
    ("number", "chosen", "matrix", "restricted", "assessed", "not_assessed", "waived", "who", "scope")
)

_INVENTORY = frozenset(("number", "chosen", "restricted", "assessed", "not_assessed"))

HOLDS: Mapping[str, frozenset[str]] = {
    "text": _SENTENCES,
    "html": _SENTENCES | {"silent"},
    "json": frozenset(
        (
            "number",
            "chosen",
            "matrix",
            "assessed",
            "unclassified",
            "silent",
            "waived",
            "open",
            "deadlines",
            "who",
            "scope",
        )
    ),
    "jsonl": frozenset(
        (
            "number",
            "chosen",
            "matrix",
            "assessed",
            "unclassified",
            "silent",
            "waived",
            "open",
            "deadlines",
            "who",
            "scope",
        )
    ),
    "csv": frozenset(("matrix", "assessed", "chosen", "open")),
    "markdown": _SENTENCES,
    "junit": frozenset(("number", "chosen", "devices", "restricted", "assessed", "not_assessed")),
    "components": frozenset(("matrix", "chosen")),
    "xlsx": _SENTENCES | {"unclassified", "silent", "open", "groups", "deadlines"},
    "cyclonedx": frozenset(("number", "chosen", "matrix", "restricted", "assessed", "not_assessed")),
    "sarif": frozenset(("number", "chosen", "restricted", "assessed", "not_assessed")),
    "prometheus": frozenset(
        ("number", "chosen", "matrix", "assessed", "not_assessed", "unclassified", "silent", "waived")
    ),
    "ansible": _INVENTORY | {"matrix"},
    "nornir": _INVENTORY | {"matrix"},
    "oxidized": _INVENTORY | {"devices"},
    "pdf": _SENTENCES | {"silent"},
}
"""What each format holds of the facts of a report."""


def _of_documents(header: Mapping[str, Any], devices: Sequence[Any], missing: Sequence[Any]) -> Facts:
    place = {True: "core", False: "non_core", None: "unclassified"}
    judged = [(place[one["placement"]["core"]], one["verdict"]) for one in devices]
    found = [finding for one in devices for finding in one["findings"] if finding["verdict"] != "clear"]
    record = header["report"]["evidence"]
    return {
        "number": header["report"]["number"],
        "chosen": header["binding"],
        "matrix": counts(judged),
        "assessed": sum(verdict != "not_assessed" for _, verdict in judged),
        "unclassified": sum(verdict != "not_assessed" and where == "unclassified" for where, verdict in judged),
        "silent": sum(part["silent"] for part in header["coverage"]["silent"]),
        "open": sum(not finding["waiver"] for finding in found),
        "waived": sum(bool(finding["waiver"]) for finding in found),
        "deadlines": sorted(
            {finding["deadline"] for finding in found if finding["deadline"] and not finding["waiver"]}
        ),
        "who": record["by"],
        "scope": " ".join(record["targets"]),
    }


def _prose(text: str) -> Facts:
    """What the sentences say that all formats for people share, wherever the lines break."""
    flat = " ".join(text.split())
    waived = re.search(r"([\d,]+) findings? on [\d,]+ devices? (?:is|are) waived", flat)
    numbers = set(NUMBER.findall(flat))
    who = re.search(r"(?:Scanned|Imported) by (\S+)", flat)
    scope = re.search(r"Scope (.*?) Exclusions", flat)
    return {
        "number": numbers.pop() if len(numbers) == 1 else sorted(numbers),
        "chosen": NOTICE not in flat,
        "waived": _number(waived[1]) if waived else 0,
        "who": who[1] if who else "",
        "scope": " ".join(scope[1].replace(",", "").split()) if scope else "",
        **_counted(flat),
    }


def _counted(sentence: str) -> Facts:
    found = SUMMARY.search(sentence)
    none = re.search(r"None of ([\d,]+) assessed devices", sentence)
    missing = re.search(r"; ([\d,]+) not assessed\.", sentence)
    return {
        "restricted": _number(found[1]) if found else 0,
        "assessed": _number(found[2] if found else none[1] if none else "0"),
        "not_assessed": _number(missing[1]) if missing else 0,
    }


def _matrix(rows: Iterable[re.Match[str] | None]) -> Mapping[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for row in filter(None, rows):
        for place, count in zip(PLACES, row.groups()[1:4], strict=True):
            found.setdefault((place, LABELS[row[1]]), _number(count))
    return {key: count for key, count in found.items() if count}


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _properties(items: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    return {item["name"]: item["value"] for item in items}


def _table(rows: Sequence[Sequence[Any]], heading: str) -> list[dict[str, Any]]:
    """The rows below the row of headings that holds `heading`, up to an empty one."""
    at = next(number for number, row in enumerate(rows) if heading in row)
    return list(_rows_below(rows[at + 1 :], rows[at]))


def _rows_below(rows: Sequence[Sequence[Any]], headings: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        if not any(row):
            return
        yield dict(zip(headings, row, strict=True))


class _Cells(HTMLParser):
    """The words of a page outside its code, and the cells of each row of its tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.rows: list[list[str]] = []
        self._in_code = self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_code = tag in ("script", "style")
        self._in_cell = self._in_cell or tag in ("td", "th")
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_code = False
        self._in_cell = self._in_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if not self._in_code:
            self.words.append(data)
        if self._in_cell and self.rows and self.rows[-1]:
            self.rows[-1][-1] = f"{self.rows[-1][-1]}{data.strip()}"
