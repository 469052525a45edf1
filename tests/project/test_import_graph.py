"""The house stays one that can be taken in at a glance: imports go down, and nothing grows too big to read."""

from statistics import median

import pytest

from tests.project.figures import Figures, lines, measure
from tests.project.source_code import children, circles

SHARED_NAMES: dict[str, str] = {}
"""Names that more than one module gives to a thing of its own, each with the reason; five at most."""


@pytest.fixture(scope="module")
def figures() -> Figures:
    measured = measure()
    print("\n".join(lines(measured)))
    return measured


def test_no_import_goes_up_and_every_part_has_its_layer(figures: Figures) -> None:
    assert (figures.upward, figures.outside_layers) == ((), ())


def test_no_imports_run_in_circles_between_files_or_folders(figures: Figures) -> None:
    assert (figures.file_circles, figures.folder_circles) == ((), ())


def test_no_folder_is_too_full_and_no_module_too_long(figures: Figures) -> None:
    assert {folder: count for folder, count in figures.folders.items() if count > 20} == {}
    assert {name: count for name, count in figures.module_lines.items() if count > 350} == {}


def test_few_modules_know_the_oids_of_lldp_and_each_oid_is_written_once(figures: Figures) -> None:
    assert len(figures.lldp_modules) <= 3, figures.lldp_modules
    assert figures.repeated_oids == ()


def test_a_class_or_alias_name_stands_for_one_thing(figures: Figures) -> None:
    assert len(SHARED_NAMES) <= 5
    assert {name: places for name, places in figures.shared_names.items() if name not in SHARED_NAMES} == {}


def test_no_function_is_too_long_to_read(figures: Figures) -> None:
    assert [function for function in figures.functions if function.lines > 60] == []
    assert median(function.lines for function in figures.functions) < 15


def test_the_figures_fit_on_one_screen(figures: Figures) -> None:
    assert len([line for line in lines(figures) if not line.startswith("  ")]) <= 24


def test_a_circle_is_found_whatever_its_length() -> None:
    graph = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a"), "d": frozenset("a")}
    assert circles(graph) == [("a", "b", "c")]


def test_folders_are_compared_with_their_neighbours_only() -> None:
    graph = {
        "p.a.x": frozenset(["p.b.y", "p.a.z"]),
        "p.b.y": frozenset(["p.c"]),
        "p.a.z": frozenset(),
        "p.c": frozenset(),
    }
    assert children(graph, "p") == {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset()}
