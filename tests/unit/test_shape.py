"""The shape of a network as its nodes have it: rings, hubs, spines, what is redundant, and what leans on others."""

import networkx

from reports.placement.shape import Shape, shapes


def shaped(*links: tuple[str, str]) -> dict[str, Shape]:
    return dict(shapes(networkx.Graph(links)))


def test_a_network_of_three_nodes_has_no_shape() -> None:
    assert shaped(("a", "b"), ("b", "c")) == {}


def test_a_hub_lies_in_the_middle_of_every_path_and_its_spokes_in_none() -> None:
    found = shaped(*(("hub", f"spoke{number}") for number in range(6)))
    hub, spoke = found["hub"], found["spoke0"]
    assert (hub.middle, hub.depth, hub.leaf_share, hub.is_summit) == (1.0, 0.0, 1.0, True)
    assert (spoke.middle, spoke.depth, spoke.is_summit, spoke.is_leaning) == (0.0, 1.0, False, True)


def test_nodes_of_a_ring_are_on_a_chain_and_those_of_a_triangle_are_not() -> None:
    ring = shaped(*((f"r{number}", f"r{(number + 1) % 6}") for number in range(6)))
    triangle = shaped(("a", "b"), ("b", "c"), ("c", "a"), ("a", "x"))
    assert all(shape.is_on_chain for shape in ring.values())
    assert not any(shape.is_on_chain for shape in triangle.values())


def test_spines_are_alike_and_stand_before_leaves() -> None:
    found = shaped(*((f"spine{spine}", f"leaf{leaf}") for spine in range(2) for leaf in range(8)))
    assert found["spine0"] == found["spine1"]
    assert found["spine0"].middle > found["leaf0"].middle
    assert found["spine0"].of_best > found["leaf0"].of_best


def test_of_two_hubs_with_the_same_spokes_neither_loses_by_the_other() -> None:
    spokes = [(hub, f"spoke{number}") for hub in ("a", "b") for number in range(5)]
    found = shaped(*spokes, ("a", "b"))
    assert found["a"] == found["b"]
    assert found["a"].middle == 1.0
