"""mac-vendor-lookup, the second source of 24-bit prefixes: its updater asks a server on loopback; its list and ours."""

import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from mac_vendor_lookup import OUI_URL, AsyncMacLookup, BaseMacLookup

from fingerprints.database.snapshots import DataSet
from scanner.cli.main import USAGE, run
from scanner.updates import mac_vendors
from scanner.updates.current import mac_prefixes
from scanner.updates.fetch import FetchedFile, FetchError
from scanner.updates.mac_vendors import ListComparison, VendorList, compare, download, installed_list
from scanner.updates.registry_snapshots import Snapshot, read_snapshot

TODAY = date(2026, 11, 28)
OUI_TXT = """OUI/MA-L                                                    Organization
company_id                                                  Organization

28-6F-B9   (hex)\t\tNokia Shanghai Bell Co., Ltd.
286FB9     (base 16)\t\tNokia Shanghai Bell Co., Ltd.
\t\t\t\tNo.388 Ning Qiao Road
00-E0-FC   (hex)\t\tHUAWEI TECHNOLOGIES CO.,LTD
00E0FC     (base 16)\t\tHUAWEI TECHNOLOGIES CO.,LTD
"""


class Registry(BaseHTTPRequestHandler):
    """Answers /oui.txt with IEEE's text form, and everything else with an error page."""

    def do_GET(self) -> None:
        known = self.path == "/oui.txt"
        body = OUI_TXT.encode() if known else b"I am a teapot"
        self.send_response(200 if known else 418)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def registry() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_the_library_fetches_the_list_that_an_update_reads(registry: str) -> None:
    file = download(TODAY, f"{registry}/oui.txt")
    assert (file.name, file.changed) == (f"{registry}/oui.txt, by mac-vendor-lookup", TODAY)
    rows = {"286FB9": "Nokia Shanghai Bell Co., Ltd.", "00E0FC": "HUAWEI TECHNOLOGIES CO.,LTD"}
    assert read_snapshot(file) == Snapshot(DataSet.MAC_PREFIXES, "mac-vendor-lookup's list", rows)


def test_a_download_leaves_the_cache_of_the_library_alone(registry: str) -> None:
    before = AsyncMacLookup.cache_path
    download(TODAY, f"{registry}/oui.txt")
    with pytest.raises(FetchError):
        download(TODAY, f"{registry}/gone")
    assert AsyncMacLookup.cache_path == before == BaseMacLookup.cache_path


@pytest.mark.parametrize(
    ("address", "problem"), [("/gone", "the answer held no prefix"), (":1/oui.txt", "cannot fetch it")]
)
def test_a_download_that_fails_says_so(registry: str, address: str, problem: str) -> None:
    place = f"http://127.0.0.1{address}" if address.startswith(":") else registry + address
    with pytest.raises(FetchError, match=problem):
        download(TODAY, place)


def test_a_line_without_a_prefix_is_refused_by_its_number() -> None:
    file = FetchedFile("mac-vendors.txt", b"00E0FC:Huawei\n<html>\n", TODAY)
    with pytest.raises(Exception, match="line 2: has the prefix '<html>'"):
        read_snapshot(file)


def test_lists_are_compared_by_folded_names() -> None:
    theirs = VendorList("1", {"000001": "XEROX CORPORATION", "000002": "Able", "000003": "Baker", "000004": "Cable"})
    ours = {"000001": "Xerox Corp.", "000002": "Able", "000003": "Charlie", "0000041": "Cable"}
    assert compare(ours, theirs) == ListComparison("1", agreeing=2, differing=1, missing=1)


def test_the_installed_list_agrees_with_the_shipped_prefixes() -> None:
    theirs = installed_list()
    assert theirs is not None
    comparison = compare(mac_prefixes(None), theirs)
    assert (comparison.total > 38_000, comparison.missing, comparison.is_suspect()) == (True, 0, False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kitscan.yaml").write_text("data: data\n")
    return tmp_path


def test_status_shows_the_comparison_below_the_prefixes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["db", "status"])
    lines = capsys.readouterr().out.splitlines()
    number = next(number for number, line in enumerate(lines) if line.startswith("mac-prefixes"))
    assert "24-bit prefixes of mac-vendor-lookup 0." in lines[number + 2]
    assert lines[number + 2].endswith(" 0 are missing")


def test_an_update_by_the_library_stands_the_same_checks(
    folder: Path, registry: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The two prefixes that the server has are far fewer than those in use."""
    fetch = mac_vendors.download
    monkeypatch.setattr(mac_vendors, "download", lambda today: fetch(today, f"{registry}/oui.txt"))
    assert run(["db", "update", "mac-prefixes", "--from", "mac-vendor-lookup"]) == USAGE
    errors = capsys.readouterr().err
    assert "24 bits: 2 entries where" in errors
    assert not (folder / "data" / "mac-prefixes").exists()


def test_the_library_fetches_ieees_list_by_https() -> None:
    assert OUI_URL == "https://standards-oui.ieee.org/oui/oui.txt"
