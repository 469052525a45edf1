(() => {
  const byId = (id) => document.getElementById(id);
  const list = byId("list");
  const given = Array.from(list.querySelectorAll("details"));
  const words = new Map();
  const wordsOf = (device) => {
    if (!words.has(device)) words.set(device, device.querySelector("summary").textContent.toLowerCase());
    return words.get(device);
  };
  const textOf = (device, selector) => device.querySelector(selector).textContent.toLowerCase();

  const filter = () => {
    const find = byId("find").value.trim().toLowerCase();
    const verdict = byId("verdict").value;
    const place = byId("place").value;
    let shown = 0;
    for (const device of given) {
      const fits =
        (!verdict || device.dataset.verdict === verdict) &&
        (!place || device.dataset.place === place) &&
        (!find || wordsOf(device).includes(find));
      device.hidden = !fits;
      if (fits) shown += 1;
    }
    byId("shown").textContent = `${shown} of ${given.length} shown`;
  };

  const keys = {
    name: (device) => textOf(device, ".name b"),
    maker: (device) => textOf(device, ".maker b"),
    deadline: (device) => device.dataset.deadline,
  };
  const order = () => {
    const key = keys[byId("order").value];
    const sorted = key
      ? given
          .map((device, index) => [key(device), index, device])
          .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1]))
          .map((entry) => entry[2])
      : given;
    list.append(...sorted);
  };

  const openTarget = () => {
    const target = location.hash && byId(location.hash.slice(1));
    const device = target && target.closest("details");
    if (!device) return;
    device.hidden = false;
    device.open = true;
    device.querySelector("summary").focus({ preventScroll: true });
    device.scrollIntoView({ block: "start" });
  };

  byId("find").addEventListener("input", filter);
  byId("verdict").addEventListener("change", filter);
  byId("place").addEventListener("change", filter);
  byId("order").addEventListener("change", order);
  byId("open").addEventListener("click", () => {
    for (const device of given) if (!device.hidden) device.open = true;
  });
  byId("close").addEventListener("click", () => {
    for (const device of given) device.open = false;
  });
  addEventListener("hashchange", openTarget);
  byId("tools").hidden = false;
  filter();
  openTarget();
})();
