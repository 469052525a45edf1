"""`kitscan policy timeline` on a store with one device."""

from pathlib import Path

import pytest

from scanner.cli.main import run

PERMITS = """\
permits:
  - id: licence-1
    scope: {device: "*", policy: fr-2019-810}
    granted_by: Prime Minister
    granted: 2021-01-01
    expires: 2031-06-30
"""


def test_permits_come_from_the_option_or_from_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("box.snmprec").write_text("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2011.2.62.2.9\n", encoding="utf-8")
    Path("licences.yaml").write_text(PERMITS, encoding="utf-8")
    assert run(["import", "snmprec", "box.snmprec"]) == 0
    arguments = ["policy", "timeline", "--policy", "fr-2019-810", "--from", "2031-01-01"]
    printed = []
    for options, configuration in (([], ""), (["--permits", "licences.yaml"], ""), ([], "permits: licences.yaml\n")):
        Path("kitscan.yaml").write_text(configuration, encoding="utf-8")
        capsys.readouterr()
        assert run([*arguments, *options]) == 0
        printed.append(capsys.readouterr().out)
    without, by_option, by_configuration = printed
    assert without == "Nothing falls due from 2031-01-01 on.\n"
    assert by_option.startswith("2031-06-30  last day ")
    assert by_configuration == by_option
