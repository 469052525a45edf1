// The device table: pages of rows, of which only those in view are drawn.
//
// A page holds 1,000 rows, so that "row 400 of 1,000" and the scroll bar mean something at 100,000; a narrow screen gets
// pages of 50 that are drawn whole, because a phone scrolls the document and not a box inside it.
(() => {
  const { app, element, state } = kitscan;
  const byId = (id) => document.getElementById(id);
  const [view, grid, status, pages] = ["devices-view", "devices-grid", "devices-status", "devices-pages"].map(byId);
  const [head, body] = [grid.tHead, grid.tBodies[0]];
  const ROW = 30; // pixels, as in the style sheet
  const SPARE = 12; // rows drawn above and below what is in view
  const narrow = matchMedia("(max-width: 40rem)");

  let data = null;
  let rows = []; // all that fit, in order
  let page = 0;
  let active = -1; // place in `rows` of the row that the keyboard is on
  let drawn = [-1, -1];
  let words = [];
  let columns = [];

  const pageSize = () => (narrow.matches ? 50 : 1000);
  const pageCount = () => Math.max(1, Math.ceil(rows.length / pageSize()));
  const pageRows = () => [page * pageSize(), Math.min(rows.length, (page + 1) * pageSize())];
  const count = (number) => number.toLocaleString("en");

  const verdictCell = (row) => {
    const [, , mark] = data.value(row, "verdict");
    return [element("span", { class: "mark", "aria-hidden": "true" }, mark), data.value(row, "label")[1]];
  };
  const contentOf = (column, row) => {
    if (column.key === "verdict") return verdictCell(row);
    const text = column.text(row);
    if (column.key !== "name") return text ? app.marked(text, words) : [element("span", { class: "none" }, "—")];
    const link = state.link({ device: [data.word(row, "id")] });
    return [element("a", { href: link, tabindex: "-1" }, ...app.marked(text || "—", words))];
  };
  const rowElement = (place) => {
    const row = rows[place];
    const verdict = data.value(row, "verdict")[0];
    const cells = columns.map((column) =>
      element(
        "td",
        {
          role: "gridcell",
          class: `${column.key}${column.number ? " number" : ""}${column.key === "verdict" ? ` verdict ${verdict}` : ""}`,
          title: column.text(row).length > column.width ? column.text(row) : null,
          "data-title": column.title,
        },
        ...contentOf(column, row),
      ),
    );
    return element(
      "tr",
      {
        id: `row-${place}`,
        role: "row", // a narrow screen lays rows out as blocks, and they stay rows
        class: [verdict, place === active ? "active" : "", place % 2 ? "odd" : ""].filter(Boolean).join(" "),
        "aria-rowindex": place + 2,
        "aria-selected": place === active ? "true" : "false",
        "data-row": row,
        "data-place": place,
      },
      ...cells,
    );
  };

  const spacer = (height) => {
    const cell = element("td", { colspan: columns.length });
    cell.style.height = `${height}px`;
    return element("tr", { class: "spacer", "aria-hidden": "true" }, cell);
  };
  const draw = (force) => {
    const [first, end] = pageRows();
    let [from, to] = [first, end];
    if (!narrow.matches) {
      const top = Math.max(0, Math.floor(view.scrollTop / ROW));
      from = Math.max(first, first + top - SPARE);
      to = Math.min(end, first + top + Math.ceil((view.clientHeight || 600) / ROW) + SPARE);
    }
    if (!force && from >= drawn[0] && to <= drawn[1] && to - from > drawn[1] - drawn[0] - 2 * SPARE) return;
    drawn = [from, to];
    const made = [];
    if (from > first) made.push(spacer((from - first) * ROW));
    for (let place = from; place < to; place += 1) made.push(rowElement(place));
    if (to < end) made.push(spacer((end - to) * ROW));
    body.replaceChildren(...made);
    grid.setAttribute("aria-rowcount", rows.length + 1);
    if (active >= from && active < to) grid.setAttribute("aria-activedescendant", `row-${active}`);
    else grid.removeAttribute("aria-activedescendant");
  };

  const drawHead = () => {
    const [by] = state.read().sort || [""];
    const cells = columns.map((column) => {
      const sort = by === column.key ? "ascending" : by === `-${column.key}` ? "descending" : "none";
      const next = sort === "ascending" ? [`-${column.key}`] : sort === "descending" ? [] : [column.key];
      const button = element(
        "button",
        { type: "button", onclick: () => state.write({ sort: next, page: [] }) },
        column.title,
        element("span", { class: "arrow", "aria-hidden": "true" }, { ascending: "▲", descending: "▼", none: "" }[sort]),
      );
      return element("th", { scope: "col", role: "columnheader", class: `${column.key}${column.number ? " number" : ""}`, "aria-sort": sort }, button);
    });
    head.replaceChildren(element("tr", { role: "row", "aria-rowindex": "1" }, ...cells));
    const total = columns.reduce((sum, column) => sum + column.width, 0);
    head.querySelectorAll("th").forEach((cell, at) => (cell.style.width = `${(100 * columns[at].width) / total}%`));
    grid.style.minWidth = narrow.matches ? "" : `${total * 0.5}rem`;
  };

  const drawPages = () => {
    const go = (number) => () => {
      state.write({ page: number ? [String(number + 1)] : [] });
      grid.focus({ preventScroll: true });
    };
    const button = (text, number, label) =>
      element("button", { type: "button", disabled: number < 0 || number >= pageCount(), onclick: go(number), "aria-label": label }, text);
    const [first, end] = pageRows();
    const range = `${count(first + 1)}–${count(end)} of ${count(rows.length)}`;
    pages.replaceChildren(
      ...(pageCount() < 2 ? [] : [button("‹", page - 1, "Previous page"), element("span", null, range), button("›", page + 1, "Next page")]),
    );
  };

  const show = (place, { focus = false } = {}) => {
    if (place < 0 || place >= rows.length) return;
    active = place;
    const wanted = Math.floor(place / pageSize());
    if (wanted !== page) {
      page = wanted;
      state.write({ page: page ? [String(page + 1)] : [] }, { why: "page" });
      drawPages();
    }
    if (!narrow.matches) {
      const at = (place - page * pageSize()) * ROW;
      const headHeight = head.offsetHeight || ROW;
      if (at < view.scrollTop) view.scrollTop = at;
      else if (at + ROW > view.scrollTop + view.clientHeight - headHeight) view.scrollTop = at + ROW - view.clientHeight + headHeight;
    }
    draw(true);
    if (narrow.matches) byId(`row-${place}`)?.scrollIntoView({ block: "nearest" });
    if (focus) grid.focus({ preventScroll: true });
  };

  const open = (place) => {
    if (place < 0 || place >= rows.length) return;
    show(place);
    state.write({ device: [data.word(rows[place], "id")] }, { replace: false, why: "open" });
  };
  // One row on or back; where the drawer is open it follows.
  const step = (by) => {
    const from = active < 0 ? (by > 0 ? -1 : 0) : active;
    const place = Math.min(rows.length - 1, Math.max(0, from + by));
    show(place);
    if ((state.read().device || []).length) state.write({ device: [data.word(rows[place], "id")] }, { why: "walk" });
  };

  const MOVES = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 20, PageUp: -20 };
  grid.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button")) return;
    if (event.key in MOVES) step(MOVES[event.key]);
    else if (event.key === "Home") show(page * pageSize());
    else if (event.key === "End") show(pageRows()[1] - 1);
    else if (event.key === "Enter" && active >= 0) open(active);
    else return;
    event.preventDefault();
  });
  // By keyboard only: a row that is drawn anew between the press and the release of a button gets no click.
  grid.addEventListener("focus", () => active < 0 && rows.length && grid.matches(":focus-visible") && show(pageRows()[0]));
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-place]");
    const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
    if (!row || modified || getSelection().toString()) return;
    event.preventDefault();
    grid.focus({ preventScroll: true });
    open(Number(row.dataset.place));
  });
  let waiting = 0;
  view.addEventListener("scroll", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => draw(false));
  });
  narrow.addEventListener("change", () => {
    page = 0;
    drawHead();
    drawPages();
    draw(true);
  });
  addEventListener("resize", () => draw(true));

  // Shows these rows of the data, in this order, as the state asks.
  const update = (rowData, found) => {
    const now = state.read();
    const kept = active >= 0 ? rows[active] : -1;
    data = rowData;
    rows = found;
    columns = app.chosenColumns(now);
    words = app.wordsOf(now);
    page = Math.min(pageCount() - 1, Math.max(0, Math.trunc(Number((now.page || ["1"])[0])) - 1 || 0));
    active = kept < 0 ? -1 : rows.indexOf(kept);
    const all = `${count(rows.length)} of ${count(data.count)} shown`;
    const none = data.count ? "No row fits: take a filter away." : "This report has no device.";
    status.textContent = rows.length ? all : `${all}. ${none}`;
    view.scrollTop = 0;
    drawHead();
    drawPages();
    draw(true);
  };

  Object.assign(app, {
    update,
    step,
    shownRows: () => rows,
    // The row of the drawer, where the table shows it.
    showRow: (row, options) => show(rows.indexOf(row), options),
    focusTable: () => grid.focus({ preventScroll: true }),
  });
})();
