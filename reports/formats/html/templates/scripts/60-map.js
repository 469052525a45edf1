// The picture of the network. It is drawn when a reader comes to it, so that it costs the first screen nothing.
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const ACROSS = 64; // units from column to column, the width of a name
  const WIDER = 104; // the same in a map of few devices, which all keep their names
  const DOWN = 44; // units from row to row
  const SHAPES = {
    restricted: "M-9-9H9V9H-9Z",
    review: "M0-10L10 8H-10Z",
    conditional: "M0-10L10 0L0 10L-10 0Z",
    not_assessed: "M-7 0A7 7 0 1 1 7 0A7 7 0 1 1-7 0Z",
    clear: "M-6 0L-2 5L6-5",
    not_scanned: "M-4-4C-4-9 4-9 4-4C4 0 0-1 0 3M0 6V8",
  };
  const NAME_PX = 7.5; // names are shown where their letters are at least so high on the screen
  const NAME_UNITS = 7;
  const MARKED_MAX = 40; // so many devices, or else so many restricted ones, keep their names at every zoom
  const ZOOM = 1.3;

  const canvas = document.getElementById("map-canvas");
  const block = document.getElementById("data-map");
  if (!canvas || !block) return;

  const unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const opened = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(opened).text());
  };

  const make = (name, attributes, ...children) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  // The end of a name tells it from the next one.
  const short = (name) => (name.length > 15 ? `${name.slice(0, 5)}…${name.slice(-9)}` : name);

  const across = (data) => (data.name.length > MARKED_MAX ? ACROSS : WIDER);

  const readNodes = (data) =>
    data.name.map((name, index) => ({
      index,
      name,
      id: data.id[index],
      text: data.text[index],
      state: data.states[data.state[index]],
      x: (data.x[index] * across(data)) / 2,
      y: data.y[index] * DOWN,
      others: [],
    }));

  const readEdges = (data, nodes) => {
    const edges = [];
    for (let at = 0; at < data.edges.length; at += 2) {
      const [one, other] = [nodes[data.edges[at]], nodes[data.edges[at + 1]]];
      one.others.push(other);
      other.others.push(one);
      edges.push([one, other]);
    }
    return edges;
  };

  // A line to a node of the same row is bent, so that it does not run through the nodes between them.
  const line = ([one, other]) => {
    if (one.y === other.y) {
      const bend = Math.min(Math.abs(one.x - other.x) / 4, DOWN * 0.6);
      return `M${one.x} ${one.y}Q${(one.x + other.x) / 2} ${one.y - bend} ${other.x} ${other.y}`;
    }
    const middle = (one.y + other.y) / 2;
    return `M${one.x} ${one.y}C${one.x} ${middle} ${other.x} ${middle} ${other.x} ${other.y}`;
  };

  const drawNode = (node) => {
    const beside = node.others.length;
    node.label = `${node.name}: ${node.text}; ${beside} ${beside === 1 ? "neighbour" : "neighbours"}`;
    const name = make("text", { y: 17, "text-anchor": "middle", "font-size": NAME_UNITS });
    name.textContent = short(node.name);
    node.nameElement = name;
    node.element = make(
      "a",
      {
        class: `node ${node.state}`,
        href: node.id === undefined ? "#missing" : `#device=${encodeURIComponent(node.id)}`,
        transform: `translate(${node.x} ${node.y})`,
        tabindex: -1,
        "aria-label": node.label,
      },
      make("circle", { r: 12, class: "area" }),
      make("path", { d: SHAPES[node.state], class: "sign" }),
      name,
    );
    return node.element;
  };

  const drawBands = (data, width) => {
    const group = make("g", { class: "bands", "aria-hidden": "true" });
    data.bands.forEach(([title, top, bottom], index) => {
      const name = make("text", { x: 8, y: (top - 0.72) * DOWN, "font-size": 13 });
      name.textContent = title;
      const height = (bottom - top + 1.2) * DOWN;
      group.append(make("rect", { class: index % 2 ? "odd" : "even", x: 0, y: (top - 0.6) * DOWN, width, height }), name);
    });
    return group;
  };

  // What comes last lies on top: the names of restricted devices may be wider than their place.
  const drawnLast = (nodes, state) => [
    ...nodes.filter((node) => node.state !== state),
    ...nodes.filter((node) => node.state === state),
  ];

  const draw = (data) => {
    const nodes = readNodes(data);
    const edges = readEdges(data, nodes);
    const width = data.columns * across(data);
    const whole = { x: 0, y: -0.15 * DOWN, w: width, h: (data.rows + 0.9) * DOWN };
    const lit = make("path", { class: "lit" });
    const svg = make(
      "svg",
      { role: "group", "aria-label": canvas.dataset.label, "aria-describedby": "map-keys" },
      drawBands(data, width),
      make("path", { class: "edges", d: edges.map(line).join("") }),
      lit,
      make("g", {}, ...drawnLast(nodes, "restricted").map(drawNode)),
    );
    canvas.append(svg);
    return { svg, nodes, whole, lit, view: { ...whole }, at: nodes[0] };
  };

  // What is seen: the part of the picture and, with it, which names are large enough to read.
  const show = (map) => {
    const { x, y, w, h } = map.view;
    map.svg.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
    const box = canvas.getBoundingClientRect();
    const scale = Math.min(box.width / w, box.height / h) || 1;
    const few = map.nodes.length <= MARKED_MAX;
    map.svg.classList.toggle("few", few);
    map.svg.classList.toggle("named", scale * NAME_UNITS >= NAME_PX);
    const marked = few ? map.nodes : map.nodes.filter((node) => node.state === "restricted");
    if (marked.length > MARKED_MAX) return;
    const size = Math.max(NAME_UNITS, Math.min(11 / scale, 30));
    for (const node of marked) {
      node.nameElement.classList.add("kept");
      node.nameElement.setAttribute("font-size", size.toFixed(1));
      node.nameElement.setAttribute("y", (11 + size * 0.9).toFixed(1));
      node.nameElement.textContent = scale * ACROSS < 90 ? node.name : short(node.name);
    }
  };

  const pan = (map, x, y) => {
    const { view, whole } = map;
    view.x = Math.min(Math.max(view.x + x, whole.x - view.w / 2), whole.x + whole.w - view.w / 2);
    view.y = Math.min(Math.max(view.y + y, whole.y - view.h / 2), whole.y + whole.h - view.h / 2);
    show(map);
  };

  const zoom = (map, factor, x, y) => {
    const { view, whole } = map;
    const center = { x: x ?? view.x + view.w / 2, y: y ?? view.y + view.h / 2 };
    const width = Math.min(Math.max(view.w / factor, ACROSS * 4), whole.w);
    const used = width / view.w;
    view.w = width;
    view.h *= used;
    view.x = center.x - (center.x - view.x) * used;
    view.y = center.y - (center.y - view.y) * used;
    pan(map, 0, 0);
  };

  const fit = (map) => {
    Object.assign(map.view, map.whole);
    show(map);
  };

  const bringIntoView = (map, node) => {
    const { view } = map;
    const away = (at, from, size) => (at < from + ACROSS ? at - from - ACROSS : Math.max(at - from - size + ACROSS, 0));
    if (view.w < map.whole.w) pan(map, away(node.x, view.x, view.w), away(node.y, view.y, view.h));
  };

  const light = (map, node) => {
    for (const lit of map.svg.querySelectorAll(".beside")) lit.classList.remove("beside");
    map.lit.setAttribute("d", node ? node.others.map((other) => line([node, other])).join("") : "");
    for (const other of node ? node.others : []) other.element.classList.add("beside");
    document.getElementById("map-named").textContent = node ? node.label : "";
  };

  // Tab leads to one node of the map, the one that was used last.
  const stand = (map, node) => {
    map.at.element.setAttribute("tabindex", -1);
    map.at = node;
    node.element.setAttribute("tabindex", 0);
  };

  const focus = (map, node) => {
    node.element.focus({ preventScroll: true });
    bringIntoView(map, node);
  };

  // The next node in a direction: near, and rather straight ahead than aside.
  const next = (map, ahead, aside) => {
    const cost = (node) => {
      const forward = ahead(node) - ahead(map.at);
      return forward > 0 ? forward + 3 * Math.abs(aside(node) - aside(map.at)) : Infinity;
    };
    const best = map.nodes.reduce((found, node) => (cost(node) < cost(found) ? node : found), map.at);
    if (best !== map.at) focus(map, best);
  };

  const keys = (map) => {
    const [x, y] = [(node) => node.x, (node) => node.y];
    const [left, up] = [(node) => -node.x, (node) => -node.y];
    const step = () => map.view.w / 8;
    return {
      ArrowRight: (shift) => (shift ? pan(map, step(), 0) : next(map, x, y)),
      ArrowLeft: (shift) => (shift ? pan(map, -step(), 0) : next(map, left, y)),
      ArrowDown: (shift) => (shift ? pan(map, 0, step()) : next(map, y, x)),
      ArrowUp: (shift) => (shift ? pan(map, 0, -step()) : next(map, up, x)),
      "+": () => zoom(map, ZOOM, map.at.x, map.at.y),
      "=": () => zoom(map, ZOOM, map.at.x, map.at.y),
      "-": () => zoom(map, 1 / ZOOM, map.at.x, map.at.y),
      0: () => fit(map),
    };
  };

  const listenToKeys = (map) => {
    const known = keys(map);
    map.svg.addEventListener("keydown", (event) => {
      const act = known[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      act(event.shiftKey);
    });
  };

  const pointAt = (map, event) =>
    new DOMPoint(event.clientX, event.clientY).matrixTransform(map.svg.getScreenCTM().inverse());

  const listenToPointer = (map) => {
    let from = null;
    let moved = false;
    map.svg.addEventListener("pointerdown", (event) => {
      from = event.button === 0 ? { x: event.clientX, y: event.clientY } : null;
      moved = false;
    });
    map.svg.addEventListener("pointermove", (event) => {
      if (!from || !(event.buttons & 1)) return;
      const [right, down] = [event.clientX - from.x, event.clientY - from.y];
      if (!moved && Math.hypot(right, down) < 5) return;
      moved = true;
      map.svg.setPointerCapture(event.pointerId);
      const scale = map.svg.getScreenCTM().a;
      pan(map, -right / scale, -down / scale);
      from = { x: event.clientX, y: event.clientY };
    });
    map.svg.addEventListener("click", (event) => moved && event.preventDefault(), { capture: true });
    map.svg.addEventListener("dragstart", (event) => event.preventDefault());
    map.svg.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !map.svg.contains(document.activeElement)) return;
        event.preventDefault();
        const { x, y } = pointAt(map, event);
        zoom(map, event.deltaY < 0 ? ZOOM : 1 / ZOOM, x, y);
      },
      { passive: false },
    );
  };

  const listenToNodes = (map) => {
    const nodeOf = new Map(map.nodes.map((node) => [node.element, node]));
    const found = (event) => nodeOf.get(event.target.closest("a"));
    map.svg.addEventListener("pointerover", (event) => light(map, found(event)));
    map.svg.addEventListener("pointerleave", () => light(map, nodeOf.get(document.activeElement)));
    map.svg.addEventListener("focusin", (event) => {
      stand(map, found(event));
      light(map, map.at);
    });
    map.svg.addEventListener("focusout", () => light(map));
    map.svg.addEventListener("pointerdown", (event) => {
      if (!found(event)) map.at.element.focus({ preventScroll: true });
    });
  };

  const markOpened = (map) => {
    const opened = new URLSearchParams(location.hash.slice(1)).get("device");
    for (const node of map.nodes) node.element.classList.toggle("opened", node.id !== undefined && node.id === opened);
  };

  const start = async () => {
    const map = draw(await unpack(block.textContent));
    stand(map, map.at);
    listenToKeys(map);
    listenToNodes(map);
    listenToPointer(map);
    const tools = { in: () => zoom(map, ZOOM), out: () => zoom(map, 1 / ZOOM), fit: () => fit(map) };
    for (const button of document.querySelectorAll("[data-map]")) {
      button.addEventListener("click", tools[button.dataset.map]);
    }
    addEventListener("hashchange", () => markOpened(map));
    new ResizeObserver(() => show(map)).observe(canvas);
    show(map);
    markOpened(map);
    canvas.classList.add("drawn");
  };

  const seen = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      start();
    },
    { rootMargin: "400px" },
  );
  seen.observe(canvas);
})();
