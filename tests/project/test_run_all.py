"""What `make test` makes of the parts of a run: one closing line, and what was skipped without need."""

from pathlib import Path
from xml.etree import ElementTree

from tests.project.skipped import skipped
from tests.run_all import closing_line, files_of

REPORT = """<testsuites>
<testsuite name="pytest" tests="5" failures="1" errors="0" skipped="2">
  <testcase classname="a" name="b"><skipped message="not shipped: the corpus is not here"/></testcase>
  <testcase classname="a" name="c"><skipped message="network namespaces need root"/></testcase>
</testsuite>
<testsuite name="pytest" tests="2" failures="0" errors="0" skipped="0"/>
</testsuites>"""


def test_the_closing_line_counts_all_parts_as_pytest_does() -> None:
    suites = ElementTree.fromstring(REPORT)
    assert closing_line(suites, 4321.5) == "1 failed, 4 passed, 2 skipped in 4321.50s (1:12:02)"


def test_what_is_not_shipped_may_be_skipped_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text(REPORT)
    assert skipped(tmp_path / "junit.xml") == ["a.c: network namespaces need root"]


def test_the_lab_and_what_measures_time_are_parts_unless_paths_are_given() -> None:
    assert "tests/lab/test_lab.py" in files_of("lab", ["-k", "rate"])
    assert "tests/agents/test_rate_limit.py" in files_of("alone", ["-k", "rate"])
    assert files_of("lab", ["tests/unit"]) == files_of("alone", ["tests/unit"]) == ()
