"""Networks of operators: rings, mobile, internet providers, meshes."""

from itertools import pairwise

from benchmarks.topology.invented.plan import Plan


def metro_rings(seed: int) -> Plan:
    """Backbone routers, provider edges with subscriber gateways, access rings of aggregation routers with OLTs."""
    plan = Plan("metro rings", seed)
    draw = plan.random
    cities = draw.randint(2, 5)
    plan.has_ldp = draw.random() < 0.5
    backbone = [plan.add(f"c{city}-p1", "backbone", True) for city in range(max(3, cities))]
    plan.chain([*backbone, backbone[0]], 100000)
    edges, gateways = [], []
    for city in range(cities):
        edge = plan.add(f"c{city}-pe1", "backbone", True)
        plan.link(edge, backbone[city], 100000)
        plan.link(edge, backbone[(city + 1) % len(backbone)], 100000)
        edges.append(edge)
        if draw.random() < 0.8:
            gateways.append(plan.add(f"c{city}-bng", "backbone", True))
            plan.link(gateways[-1], edge, 100000)
    for number, edge in enumerate(edges):
        for ring in range(draw.randint(1, 2)):
            far = edges[(number + 1) % len(edges)] if draw.random() < 0.3 else edge
            _access_ring(plan, f"c{number}r{ring}", edge, far)
    if draw.random() < 0.8:
        reflectors = plan.add_many("rr{}", 2, "backbone", True)
        for reflector, router in zip(reflectors, backbone, strict=False):
            plan.link(reflector, router)
        plan.peer([*edges, *gateways], reflectors)
    _management(plan, edges)
    return plan


def _access_ring(plan: Plan, name: str, start: str, end: str) -> None:
    """A ring of aggregation routers from one anchor to another or back, with OLTs."""
    draw = plan.random
    ring = plan.add_many(f"{name}-a{{}}", draw.randint(3, 9), "aggregation", False)
    plan.chain([start, *ring, end])
    lines = draw.randint(0, 3)
    for router in ring:
        for olt in plan.add_many(f"{router}-olt{{}}", lines, "olt", False):
            plan.link(olt, router, 10000, False)


def _management(plan: Plan, beside: list[str]) -> None:
    """Management systems behind one router; servers beside them."""
    draw = plan.random
    for name in draw.sample(("nms1", "ems-a", "oss1", "noc-nms", "u2020-ems"), draw.randint(0, 2)):
        plan.link(plan.add(name, "host", True), draw.choice(beside), 1000, False)


def ring_of_rings(seed: int) -> Plan:
    """A ring of core routers from which access rings hang, at one core router or between two."""
    plan = Plan("ring of rings", seed)
    draw = plan.random
    core = plan.add_many(draw.choice(("cr{}", "core-{}", "n{}-mx")), draw.randint(3, 8), "backbone", True)
    plan.chain([*core, core[0]], 100000)
    between = draw.random() < 0.6
    for number, router in enumerate(core):
        for ring in range(draw.randint(1, 3)):
            other = core[(number + 1) % len(core)] if between else router
            _access_ring(plan, f"n{number}r{ring}", router, other)
    _management(plan, core)
    return plan


FUNCTIONS = ("upf", "amf", "smf", "mme", "hss", "udm", "ausf", "pcf", "nrf", "pgw", "sgw", "pcrf", "cscf")


def mobile(seed: int) -> Plan:
    """Edge routers of the core site with its functions behind them, aggregation, pre-aggregation, cell sites."""
    plan = Plan("mobile", seed)
    draw = plan.random
    edges = plan.add_many(draw.choice(("mtso-r{}", "core-pe{}", "cn-gw{}")), draw.choice((2, 2, 4)), "backbone", True)
    plan.mesh(edges, 100000)
    ringed = draw.random() < 0.3
    for site in range(draw.randint(2, 6)):
        agg = plan.add(f"agg{site}", "aggregation", False)
        plan.link_all([agg], edges[:2], 100000)
        plan.peer([agg], edges[:2])
        for hub in range(draw.randint(1, 3)):
            pre = plan.add(f"pre{site}{hub}", "router", False)
            plan.link(pre, agg)
            cells = plan.add_many(f"cell{site}{hub}-{{}}", draw.randint(3, 9), "router", False)
            if ringed:
                plan.chain([pre, *cells, pre], 1000)
            else:
                plan.link_all(cells, [pre], 1000)
    plan.peer(edges[:1], edges[1:])
    for function in draw.sample(FUNCTIONS, draw.randint(4, 10)):
        name = plan.add(
            f"{draw.choice(('', 'v', 'x-'))}{function}{draw.randint(1, 9)}", "host", True, draw.random() < 0.4
        )
        plan.link_all([name], edges[:2])
    for number, edge in enumerate(edges[:2]):
        plan.link(plan.add(f"sgi-fw{number}", "firewall", True), edge, 100000)
    _management(plan, edges)
    return plan


