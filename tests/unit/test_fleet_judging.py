"""What a night of simulated sites holds its report to: who says nothing is no fault, who is missing is one."""

from pathlib import Path
from typing import Any

from benchmarks.fleet.devices import SiteOperator, network_of
from benchmarks.fleet.judging import ExpectedMaker, FleetScore, expected_of, score_of
from scanner.operators.operator import Behaviour
from scanner.targets.target import Ports


def reported(key: str, maker: str, verdict: str = "clear") -> dict[str, Any]:
    site, _, address = key.partition("/")
    identity = {"made_by": {"id": maker}, "vendor": None}
    return {"addresses": [address], "attributes": [["namespace", site]], "identity": identity, "verdict": verdict}


def test_each_device_that_is_not_right_is_told_by_what_the_report_says_of_it() -> None:
    expected = {f"S01/192.0.2.{at}": ExpectedMaker("cisco", at == 1) for at in range(1, 6)}
    devices = [reported("S01/192.0.2.1", "cisco"), reported("S01/192.0.2.2", "zte"), reported("S01/192.0.2.3", "cisco")]
    told = [{"target": "S01/192.0.2.4", "reason": "refused"}]
    assert score_of({"devices": devices, "not_assessed": told}, expected) == FleetScore(
        right=2,
        missing=("S01/192.0.2.5",),
        unassessed=("S01/192.0.2.4: refused",),
        wrong=("S01/192.0.2.2: cisco -> zte",),
        false_clear=("S01/192.0.2.2", "S01/192.0.2.3"),
    )


def test_a_device_that_refuses_all_and_shows_nothing_is_not_looked_for(tmp_path: Path) -> None:
    SiteOperator("campus", 60, 7, network_of(0, 4096), Ports(1161, 2222)).write(tmp_path, 0)
    rows = (tmp_path / "devices.csv").read_text().replace(f",{Behaviour.ALL},", f",{Behaviour.REFUSALS},")
    (tmp_path / "devices.csv").write_text(rows)
    expected = expected_of("S01", tmp_path)
    mute = {f"S01/{row.split(',')[1]}" for row in rows.splitlines() if ",dahua-nvr" in row}
    assert (set(expected.mute), set(expected.seen) & mute) == (mute, set())
    assert mute
