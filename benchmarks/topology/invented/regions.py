"""Networks of several levels: regional hubs, ladders, radio chains, school districts, cable."""

from itertools import pairwise

from benchmarks.topology.invented.plan import Plan


def regional_hubs(seed: int) -> Plan:
    """Two national hubs, regional hubs on both, branches on one or two regional hubs."""
    plan = Plan("regional hubs", seed)
    draw = plan.random
    top = plan.add_many(draw.choice(("nat{}", "hq-r{}", "alpha{}")), draw.choice((1, 2)), "backbone", True)
    plan.mesh(top, 100000)
    for region in range(draw.randint(3, 6)):
        hubs = plan.add_many(f"reg{region}-hub{{}}", draw.choice((1, 2)), "aggregation", False)
        plan.link_all(hubs, top)
        if draw.random() < 0.5:
            plan.peer(hubs, top)
        for branch in plan.add_many(f"reg{region}-br{{}}", draw.randint(4, 12), "router", False):
            plan.link_all([branch], hubs, 1000)
            for switch in plan.add_many(f"{branch}-sw{{}}", draw.randint(0, 1), "switch", False):
                plan.link(switch, branch, 1000, False)
    manage(plan, top)
    return plan


def manage(plan: Plan, beside: list[str]) -> None:
    """In half of the networks, a management system beside the first of some routers."""
    if plan.random.random() < 0.5:
        plan.link(plan.add("nms-main", "host", True), beside[0], 1000, False)


def ladder(seed: int) -> Plan:
    """Two parallel lines of backbone routers with rungs, as along a railway; stations hang on one or both sides."""
    plan = Plan("ladder", seed)
    draw = plan.random
    plan.has_ldp = draw.random() < 0.5
    length = draw.randint(3, 7)
    left = plan.add_many("km{}-a", length, "backbone", True)
    right = plan.add_many("km{}-b", length, "backbone", True)
    plan.chain(left, 100000)
    plan.chain(right, 100000)
    for one, other in zip(left, right, strict=True):
        plan.link(one, other, 100000)
    for step, pair in enumerate(zip(left, right, strict=True)):
        for station in plan.add_many(f"st{step}-{{}}", draw.randint(2, 6), "aggregation", False):
            plan.link_all([station], pair if draw.random() < 0.7 else pair[:1])
            for switch in plan.add_many(f"{station}-sw{{}}", draw.randint(0, 4), "switch", False):
                plan.link(switch, station, 1000, False)
    manage(plan, left)
    return plan


def radio_chains(seed: int) -> Plan:
    """A wireless provider: one or two core routers, towers in chains and branches, customers' radios."""
    plan = Plan("radio chains", seed)
    draw = plan.random
    core = plan.add_many(draw.choice(("gw{}", "main-rt{}", "core{}")), draw.choice((1, 2)), "router", True)
    plan.chain(core)
    for line in range(draw.randint(2, 5)):
        towers = plan.add_many(f"tower{line}-{{}}", draw.randint(1, 5), "router", False)
        plan.chain([draw.choice(core), *towers], 1000)
        for tower in towers:
            for sector in plan.add_many(f"{tower}-ap{{}}", draw.randint(1, 4), "switch", False):
                plan.link(sector, tower, 1000, False)
    return plan


def district(seed: int) -> Plan:
    """A town's ring of head-end switches; schools on one of them or on two, with their own switches."""
    plan = Plan("district", seed)
    draw = plan.random
    core = plan.add_many(draw.choice(("he{}", "ring-sw{}", "town{}")), draw.randint(3, 6), "fabric", True)
    plan.chain([*core, core[0]], 40000)
    for number, (one, other) in enumerate(pairwise([*core, core[0]])):
        for school in plan.add_many(f"school{number}-{{}}", draw.randint(2, 5), "switch", False):
            plan.link_all([school], [one, other] if draw.random() < 0.4 else [one])
            for switch in plan.add_many(f"{school}-fl{{}}", draw.randint(1, 4), "switch", False):
                plan.link(switch, school, 1000, False)
    return plan


def cable(seed: int) -> Plan:
    """A cable operator: two core routers, hubs on both, OLTs behind, gateways and border routers beside the core."""
    plan = Plan("cable", seed)
    draw = plan.random
    core = plan.add_many("core-rt{}", 2, "backbone", True)
    plan.mesh(core, 100000)
    borders = plan.add_many("ix{}", draw.randint(1, 2), "backbone", True)
    plan.link_all(borders, core, 100000)
    hubs = plan.add_many("hub{}", draw.randint(3, 9), "aggregation", False)
    plan.link_all(hubs, core, 40000)
    for hub in hubs:
        for node in plan.add_many(f"{hub}-olt{{}}", draw.randint(1, 6), "olt", False):
            plan.link(node, hub, 10000, False)
    gateways = plan.add_many("bng{}", draw.randint(0, 2), "backbone", True)
    plan.link_all(gateways, core, 100000)
    plan.peer([*borders, *gateways], core)
    for name, in_core in draw.sample((("aaa1", True), ("dns1", None), ("nms1", True), ("dhcp1", None)), 2):
        plan.link(plan.add(name, "host", in_core), core[0], 10000, False)
    return plan


def edge_ring(seed: int) -> Plan:
    """Provider edges joined in a ring without a backbone behind it; aggregation and access trees below."""
    plan = Plan("edge ring", seed)
    draw = plan.random
    plan.has_ldp = True
    edges = plan.add_many(draw.choice(("pe{}", "mx{}", "node{}-er")), draw.randint(3, 6), "backbone", True)
    plan.chain([*edges, edges[0]], 100000)
    plan.peer(edges, edges)
    for edge in edges:
        for agg in plan.add_many(f"{edge}-ag{{}}", draw.randint(1, 3), "aggregation", False):
            plan.link(agg, edge)
            for access in plan.add_many(f"{agg}-an{{}}", draw.randint(2, 8), "switch", False):
                plan.link(access, agg, 1000, False)
    manage(plan, edges)
    return plan
