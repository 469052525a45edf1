"""A report by a template of the user's own: what it gets, what the sandbox keeps from it, and what an error says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError
from reports.formats.as_json import render as render_json
from reports.formats.own_template import read_template
from tests.unit import documents


def by(folder: Path, text: str, name: str = "report.md.j2") -> str:
    """The small document by a template of this text."""
    path = folder / name
    path.write_text(text)
    return read_template(path).render(documents.few())


def error_of(folder: Path, text: str) -> str:
    with pytest.raises(DataFileError) as caught:
        by(folder, text)
    return str(caught.value).splitlines()[0].removeprefix(f"{folder}/")


def test_a_template_gets_the_json_document(tmp_path: Path) -> None:
    assert json.loads(by(tmp_path, "{{ document | tojson }}")) == json.loads(render_json(documents.few()))


def test_a_template_loops_over_devices_and_keeps_its_own_lines(tmp_path: Path) -> None:
    text = "{% for box in document.devices %}\n- {{ box.name or box.id }}: {{ box.verdict }}\n{% endfor %}\nend\n"
    assert by(tmp_path, text) == "- lon-core-4: restricted\n- bri-olt-9: restricted\n- dev-13: not_assessed\nend\n"


def test_a_date_is_written_in_words_or_by_a_form_and_null_is_nothing(tmp_path: Path) -> None:
    text = "{{ document.as_of | date }}, {{ document.as_of | date('%d.%m.%y') }}, {{ none | date }}."
    assert by(tmp_path, text) == "22 November 2026, 22.11.26, ."


@pytest.mark.parametrize("name", ["r.html", "r.HTM.j2", "r.xml", "r.html.jinja"])
def test_device_text_is_escaped_where_the_name_says_html_or_xml(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("{{ document.devices[0].name }}")
    assert read_template(path).render(documents.speaking("<script>")) == "&lt;script&gt;"


def test_device_text_is_left_as_it_is_where_the_name_says_another_language(tmp_path: Path) -> None:
    path = tmp_path / "r.md"
    path.write_text("{{ document.devices[0].name }}")
    assert read_template(path).render(documents.speaking("a <b>")) == "a <b>"


def test_no_character_of_a_device_acts_or_hides(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text("{{ document.devices[0].name }}{{ document.devices | tojson }}")
    written = read_template(path).render(documents.speaking("\x1b[2J\x00\u202e\x7f\n"))
    assert written.isprintable()
    assert written.startswith("␛[2J␀⟨U+202E⟩␡␊")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a\n{% for %}",
            "report.md.j2: line 2: Expected an expression, got 'end of statement block'; exp",
        ),
        ("{{ docment }}", "report.md.j2: line 1: nothing is called 'docment'; expected `document`, or a name that"),
        ("\n\n{{ document.devces }}", "report.md.j2: line 3: there is no 'devces'; expected devices"),
        (
            "{{ document.devices[9].name }}",
            "report.md.j2: line 1: there is no entry 9 in a list of 3; expected a number",
        ),
        ("{{ document.coverage.wanted_percent.x }}", "report.md.j2: line 1: there is no 'x' in null; expected a test"),
        ("{{ document.tool | date }}", "report.md.j2: line 1: "),
        ("{{ 'soon' | date }}", "report.md.j2: line 1: 'soon' is not a date of the document, such as 2026-11-22"),
        ("{{ 1 / 0 }}", "report.md.j2: line 1: division by zero; expected a template"),
        ("{{ x | nothing }}", "report.md.j2: line 1: No filter named 'nothing'"),
        ("{% include 'secret' %}", "report.md.j2: line 1: no loader for this environment specified"),
    ],
)
def test_an_error_names_the_template_the_line_and_what_is_expected(tmp_path: Path, text: str, message: str) -> None:
    assert error_of(tmp_path, text).startswith(message)


@pytest.mark.parametrize(
    "text",
    [
        "{{ document.__class__.__mro__ }}",
        "{{ ''.__class__.__subclasses__() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ document.update({'a': 1}) }}",
        "{{ document.devices.clear() }}",
        "{{ '%s' | format(1, 2) }}",
        "{% for number in range(999999999) %}{% endfor %}",
        "{{ lipsum() }}",
        "{{ [1, 2] | random }}",
    ],
)
def test_the_sandbox_keeps_a_template_from_everything_but_the_document(tmp_path: Path, text: str) -> None:
    assert error_of(tmp_path, text).startswith("report.md.j2: line 1: ")


def test_a_template_changes_nothing_that_the_next_one_gets(tmp_path: Path) -> None:
    assert by(tmp_path, "{% set document = 1 %}{{ document }}") == "1"
    assert by(tmp_path, "{{ document.schema }}") == "kitscan-document/1"


def test_the_same_document_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("{{ document.devices | map(attribute='id') | unique | list }}{{ document.due }}")
    script = (
        "import sys; from pathlib import Path; from reports.formats.own_template import read_template; "
        "from tests.unit.documents import network; print(read_template(Path(sys.argv[1])).render(network()))"
    )
    root = Path(__file__).parents[2]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script, tmp_path / "t.txt"],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@pytest.mark.parametrize("content", [b"\xff", b"x" * (1024 * 1024 + 1), b"\0"])
def test_a_file_that_is_no_template_is_refused_before_the_scan(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.md").write_bytes(content)
    with pytest.raises(DataFileError, match=r"t\.md: whole file: "):
        read_template(tmp_path / "t.md")


@pytest.mark.parametrize(
    "text",
    ["{{ document.items }}", "{{ document.devices|map('upper') }}", "{{ range }}", "{{ '2026-11-22'|date('%-s') }}"],
)
def test_what_differs_from_run_to_run_is_an_error(tmp_path: Path, text: str) -> None:
    assert "; expected a" in error_of(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    ["{{ cycler() }}", "{{ " + "(" * 300 + "1" + ")" * 300 + " }}", "{% for a in [1] %}" * 60 + "{% endfor %}" * 60],
)
def test_what_python_cannot_carry_out_is_an_error_of_the_template(tmp_path: Path, text: str) -> None:
    assert "report.md.j2" in error_of(tmp_path, text)


def test_half_a_character_is_an_error_of_the_template(tmp_path: Path) -> None:
    assert "surrogates not allowed" in error_of(tmp_path, "{{ '\\ud800' }}")
