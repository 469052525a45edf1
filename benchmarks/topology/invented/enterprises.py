"""Networks of companies: campus, branches, flat switches, data centres."""

from benchmarks.topology.invented.plan import Plan


def campus(seed: int) -> Plan:
    """A pair of core switches, buildings with one or two distribution switches, floors with cameras, servers."""
    plan = Plan("campus", seed)
    draw = plan.random
    core = plan.add_many(
        draw.choice(("core{}", "bb-{}", "hq-c{}", "x{}-main")), draw.choice((1, 2, 2, 2)), "switch", True
    )
    plan.mesh(core, 40000)
    paired, routed_access = draw.random() < 0.4, draw.random() < 0.2
    for building in range(draw.randint(3, 9)):
        distribution = plan.add_many(f"b{building}-ds{{}}", 2 if paired else 1, "switch", False)
        plan.link_all(distribution, core)
        if paired and draw.random() < 0.7:
            plan.mesh(distribution)
        for floor in range(draw.randint(2, 7)):
            access = plan.add(f"b{building}-f{floor}", "switch", False)
            plan.link_all([access], distribution, 1000, routed_access)
            for camera in range(draw.randint(0, 3)):
                plan.link(plan.add(f"b{building}-f{floor}-cam{camera}", "camera", False, False), access, 100, False)
    _edge(plan, core)
    for server in plan.add_many("srv{}", draw.randint(0, 6), "host", False):
        plan.link(server, draw.choice(core), 10000, False)
    return plan


def _edge(plan: Plan, core: list[str]) -> None:
    """Firewalls and internet routers: either answer is right."""
    for number, switch in enumerate(core):
        wall = plan.add(f"fw{number}", "firewall", None)
        plan.link(wall, switch)
        if plan.random.random() < 0.7:
            plan.link(plan.add(f"inet{number}", "router", None), wall, 1000)


def hub_and_spoke(seed: int) -> Plan:
    """One or two hubs, many branches with a router and some switches, each on one hub or on both."""
    plan = Plan("hub-and-spoke", seed)
    draw = plan.random
    hubs = plan.add_many(draw.choice(("hub{}", "wan-hq{}", "dc-rt{}")), draw.choice((1, 2, 2)), "aggregation", True)
    plan.mesh(hubs)
    dual = draw.random() < 0.6
    walls = draw.random() < 0.3
    for branch in range(draw.randint(8, 40)):
        router = plan.add(f"br{branch:02}-rt", "firewall" if walls else "router", False)
        plan.link_all([router], hubs if dual else [draw.choice(hubs)], 1000)
        for switch in plan.add_many(f"br{branch:02}-sw{{}}", draw.randint(0, 2), "switch", False):
            plan.link(switch, router, 1000, False)
    if draw.random() < 0.5:
        plan.peer([name for name in plan.nodes if name.endswith("-rt")], hubs)
    return plan


def flat(seed: int) -> Plan:
    """Switches without routing: a star of stars, or chains, around one or two main switches."""
    plan = Plan("flat", seed)
    draw = plan.random
    core = plan.add_many(draw.choice(("sw-main{}", "server-room-{}", "sw{}")), draw.choice((1, 1, 2)), "switch", True)
    plan.chain(core, 20000, False)
    chained = draw.random() < 0.4
    for line in range(draw.randint(3, 8)):
        above = draw.choice(core)
        for hop in range(draw.randint(1, 4) if chained else 1):
            access = plan.add(f"edge{line}-{hop}", "switch", False)
            plan.link(access, above, 1000, False)
            above = access
            for host in range(draw.randint(0, 4)):
                plan.link(plan.add(f"h{line}-{hop}-{host}", "camera", False, False), access, 100, False)
    for server in plan.add_many("nas{}", draw.randint(1, 4), "host", False):
        plan.link(server, core[0], 10000, False)
    return plan


def spine_leaf(seed: int) -> Plan:
    """One to three halls of spines and leaves with hosts; border leaves, and routers that join the halls."""
    plan = Plan("spine-leaf", seed)
    draw = plan.random
    spines_each, joined, halls = draw.choice((2, 3, 4, 4, 6)), [], draw.choice((1, 2, 2, 3))
    ebgp = draw.random() < 0.7
    style = draw.choice(("sp{}", "spine{}", "s{}"))
    for hall in range(halls):
        spines = plan.add_many(f"h{hall}{style}", spines_each, "fabric", True)
        leaves = plan.add_many(f"h{hall}lf{{}}", draw.randint(6, 20), "switch", False)
        borders = plan.add_many(f"h{hall}bl{{}}", draw.choice((0, 1, 2)) if halls == 1 else 2, "fabric", None)
        plan.link_all([*leaves, *borders], spines, 100000)
        if ebgp:
            plan.peer([*leaves, *borders], spines)
        for leaf in leaves:
            for host in plan.add_many(f"{leaf}-n{{}}", draw.randint(0, 4), "host", False):
                plan.link(host, leaf, 25000, False)
        for border in borders if halls > 1 else ():
            joined.append((hall, plan.add(border.replace("bl", "dci"), "backbone", True)))
            plan.link(joined[-1][1], border, 100000)
            plan.peer([joined[-1][1]], [border])
    for number, (hall, one) in enumerate(joined):
        others = [other for place, other in joined[number + 1 :] if place != hall]
        plan.link_all([one], others, 100000)
        plan.peer([one], others)
    return plan


def pods(seed: int) -> Plan:
    """A fabric of three stages: super-spines, pods with spines, leaves with hosts."""
    plan = Plan("pods", seed)
    draw = plan.random
    top = plan.add_many("ss{}", draw.choice((2, 4)), "fabric", True)
    for pod in range(draw.randint(2, 5)):
        spines = plan.add_many(f"pod{pod}-sp{{}}", draw.choice((2, 4)), "fabric", True)
        leaves = plan.add_many(f"pod{pod}-lf{{}}", draw.randint(4, 10), "switch", False)
        plan.link_all(spines, top, 100000)
        plan.link_all(leaves, spines, 100000)
        plan.peer(spines, top)
        plan.peer(leaves, spines)
        for leaf in leaves:
            for host in plan.add_many(f"{leaf}-n{{}}", draw.randint(0, 3), "host", False):
                plan.link(host, leaf, 25000, False)
    return plan


def company(seed: int) -> Plan:
    """A head office with a campus, and branches over two wide-area routers."""
    plan = campus(seed)
    plan.name = f"company {seed}"
    draw = plan.random
    core = [name for name, node in plan.nodes.items() if node.core]
    wan = plan.add_many("wan{}", 2, "aggregation", None)
    plan.link_all(wan, core)
    for branch in range(draw.randint(5, 20)):
        router = plan.add(f"branch{branch}", "router", False)
        plan.link_all([router], wan if draw.random() < 0.7 else wan[:1], 1000)
        for switch in plan.add_many(f"branch{branch}-sw{{}}", draw.randint(1, 3), "switch", False):
            plan.link(switch, router, 1000, False)
    return plan
