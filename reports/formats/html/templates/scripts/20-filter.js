// Which rows fit the state, in which order: from columns of numbers, without the DOM.
(() => {
  const FACETS = ["verdict", "place", "tier", "maker", "site", "policy", "level", "part", "due", "cause", "group", "kind", "zone"];
  const SEARCHED = ["maker", "also", "site", "zone", "stands", "policy", "kind", "system", "label", "level", "cause"];

  let data = null;

  const columnOf = (key) => data.one[key] || data.many[key];

  // For each place of a column (and -1, at the front): whether the value there is among the wanted.
  const fitting = (key, isWanted) => {
    const wanted = (data.lists[key] || []).map(isWanted);
    if (data.one[key]) return Uint8Array.from([0, ...wanted.map(Number)]);
    return Uint8Array.from([0, ...data.sets[key].map((places) => Number(places.some((place) => wanted[place])))]);
  };

  const wordsOf = (state) => (state.find || []).join(",").toLowerCase().split(/\s+/).filter(Boolean);

  const addSearch = (state, fails, bit, found) => {
    const words = wordsOf(state);
    const hits = words.map((word) => {
      const hit = new Uint8Array(data.count);
      for (const key of SEARCHED) {
        const column = columnOf(key);
        if (!column) continue;
        const fits = fitting(key, (value) => value.some((text) => text.toLowerCase().includes(word)));
        if (!fits.includes(1)) continue;
        for (let row = 0; row < data.count; row += 1) hit[row] |= fits[column[row] + 1];
      }
      return hit;
    });
    const seen = (number, row) => Boolean(found) && found[number].has(row);
    for (let row = 0; words.length && row < data.count; row += 1) {
      let text = null; // in lower case: made anew, since all of them at once would double what the page holds
      const has = (word, number) =>
        hits[number][row] || (text ??= data.words[row].toLowerCase()).includes(word) || seen(number, row);
      if (!words.every(has)) fails[row] |= bit;
    }
  };

  // `fails` has a bit for each filter that a row does not pass; `bits` names them. `found` holds, for each word of the
  // search, the rows in whose evidence it stands.
  const filtered = (rows, state, found) => {
    data = rows;
    const fails = new Uint16Array(data.count);
    const bits = {};
    FACETS.forEach((key, number) => {
      bits[key] = 1 << number;
      const column = columnOf(key);
      if (!state[key] || !state[key].length) return;
      const wanted = new Set(state[key]);
      if (!column) return void fails.fill(0xffff);
      const fits = fitting(key, (value) => wanted.has(value[0]));
      for (let row = 0; row < data.count; row += 1) if (!fits[column[row] + 1]) fails[row] |= bits[key];
    });
    addSearch(state, fails, 1 << FACETS.length, found);
    return { fails, bits };
  };

  // Each value of a facet with the number of rows that have it and pass all other filters; the most frequent first
  // where the values have no order of their own.
  const OWN_ORDER = new Set(["verdict", "place", "tier", "level", "part"]);
  const counted = (key, { fails, bits }) => {
    const column = columnOf(key);
    const list = data.lists[key] || [];
    const counts = new Uint32Array(list.length);
    const bySet = data.many[key] ? new Uint32Array(data.sets[key].length) : counts;
    for (let row = 0; column && row < data.count; row += 1) {
      if (fails[row] & ~bits[key]) continue;
      if (column[row] >= 0) bySet[column[row]] += 1;
    }
    if (bySet !== counts) {
      data.sets[key].forEach((places, set) => places.forEach((place) => (counts[place] += bySet[set])));
    }
    const all = list.map((value, place) => ({ key: value[0], shown: value[1], count: counts[place] }));
    return OWN_ORDER.has(key) ? all : all.sort((a, b) => b.count - a.count || (a.shown < b.shown ? -1 : 1));
  };

  // Numbers in a text compare as numbers: `ge-0/0/2` before `ge-0/0/10`, 10.0.0.9 before 10.0.0.10.
  const natural = (text) => text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(10, "0"));
  const keys = new Map();
  const sortKeys = (column) => {
    if (keys.has(column.key)) return keys.get(column.key);
    let made;
    if (data.one[column.key]) {
      const list = data.lists[column.key] || [];
      const order = list.map((value, place) => place);
      if (!OWN_ORDER.has(column.key)) {
        const texts = list.map((value) => natural(value[1]));
        order.sort((a, b) => (texts[a] < texts[b] ? -1 : texts[a] > texts[b] ? 1 : a - b));
      }
      const rank = new Int32Array(list.length);
      order.forEach((place, position) => (rank[place] = position));
      made = data.one[column.key].map((place) => (place < 0 ? 0x7fffffff : rank[place]));
    } else {
      made = data.words.map((_, row) => natural(column.text(row)) || "\uffff"); // what is empty stands last
    }
    keys.set(column.key, made);
    return made;
  };

  const sorted = (rows, column, descending) => {
    if (!column) return rows;
    const key = sortKeys(column);
    const sign = descending ? -1 : 1;
    const last = (value) => value === 0x7fffffff || value === "\uffff";
    return rows.sort((a, b) => {
      const x = key[a];
      const y = key[b];
      if (x === y) return a - b;
      if (last(x) || last(y)) return last(x) ? 1 : -1;
      return x < y ? -sign : sign;
    });
  };

  // Looks for each word of the search in the evidence, chunk by chunk; `progress` is told the rows done, and may stop it.
  const lookInEvidence = async (state, progress) => {
    const words = wordsOf(state);
    const found = words.map(() => new Set());
    for (let first = 0; first < data.count; first += data.chunk) {
      const drawers = await kitscan.details(first / data.chunk);
      drawers.forEach((drawer, place) => {
        const texts = Object.values(drawer).flat(2).join("\n").toLowerCase();
        words.forEach((word, number) => texts.includes(word) && found[number].add(first + place));
      });
      if (!progress(Math.min(first + data.chunk, data.count))) return null;
    }
    return found;
  };

  Object.assign(kitscan.app, { FACETS, filtered, counted, sorted, lookInEvidence, wordsOf });
})();