def provider(seed: int) -> Plan:
    """An internet provider: two backbone routers at each place, edges on both, aggregation with customers behind."""
    plan = Plan("provider", seed)
    draw = plan.random
    plan.has_ldp = draw.random() < 0.6
    places = draw.randint(3, 6)
    doubled = draw.random() < 0.6
    backbone = [plan.add_many(f"p{place}-cr{{}}", 2 if doubled else 1, "backbone", True) for place in range(places)]
    for one, other in pairwise([*backbone, backbone[0]]):
        for near, far in zip(one, other, strict=True):
            plan.link(near, far, 100000)
    edges = []
    for place, routers in enumerate(backbone):
        plan.mesh(routers, 100000)
        for edge in plan.add_many(f"p{place}-pe{{}}", draw.randint(1, 2), "backbone", True):
            plan.link_all([edge], routers if doubled else [routers[0]], 100000)
            edges.append(edge)
            for access in plan.add_many(f"{edge}-acc{{}}", draw.randint(1, 5), "aggregation", False):
                plan.link(access, edge)
                for customer in plan.add_many(f"{access}-cpe{{}}", draw.randint(0, 5), "router", False):
                    plan.link(customer, access, 1000)
    if draw.random() < 0.7:
        reflectors = plan.add_many("rr{}", 2, "backbone", True)
        for reflector, routers in zip(reflectors, backbone, strict=False):
            plan.link(reflector, routers[0])
        plan.peer(edges, reflectors)
    else:
        plan.peer(edges, edges)
    _management(plan, edges)
    return plan


def tree(seed: int) -> Plan:
    """Two core routers, pairs of aggregation routers on both, access nodes on both of a pair."""
    plan = Plan("tree", seed)
    draw = plan.random
    core = plan.add_many(draw.choice(("core{}", "cr-{}", "k{}")), draw.choice((2, 2, 4)), "backbone", True)
    plan.mesh(core, 100000)
    for region in range(draw.randint(3, 7)):
        pair = plan.add_many(f"r{region}-agg{{}}", 2, "aggregation", False)
        plan.link_all(pair, core[:2] if draw.random() < 0.5 else core[-2:], 40000)
        if draw.random() < 0.6:
            plan.mesh(pair, 40000)
        routed = draw.random() < 0.5
        for access in plan.add_many(f"r{region}-acc{{}}", draw.randint(3, 10), "router" if routed else "switch", False):
            plan.link_all([access], pair, 10000, routed)
    _management(plan, core)
    return plan


def mesh(seed: int) -> Plan:
    """A full or nearly full mesh of core routers, each with access routers and their switches."""
    plan = Plan("mesh", seed)
    draw = plan.random
    plan.has_ldp = draw.random() < 0.5
    core = plan.add_many(draw.choice(("r{}", "pop{}-rt", "bb{}")), draw.randint(4, 8), "backbone", True)
    plan.mesh(core, 100000)
    plan.peer(core, core)
    for router in core:
        for access in plan.add_many(f"{router}-ar{{}}", draw.randint(2, 6), "router", False):
            plan.link(access, router)
            if draw.random() < 0.3:
                plan.link(access, draw.choice([other for other in core if other != router]))
            for switch in plan.add_many(f"{access}-sw{{}}", draw.randint(0, 3), "switch", False):
                plan.link(switch, access, 1000, False)
    return plan
