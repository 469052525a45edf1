// The data of the page and the state in its fragment. Scripts share this object, the DOM and location.hash.
const kitscan = (() => {
  const bytesOf = (text) => {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
    const octets = atob(text);
    const bytes = new Uint8Array(octets.length);
    for (let at = 0; at < octets.length; at += 1) bytes[at] = octets.charCodeAt(at);
    return bytes;
  };

  const opened = async (id) => {
    const block = document.getElementById(`data-${id}`);
    if (!block) return null;
    const stream = new Blob([bytesOf(block.textContent)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).json();
  };

  const readRows = async () => {
    const data = await opened("rows");
    document.getElementById("data-rows").remove(); // read once: a large report holds its text only once
    for (const columns of [data.one, data.many]) {
      for (const name of Object.keys(columns)) columns[name] = Int32Array.from(columns[name]);
    }
    const named = Object.fromEntries(data.named.map((name, place) => [name, place]));
    const word = (row, name) => data.words[row].split("\t", named[name] + 1)[named[name]];
    const value = (row, column) => {
      const place = data.one[column][row];
      return place < 0 ? null : data.lists[column][place];
    };
    const values = (row, column) => data.sets[column][data.many[column][row]].map((place) => data.lists[column][place]);
    return Object.freeze({
      count: data.words.length,
      devices: data.devices,
      words: data.words,
      one: data.one,
      many: data.many,
      lists: data.lists,
      sets: data.sets,
      chunk: data.chunk,
      drawer: data.drawer,
      withShared: data.with_shared,
      word, // (row, "name") -> text
      value, // (row, "maker") -> [key, shown, ...] or null
      values, // (row, "policy") -> [[key, shown], ...]
    });
  };

  let reading = null;
  const rows = () => (reading ??= readRows());

  let byId = null;
  const rowOf = async (id) => {
    const data = await rows();
    if (!byId) {
      byId = new Map();
      for (let row = data.count - 1; row >= 0; row -= 1) byId.set(data.word(row, "id"), row);
    }
    return byId.has(id) ? byId.get(id) : -1;
  };

  // One drawer: numbers become texts in the order in which they were written (evidence.py).
  const decoded = (data, shared, chunk, first) => {
    let next = 0;
    return chunk.drawers.map((fields, place) => {
      const words = data.words[first + place].split("\t");
      const text = (number) => {
        if (number < 0) return words[-number - 1];
        return number === 0 ? chunk.strings[next++] : chunk.strings[number - 1];
      };
      const textsOf = (value) => (Array.isArray(value) ? value.map(textsOf) : text(value));
      const linesOf = (numbers, own) => {
        const lines = [];
        const width = own ? own + 1 : numbers.length;
        for (let at = 0; at < numbers.length; at += width) {
          lines.push([...shared[numbers[at]], ...numbers.slice(at + 1, at + width).map(text)]);
        }
        return lines;
      };
      const drawer = {};
      data.drawer.forEach((name, at) => {
        const own = data.withShared[name];
        drawer[name] = own === undefined ? textsOf(fields[at]) : linesOf(fields[at], own);
      });
      return drawer;
    });
  };

  let sharing = null;
  const kept = new Map();
  const CHUNKS_KEPT = 6;
  const details = async (number) => {
    if (!kept.has(number)) {
      const data = await rows();
      sharing ??= opened("shared");
      const [shared, chunk] = await Promise.all([sharing, opened(`evidence-${number}`)]);
      if (kept.size >= CHUNKS_KEPT) kept.delete(kept.keys().next().value);
      kept.set(number, decoded(data, shared, chunk, number * data.chunk));
    }
    return kept.get(number);
  };
  const detail = async (row) => {
    const { chunk } = await rows();
    return (await details(Math.floor(row / chunk)))[row % chunk];
  };

  // `#verdict=restricted,review&find=10.0.0.1`; a fragment without "=" is the anchor of a section.
  const parsed = (hash) => {
    const state = {};
    for (const pair of hash.replace(/^#/, "").split("&")) {
      const at = pair.indexOf("=");
      if (at < 1) continue;
      const texts = pair.slice(at + 1).split(",").map((text) => {
        try {
          return decodeURIComponent(text);
        } catch {
          return text;
        }
      });
      state[pair.slice(0, at)] = texts.filter((text) => text !== "");
    }
    return state;
  };
  const isState = (hash) => hash === "" || hash === "#" || hash.includes("=");
  const written = (state) =>
    "#" +
    Object.entries(state)
      .filter(([, texts]) => texts && texts.length)
      .map(([key, texts]) => `${key}=${texts.map(encodeURIComponent).join(",")}`)
      .join("&");

  let current = parsed(location.hash);
  const listeners = [];
  const changed = (why) => listeners.forEach((listener) => listener(current, why));
  addEventListener("hashchange", () => {
    if (!isState(location.hash) || written(parsed(location.hash)) === written(current)) return;
    current = parsed(location.hash);
    changed("link");
  });
  const state = Object.freeze({
    read: () => current,
    link: (changes) => written({ ...current, ...changes }),
    only: written, // the fragment of a state, whatever the current one is
    // `replace` leaves no step in the history: for what changes with every key that is pressed.
    write: (changes, { replace = true, why = "control" } = {}) => {
      const hash = written({ ...current, ...changes });
      if (hash === written(current)) return;
      current = parsed(hash);
      history[replace ? "replaceState" : "pushState"](null, "", hash === "#" ? location.pathname + location.search : hash);
      changed(why);
    },
    follow: (hash) => {
      current = parsed(hash);
      if (location.hash !== hash) history.pushState(null, "", hash);
      changed("link");
    },
    listen: (listener) => listeners.push(listener),
    isState,
  });

  // A link of the page whose fragment is state: followed here, since a second click on it changes no fragment.
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href^='#']");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented || !link.getAttribute("href").includes("=")) return;
    event.preventDefault();
    state.follow(link.getAttribute("href"));
  });

  // An element with attributes, properties and children: the only way in which these scripts make one.
  // A browser takes minutes to lay out a word of 30,000 letters: what is longer than this unfolds in a field of its own.
  const LONG = 1000;

  const folded = (text) => {
    const end = /[\ud800-\udbff]/.test(text[LONG - 1]) ? LONG - 1 : LONG;
    const unfold = () => {
      const whole = element("textarea", { readonly: true, rows: 8, "aria-label": "The whole text" });
      whole.value = text;
      holder.replaceChildren(whole);
      whole.focus();
    };
    const label = `all ${text.length.toLocaleString("en")} characters`;
    const holder = element("span", { class: "long-text" });
    holder.append(`${text.slice(0, end)}… `, element("button", { type: "button", onclick: unfold }, label));
    return holder;
  };

  const element = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === false || value === null || value === undefined) continue;
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value === true ? "" : value);
    }
    const shown = children.filter((child) => child !== null && child !== undefined);
    made.append(...shown.map((child) => (typeof child === "string" && child.length > LONG ? folded(child) : child)));
    return made;
  };

  return Object.freeze({ rows, rowOf, detail, details, state, element, app: {} });
})();
