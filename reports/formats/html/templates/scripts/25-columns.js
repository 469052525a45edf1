// The columns of the table, what a cell shows, and the CSV of what is shown.
(() => {
  let data = null;
  const shown = (name) => (row) => (data.value(row, name) || ["", ""])[1];
  const word = (name) => (row) => data.word(row, name);

  // Why a row has its verdict: the policies that say so, or the cause and the next step of what was not assessed.
  const why = (row) => {
    const cause = data.value(row, "cause");
    if (cause) return `${cause[1]}. ${shown("step")(row)}.`;
    return data.values(row, "policy").map((policy) => policy[0]).join(", ");
  };
  const maker = (row) => [shown("maker")(row), shown("also")(row)].filter(Boolean).join("; ");

  const COLUMNS = [
    { key: "verdict", title: "Verdict", text: shown("label"), width: 14 },
    { key: "name", title: "Device", text: word("name"), width: 11.5 },
    { key: "address", title: "Address", text: word("address"), width: 7.5 },
    { key: "maker", title: "Maker", text: maker, width: 13 },
    { key: "level", title: "Certainty", text: shown("level"), width: 7, extra: true },
    { key: "model", title: "Model", text: word("model"), width: 11 },
    { key: "kind", title: "Kind", text: shown("kind"), width: 7, extra: true },
    { key: "place", title: "Place", text: shown("place"), width: 8 },
    { key: "tier", title: "Tier", text: shown("tier"), width: 7, extra: true },
    { key: "zone", title: "Zone", text: shown("zone"), width: 9, extra: true },
    { key: "site", title: "Site", text: shown("site"), width: 6 },
    { key: "date", title: "Next date", text: shown("date"), width: 11.5 },
    { key: "why", title: "Why", text: why, width: 16 },
    { key: "serial", title: "Serial", text: word("serial"), width: 10, extra: true },
    { key: "version", title: "Version", text: word("version"), width: 10, extra: true },
    { key: "system", title: "System", text: shown("system"), width: 10, extra: true },
    { key: "findings", title: "Findings", text: shown("findings"), width: 6, extra: true, number: true },
    { key: "parts", title: "Parts", text: shown("parts"), width: 6, extra: true, number: true },
    { key: "gaps", title: "Not answered", text: shown("gaps"), width: 7, extra: true, number: true },
  ];

  const chosenColumns = (state) => {
    const keys = state.columns;
    return COLUMNS.filter((column) => (keys && keys.length ? keys.includes(column.key) : !column.extra));
  };

  // The text in pieces, with each word of the search in an element of its own.
  const marked = (text, words) => {
    const lower = text.toLowerCase();
    const pieces = [];
    let at = 0;
    while (words.length && lower.length === text.length) {
      let first = -1;
      let length = 0;
      for (const wanted of words) {
        const place = lower.indexOf(wanted, at);
        if (place >= 0 && (first < 0 || place < first)) [first, length] = [place, wanted.length];
      }
      if (first < 0) break;
      if (first > at) pieces.push(text.slice(at, first));
      pieces.push(kitscan.element("mark", null, text.slice(first, first + length)));
      at = first + length;
    }
    return [...pieces, text.slice(at)];
  };

  // A spreadsheet shows such a cell and never runs it: as reports/formats/as_csv.py writes its cells.
  const FORMULA = /^[ \u00a0\ufeff]*[=+\-@\t\r\n＝＋－＠|%]/;
  const cell = (text) => `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const csvOf = (rows) => {
    const head = COLUMNS.map((column) => cell(column.title)).join(",");
    const lines = rows.map((row) => COLUMNS.map((column) => cell(column.text(row))).join(","));
    return `\ufeff${[head, ...lines].join("\r\n")}\r\n`;
  };
  const saveCsv = (rows) => {
    const address = URL.createObjectURL(new Blob([csvOf(rows)], { type: "text/csv;charset=utf-8" }));
    kitscan.element("a", { href: address, download: "kitscan-devices.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };

  const useData = (rows) => (data = rows);
  Object.assign(kitscan.app, { COLUMNS, chosenColumns, marked, saveCsv, csvOf, useData });
})();
