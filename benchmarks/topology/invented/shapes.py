"""Every shape, and the networks of some seeds."""

from collections.abc import Callable, Iterable, Iterator

from benchmarks.topology.invented.enterprises import campus, company, flat, hub_and_spoke, pods, spine_leaf
from benchmarks.topology.invented.operators import mesh, metro_rings, mobile, provider, ring_of_rings, tree
from benchmarks.topology.invented.plan import Plan
from benchmarks.topology.invented.regions import cable, district, edge_ring, ladder, radio_chains, regional_hubs

SHAPES: tuple[Callable[[int], Plan], ...] = (
    campus,
    company,
    flat,
    hub_and_spoke,
    spine_leaf,
    pods,
    metro_rings,
    ring_of_rings,
    mobile,
    provider,
    tree,
    mesh,
    regional_hubs,
    ladder,
    radio_chains,
    district,
    cable,
    edge_ring,
)


def plans(seeds: Iterable[int]) -> Iterator[Plan]:
    """A network of each shape for each seed."""
    for seed in seeds:
        yield from (shape(seed) for shape in SHAPES)
