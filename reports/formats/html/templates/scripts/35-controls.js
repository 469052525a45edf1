// What narrows the table: the search, the facets, the columns; and the start of it all.
(() => {
  const { app, element, state } = kitscan;
  const byId = (id) => document.getElementById(id);
  const [find, seen, facets, chosen, status] = ["find", "seen", "facets", "chosen", "devices-status"].map(byId);
  const TITLES = {
    verdict: "Verdict", place: "Place", policy: "Policy", maker: "Maker", site: "Site", tier: "Tier",
    level: "Certainty", part: "Kind of part", cause: "Cause", due: "Date", group: "Group", kind: "Kind", zone: "Zone",
  };
  const OFFERED = ["verdict", "place", "policy", "maker", "site", "tier", "level", "part", "cause"];
  const MAX_CHOICES = 100;

  let data = null;
  let result = null;
  let found = null; // what a search of the evidence found
  let looking = 0;

  const toggle = (key, value) => {
    const now = state.read()[key] || [];
    const next = now.includes(value) ? now.filter((one) => one !== value) : [...now, value];
    state.write({ [key]: next, page: [] });
  };

  const drawChoices = (key, panel) => {
    const wanted = state.read()[key] || [];
    const sift = panel.querySelector("input[type=search]");
    const text = sift ? sift.value.trim().toLowerCase() : "";
    const all = app.counted(key, result);
    const fit = all.filter((one) => one.count || wanted.includes(one.key)).filter((one) => one.shown.toLowerCase().includes(text));
    const boxes = fit.slice(0, MAX_CHOICES).map((one) => {
      const box = element("input", { type: "checkbox", checked: wanted.includes(one.key), onchange: () => toggle(key, one.key) });
      return element("label", null, box, element("span", null, one.shown), element("span", { class: "count" }, one.count.toLocaleString("en")));
    });
    const focused = [...panel.querySelectorAll(".choices input")].indexOf(document.activeElement);
    const more = fit.length - boxes.length;
    panel.querySelector(".choices").replaceChildren(
      ...(boxes.length ? boxes : [element("p", null, "None here.")]),
      ...(more > 0 ? [element("p", null, `${more.toLocaleString("en")} more: type to narrow them.`)] : []),
    );
    if (focused >= 0) panel.querySelectorAll(".choices input")[focused]?.focus();
    if (!sift && all.length > 12) {
      const label = `Narrow ${TITLES[key].toLowerCase()}`;
      const made = element("input", { type: "search", "aria-label": label, placeholder: "narrow", oninput: () => drawChoices(key, panel) });
      panel.querySelector(".choices").before(made);
    }
  };

  const drawFacets = () => {
    for (const panel of facets.querySelectorAll("details")) {
      const { key } = panel.dataset;
      const wanted = (state.read()[key] || []).length;
      panel.querySelector("summary").textContent = wanted ? `${TITLES[key]} · ${wanted}` : TITLES[key];
      if (panel.open) drawChoices(key, panel);
    }
  };
  const makeFacets = () => {
    for (const key of OFFERED) {
      if (!(data.lists[key] || []).length) continue;
      const panel = element("details", { class: "facet", "data-key": key }, element("summary", null, TITLES[key]), element("div", { class: "choices", role: "group", "aria-label": TITLES[key] }));
      panel.addEventListener("toggle", () => panel.open && drawChoices(key, panel));
      facets.append(panel);
    }
  };

  // The filters in force, each with a button that takes it away.
  const drawChosen = () => {
    const now = state.read();
    const items = app.FACETS.flatMap((key) =>
      (now[key] || []).map((value) => {
        const known = (data.lists[key] || []).find((entry) => entry[0] === value);
        const text = key === "group" ? `Group ${Number(value) + 1}` : `${TITLES[key]}: ${known ? known[1] : value}`;
        return element("li", null, element("button", { type: "button", "aria-label": `Remove filter ${text}`, onclick: () => toggle(key, value) }, text, " ✕"));
      }),
    );
    if (items.length || (now.find || []).length) {
      const none = Object.fromEntries([...app.FACETS, "find", "seen", "page"].map((key) => [key, []]));
      items.push(element("li", null, element("button", { type: "button", class: "all", onclick: () => state.write(none) }, "Show all")));
    }
    chosen.replaceChildren(...items);
  };

  const apply = () => {
    const now = state.read();
    result = app.filtered(data, now, found);
    let fit = [];
    for (let row = 0; row < data.count; row += 1) if (!result.fails[row]) fit.push(row);
    const [by] = now.sort || [""];
    const column = app.COLUMNS.find((one) => by && one.key === by.replace(/^-/, ""));
    fit = app.sorted(fit, column, by && by.startsWith("-"));
    app.update(data, fit);
    drawFacets();
    drawChosen();
    const text = (now.find || []).join(",");
    if (document.activeElement !== find) find.value = text;
    seen.checked = (now.seen || []).length > 0;
  };

  const lookFor = async (now) => {
    const turn = (looking += 1);
    found = null;
    if (!(now.seen || []).length || !app.wordsOf(now).length) return;
    const total = data.count.toLocaleString("en");
    const result = await app.lookInEvidence(now, (done) => {
      if (turn === looking) status.textContent = `Looking in the words seen: ${done.toLocaleString("en")} of ${total}`;
      return turn === looking;
    });
    if (!result || turn !== looking) return;
    found = result;
    apply();
  };

  let last = "";
  const onState = (now, why) => {
    if (why !== "walk" && why !== "open" && why !== "page" && why !== "close") {
      const search = `${now.find}|${now.seen}`;
      if (search !== last) {
        last = search;
        lookFor(now);
      }
      apply();
    }
    if (why === "link" && !(now.device || []).length) {
      byId("devices").scrollIntoView({ block: "start" });
      status.focus({ preventScroll: true });
    }
  };

  const makeColumns = () => {
    const panel = byId("columns");
    panel.querySelector(".choices").replaceChildren(
      ...app.COLUMNS.map((column) => {
        const change = () => {
          const shown = app.chosenColumns(state.read()).map((one) => one.key);
          const next = shown.includes(column.key) ? shown.filter((key) => key !== column.key) : [...shown, column.key];
          state.write({ columns: next });
        };
        const box = element("input", { type: "checkbox", checked: app.chosenColumns(state.read()).includes(column), onchange: change });
        return element("label", null, box, element("span", null, column.title));
      }),
    );
  };

  let typing = 0;
  find.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => state.write({ find: find.value.trim() ? [find.value.trim()] : [], page: [] }), 60);
  });
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    app.focusTable();
  });
  seen.addEventListener("change", () => state.write({ seen: seen.checked ? ["words"] : [], page: [] }));
  byId("devices-csv").addEventListener("click", () => app.saveCsv(app.shownRows()));
  document.addEventListener("keydown", (event) => {
    const typed = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typed || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    byId("devices").scrollIntoView({ block: "start" });
    find.focus({ preventScroll: true });
    find.select();
  });
  // A list of choices closes when the reader goes elsewhere, or presses Esc.
  const panels = () => document.querySelectorAll("#devices details.facet[open]");
  document.addEventListener("click", (event) => panels().forEach((panel) => !panel.contains(event.target) && event.target.isConnected && (panel.open = false)));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    panels().forEach((panel) => {
      if (!panel.contains(document.activeElement)) return;
      panel.open = false;
      panel.querySelector("summary").focus();
      event.stopImmediatePropagation();
    });
  });

  const start = async () => {
    try {
      data = await kitscan.rows();
    } catch {
      const fault = byId("devices-fault");
      fault.textContent = "This browser cannot open the table (it lacks DecompressionStream). The findings above are complete; kitscan assess --format csv lists every device.";
      fault.hidden = false;
      return;
    }
    app.useData(data);
    byId("devices-app").hidden = false;
    makeFacets();
    makeColumns();
    state.listen(onState);
    last = `${state.read().find}|${state.read().seen}`;
    apply();
    lookFor(state.read());
    document.dispatchEvent(new CustomEvent("kitscan-ready"));
  };
  start();
})();
