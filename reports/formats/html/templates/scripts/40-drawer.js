// The drawer of one row: who made it, by which law it is judged, where it stands, and the words that say so.
(() => {
  const { app, element, state } = kitscan;
  const byId = (id) => document.getElementById(id);
  const [drawer, news] = [byId("drawer"), byId("drawer-news")];
  const KINDS = ["text", "part memory", "MAC address", "private tree", "command line", "neighbours"];
  const STANCES = {
    for: ["●", "agrees"],
    against: ["▲", "contradicts"],
    both: ["◐", "agrees and contradicts"],
    other: ["◌", "names another company"],
    none: ["○", "nothing seen"],
  };
  const HEAVIEST = 3;
  const SHOWN = 12; // neighbours and parts before the list unfolds

  let data = null;
  let opener = null; // what had the focus before the drawer opened
  let current = -1;

  const text = (name, content, attributes = {}) => (content ? element(name, attributes, content) : null);
  const section = (title, ...children) => {
    const kept = children.filter(Boolean);
    return kept.length ? element("section", null, element("h3", null, title), ...kept) : null;
  };
  const list = (title, sentences) =>
    sentences.length ? section(title, element("ul", null, ...sentences.map((sentence) => element("li", null, sentence)))) : null;
  const facts = (pairs) =>
    pairs.length
      ? element("dl", { class: "facts" }, ...pairs.map(([term, value]) => element("div", null, element("dt", null, term), element("dd", null, value))))
      : null;
  const pairsOf = (flat) => Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at], flat[2 * at + 1]]);
  const unfolding = (items, shown, wrap, word) => {
    if (items.length <= shown) return [wrap(items)];
    const rest = element("details", { class: "rest" }, element("summary", null, `All ${items.length.toLocaleString("en")} ${word}`));
    rest.addEventListener("toggle", () => rest.open && rest.children.length === 1 && rest.append(wrap(items.slice(shown))));
    return [wrap(items.slice(0, shown)), rest];
  };

  const copied = (button, content) => async () => {
    try {
      await navigator.clipboard.writeText(content);
    } catch {
      const area = element("textarea", { class: "unseen-text", "aria-hidden": "true" }); // a file: page may have no clipboard
      area.value = content;
      button.after(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const label = button.textContent;
    button.textContent = "Copied";
    news.textContent = "Copied";
    setTimeout(() => (button.textContent = label), 1500);
  };
  const copyButton = (content, label, described) => {
    const button = element("button", { type: "button", class: "copy", "aria-label": described || null }, label);
    button.addEventListener("click", () => copied(button, content())());
    return button;
  };
  const copyBlock = (lines, what) =>
    element("div", { class: "snippet" }, element("pre", { tabindex: "0" }, lines.join("\n")), copyButton(() => `${lines.join("\n")}\n`, "Copy", `Copy: ${what}`));

  const verdictTag = (value, label, mark) => element("span", { class: `verdict ${value}` }, element("span", { class: "mark", "aria-hidden": "true" }, mark), label);
  const verdictOf = (row) => {
    const [value, , mark] = data.value(row, "verdict");
    return verdictTag(value, data.value(row, "label")[1], mark);
  };

  const band = (row, detail) => {
    const place = data.value(row, "place");
    const [first] = detail.dates;
    return element(
      "div",
      { class: `band ${data.value(row, "verdict")[0]}` },
      element("p", null, verdictOf(row), place ? element("span", null, ` · ${place[1]}`) : null, first ? element("span", null, ` · ${first[2]}, ${first[1]}, ${first[3]}`) : null),
      element("p", null, detail.summary),
    );
  };

  // Commands stand open; a stanza of many lines unfolds, so that it hides nothing that matters more.
  const step = ([title, why, ...all]) => {
    const lines = all.filter(Boolean);
    const words = title ? [element("b", null, `${title}. `), why] : [why];
    if (lines.length < 2) return element("div", { class: "step" }, element("p", null, ...words), lines.length ? copyBlock(lines, title) : null);
    return element("details", { class: "step" }, element("summary", null, ...words), copyBlock(lines, title));
  };
  const steps = (detail) => section("What to do", ...detail.steps.map(step));

  // Kinds of evidence, each with where it stands and its heaviest words.
  const picture = (claims) => {
    const kinds = new Map(KINDS.map((kind) => [kind, []]));
    for (const claim of claims) kinds.set(claim[6], [...(kinds.get(claim[6]) || []), claim]);
    return [...kinds].map(([kind, of]) => {
      const stances = new Set(of.map((claim) => claim[7]));
      const stance = stances.has("for") ? (stances.has("against") ? "both" : "for") : stances.has("against") ? "against" : stances.size ? "other" : "none";
      const [mark, word] = STANCES[stance];
      const heaviest = of.find((claim) => claim[7] === (stances.has("against") ? "against" : "for")) || of[0];
      return element(
        "li",
        { class: stance },
        element("span", { class: "mark", "aria-hidden": "true" }, mark),
        element("b", null, kind),
        element("span", { class: "stance" }, ` ${word}`),
        heaviest ? element("span", { class: "observed" }, `“${heaviest[9]}” `, element("i", null, `→ ${heaviest[2]}`)) : null,
      );
    });
  };
  const meter = ([level, meaning, percent, width]) => {
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [key, value] of [["class", `meter ${level}`], ["width", "100%"], ["height", "8"], ["aria-hidden", "true"]]) shape.setAttribute(key, value);
    for (const [key, value] of [["width", `${width}%`], ["height", "8"]]) bar.setAttribute(key, value);
    shape.append(bar);
    const named = level[0].toUpperCase() + level.slice(1);
    return element("div", { class: "certainty" }, element("p", null, element("b", null, percent ? `${named}, ${percent}` : named)), shape, element("p", { class: "soft" }, meaning));
  };
  const maker = (detail) => {
    if (!detail.certainty.length) return null;
    const says = element("div", null, element("h4", null, "It says"), element("ul", { class: "kinds" }, ...picture(detail.claims)));
    const is = element("div", null, element("h4", null, "It is"), facts(pairsOf(detail.answer.flat())), meter(detail.certainty));
    const ties = detail.ties.map(([company, ...because]) => element("li", null, company, because.length ? element("ul", { class: "observed" }, ...because.map((one) => element("li", null, one))) : null));
    return section("Who made it", element("div", { class: "says-is" }, says, is), ties.length ? element("h4", null, "Watched companies") : null, ties.length ? element("ul", null, ...ties) : null);
  };

  const law = (detail) => {
    const items = detail.findings.map(([verdict, mark, label, policy, rule, because, waived, ...flat]) =>
      element("details", { class: `finding ${waived || verdict}` }, element("summary", null, verdictTag(verdict, label, mark), " ", element("b", null, policy), " ", element("code", null, rule)), element("p", null, because), facts(pairsOf(flat))),
    );
    const dates = detail.dates.length > 1 ? [element("h4", null, "Dates, the next one first"), element("ul", null, ...detail.dates.map(([, day, what, when, rule]) => element("li", null, `${day}: ${what}, ${when} (${rule})`)))] : [];
    return section("By which law", ...(items.length ? items : [element("p", null, "No policy of this report restricts it where it stands.")]), ...dates);
  };

  // With the address of the page in front: axe takes a bare fragment in a scrolled box for a link that skips content.
  const address = (row) => location.href.split("#")[0] + state.link({ device: [data.word(row, "id")] });
  const hop = ([protocol, own, port, platform, name, addresses, chassis, row]) => {
    const shown = name || chassis || addresses || "no name";
    const known = row === "" ? -1 : Number(row);
    const target = known < 0 ? element("span", null, shown) : element("a", { href: address(known) }, shown);
    const ports = [own, port].filter(Boolean).join(" to ");
    const words = [platform, chassis !== shown ? chassis : "", addresses !== shown ? addresses : ""].filter(Boolean).join(" · ");
    return element(
      "li",
      { class: known < 0 ? "unknown" : data.value(known, "verdict")[0] },
      known < 0 ? element("span", { class: "verdict" }, element("span", { class: "mark", "aria-hidden": "true" }, "·"), "not in this report") : verdictOf(known),
      " ",
      target,
      element("small", null, [protocol, ports, words].filter(Boolean).join(" · ")),
    );
  };
  const stands = (detail) =>
    section(
      "Where it stands",
      facts(detail.placed),
      ...(detail.neighbours.length ? [element("h4", null, "Next to it"), ...unfolding(detail.neighbours, SHOWN, (some) => element("ul", { class: "hop" }, ...some.map(hop)), "neighbours")] : []),
    );

  const parts = (detail) => {
    if (!detail.parts.length) return null;
    const row = ([kind, company, model, ties, foreign, position, serial]) =>
      element("tr", { class: ties ? "watched" : foreign }, element("td", null, kind, element("small", null, position)), element("td", null, company, foreign ? element("small", null, "another maker than the box's") : null, text("small", ties, { class: "tie" })), element("td", null, model || "—", text("small", serial)));
    const table = (some) => element("div", { class: "scroll" }, element("table", { class: "parts" }, element("thead", null, element("tr", null, ...["Part and slot", "Made by", "Model and serial"].map((title) => element("th", { scope: "col" }, title)))), element("tbody", null, ...some.map(row))));
    return section("Parts", ...unfolding(detail.parts, SHOWN, table, "parts"));
  };

  const claim = ([weight, roles, company, source, described, rule, , , at, words]) =>
    element(
      "li",
      null,
      element("p", { class: "observed" }, `“${words}”`),
      element("p", { class: "soft" }, element("b", null, weight), ` ${roles.toLowerCase()} ${company}; ${described} (`, element("code", null, `${source} ${at}`.trim()), `), rule ${rule} `),
      copyButton(() => `${at}\t${words}\t${source}\n`, "Copy", "Copy place, value and source"),
    );
  const seen = (detail) =>
    detail.claims.length ? section("Words seen", ...unfolding(detail.claims, HEAVIEST, (some) => element("ol", { class: "claims" }, ...some.map(claim)), "words seen")) : null;

  const gaps = (detail) =>
    detail.gaps.length
      ? section("What could not be asked", ...detail.gaps.map(([where, why, command]) => element("div", { class: "step" }, element("p", null, element("code", null, where), ` ${why}`), command ? copyBlock([command], "the command that asks again") : null)))
      : null;

  const heading = (row) => {
    const rows = app.shownRows();
    const place = rows.indexOf(row);
    const link = copyButton(() => location.href.split("#")[0] + state.only({ device: [data.word(row, "id")] }), "Copy link");
    const where = place < 0 ? "not among the rows shown" : `${(place + 1).toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
    return element(
      "header",
      null,
      element("div", { class: "walk" }, element("button", { type: "button", "aria-label": "Previous row", onclick: () => app.step(-1) }, "↑"), element("button", { type: "button", "aria-label": "Next row", onclick: () => app.step(1) }, "↓"), element("span", { class: "soft" }, where), link, element("button", { type: "button", class: "close", "aria-label": "Close", onclick: close }, "✕")),
      element("h2", { id: "drawer-title", tabindex: "-1" }, data.word(row, "name")),
      element("p", { class: "soft" }, [data.word(row, "address"), (data.value(row, "stands") || [])[1]].filter(Boolean).join(" · ")),
    );
  };

  const show = async (row, focus) => {
    current = row;
    const detail = await kitscan.detail(row);
    if (current !== row) return; // the reader has walked on meanwhile
    const target = row >= data.devices;
    const inside = drawer.contains(document.activeElement);
    drawer.replaceChildren(
      ...[
        heading(row),
        band(row, detail),
        steps(detail),
        target ? null : maker(detail),
        list("The evidence contradicts itself", detail.contradictions),
        target ? null : law(detail),
        target ? null : stands(detail),
        parts(detail),
        seen(detail),
        gaps(detail),
        list("What would turn the answer", detail.turning),
        list("Differences that are no contradiction", detail.explained),
        list("One device, and not another", detail.merging),
        target ? null : section("Also known of it", facts(detail.facts)),
      ].filter(Boolean),
    );
    const hidden = drawer.hidden;
    drawer.hidden = false;
    document.documentElement.classList.add("drawer-open");
    drawer.scrollTop = 0;
    app.showRow(row);
    news.textContent = `${data.word(row, "name")}: ${data.value(row, "label")[1]}`;
    if (focus || hidden || inside) byId("drawer-title").focus({ preventScroll: true });
  };

  const hide = () => {
    if (drawer.hidden) return;
    current = -1;
    drawer.hidden = true;
    drawer.replaceChildren();
    document.documentElement.classList.remove("drawer-open");
    news.textContent = "Closed";
    if (opener && opener.isConnected && opener !== document.body) opener.focus({ preventScroll: true });
    else app.focusTable();
  };
  function close() {
    state.write({ device: [] }, { why: "close" });
  }

  const onState = async (now, why) => {
    const [id] = now.device || [];
    if (!id) return hide();
    const row = await kitscan.rowOf(id);
    if (row < 0) {
      hide();
      byId("devices-status").textContent = "This report has no such device.";
      return;
    }
    if (drawer.hidden) opener = document.activeElement;
    if (row !== current) show(row, why === "open" || why === "link");
  };

  drawer.addEventListener("keydown", (event) => {
    const typed = event.target.closest("input, textarea, pre");
    if (event.ctrlKey || event.metaKey || event.altKey || typed) return;
    const atTop = event.target.id === "drawer-title";
    const by = { j: 1, k: -1, ArrowDown: atTop ? 1 : 0, ArrowUp: atTop ? -1 : 0 }[event.key];
    if (!by) return;
    event.preventDefault();
    app.step(by);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !drawer.hidden) close();
  });

  document.addEventListener("kitscan-ready", async () => {
    data = await kitscan.rows();
    state.listen(onState);
    onState(state.read(), "start");
  });
})();
