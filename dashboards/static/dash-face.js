/* The page's state is its address. Controls change the address; panels whose numbers can change ask again. */
"use strict";
{
  const one = (selector, inside = document) => inside.querySelector(selector);
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const DIMENSIONS = ["queue", "priority", "channel", "agent", "organisation"];
  const LISTED = 200;

  /* The address */
  const params = () => new URLSearchParams(location.search);
  const asked = () => { const query = params(); query.delete("drill"); return `?${query}`; };
  const set = (id, data) => window.dash_clientside.set_props(id, { data });
  let known = null;

  const go = (change, { replace = false } = {}) => {
    const query = params();
    change(query);
    const text = String(query);
    const address = location.pathname + (text ? `?${text}` : "");
    if (address === location.pathname + location.search) return;
    history[replace ? "replaceState" : "pushState"](null, "", address);
    tell();
  };
  const openCell = (cell) => { if (cell.startsWith("ticket!")) location.assign(`/tickets/${cell.slice(7)}`); else put("drill", cell); };
  const follow = (search) => { history.pushState(null, "", location.pathname + search); tell(); };
  const put = (name, value) => go((query) => (value ? query.set(name, value) : query.delete(name)));

  /* Tell Dash and the controls what the address says now. */
  const tell = () => {
    const query = params();
    if (known !== asked()) { known = asked(); set("asked", known); names().forEach((name) => asking(name, false)); }
    showControls(query);
    showDrawer(query);
  };
  addEventListener("popstate", tell);

  /* Forms of studies: written into the address, where what is usual is left out. */
  const makeForm = (place) => {
    const form = document.createElement("form");
    form.dataset.ask = "";
    for (const { name, words, usual, kind, example, options, is_needed } of JSON.parse(place.dataset.fields)) {
      const label = document.createElement("label");
      const field = document.createElement(kind === "select" ? "select" : "input");
      if (kind === "select") field.append(...options.map(([value, said]) => new Option(said, value)));
      else Object.assign(field, { type: kind, placeholder: example });
      field.name = name;
      field.dataset.usual = usual;
      if (kind === "number") Object.assign(field, { step: "any", min: "0", required: is_needed });
      label.className = `of-${kind}`;
      label.append(words, field);
      form.append(label);
    }
    const send = document.createElement("button");
    send.textContent = "Calculate";
    form.append(send);
    place.append(form);
  };

  const showControls = (query) => {
    all("[data-fields]:empty").forEach(makeForm);
    const range = query.has("from") || query.has("to");
    const period = range ? "" : query.get("period") || "28d";
    all("[data-period]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.period === period)));
    one("[data-dates]").classList.toggle("on", range || query.has("grain") || query.has("compare"));
    for (const name of ["from", "to", "grain", "asof", "compare"]) one(`#${name}`).value = query.get(name) || "";
    all("[data-option]").forEach((button) => button.setAttribute("aria-pressed", String(query.get(button.dataset.option) === "1")));
    all("[data-if]").forEach((key) => { key.hidden = !query.get(key.dataset.if); });
    all("[data-whose]").forEach((place) => {
      const known = JSON.parse(place.dataset.whose);
      place.textContent = ["basis", "attribution"].map((name) => known[query.get(name)]).filter(Boolean).join(", ");
    });
    all("[data-choice]").forEach((button) => button.setAttribute("aria-pressed", String((query.get(button.dataset.choice) || "") === button.dataset.value)));
    all("[data-ask] [name]").forEach((field) => { field.value = query.get(field.name) ?? field.dataset.usual ?? ""; });
    all("[data-file]").forEach((link) => { link.href = link.dataset.file + (link.dataset.panelOf ? `${asked()}&panel=${link.dataset.panelOf}` : location.search); });
    all("[data-along]").forEach((link) => { link.search = along(query); });
    all("[data-pick]").forEach((pick) => {
      const chosen = query.getAll(pick.dataset.pick);
      one("summary", pick).classList.toggle("on", chosen.length > 0);
      all("[role=menuitemcheckbox]", pick).forEach((item) => item.setAttribute("aria-checked", String(chosen.includes(item.dataset.value))));
    });
    showChips(query);
  };

  /* What holds on every page goes along from one to another. */
  const along = (query) => String(new URLSearchParams([...query].filter(([name]) => [...DIMENSIONS, "period", "from", "to", "asof"].includes(name))));

  const chip = (words, without) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.setAttribute("aria-label", `Remove the filter ${words}`);
    button.addEventListener("click", () => go(without));
    item.append(button);
    return item;
  };
  const showChips = (query) => {
    const chips = DIMENSIONS.flatMap((name) => query.getAll(name).map((value) =>
      chip(`${name[0].toUpperCase()}${name.slice(1)}: ${value}`, (q) => {
        const rest = q.getAll(name).filter((other) => other !== value);
        q.delete(name);
        rest.forEach((other) => q.append(name, other));
      })));
    if (query.has("from") || query.has("to"))
      chips.push(chip(`${query.get("from") || "the beginning"} to ${query.get("to") || "today"}`, (q) => { q.delete("from"); q.delete("to"); }));
    if (query.has("grain")) chips.push(chip(`in ${query.get("grain").replace("_", " ")}s`, (q) => q.delete("grain")));
    if (query.has("compare")) chips.push(chip("Beside last year", (q) => q.delete("compare")));
    if (query.has("asof")) chips.push(chip(`As of ${query.get("asof").replace("T", " ")}`, (q) => q.delete("asof")));
    if (query.has("restated")) chips.push(chip("As restated", (q) => q.delete("restated")));
    one("#chips").replaceChildren(...chips);
  };

  /* Controls */
  const fillPicks = (choices) => all("[data-pick]").forEach((pick) => {
    const name = pick.dataset.pick;
    const sheet = one(".sheet", pick);
    const find = document.createElement("input");
    find.type = "search";
    find.placeholder = `Find ${/^[aeiou]/.test(name) ? "an" : "a"} ${name}`;
    find.setAttribute("aria-label", find.placeholder);
    const list = document.createElement("div");
    list.setAttribute("role", "menu");
    list.setAttribute("aria-label", name);
    const draw = () => {
      const wanted = find.value.trim().toLowerCase();
      const chosen = params().getAll(name);
      const names = [...new Set([...chosen, ...(choices[name] || [])])].filter((value) => value.toLowerCase().includes(wanted));
      list.replaceChildren(...names.slice(0, LISTED).map((value) => {
        const item = document.createElement("button");
        item.type = "button";
        item.setAttribute("role", "menuitemcheckbox");
        item.setAttribute("aria-checked", String(chosen.includes(value)));
        item.dataset.value = value;
        item.textContent = value;
        item.addEventListener("click", () => go((query) => {
          const now = query.getAll(name);
          query.delete(name);
          (now.includes(value) ? now.filter((other) => other !== value) : [...now, value]).forEach((other) => query.append(name, other));
        }));
        return item;
      }));
      if (!names.length) list.textContent = "Nothing by that name.";
    };
    find.addEventListener("input", draw);
    pick.addEventListener("toggle", () => { if (pick.open) { draw(); if (!find.hidden) find.focus(); } });
    find.hidden = (choices[name] || []).length < 8;
    sheet.replaceChildren(find, list);
  });

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    const drill = on("[data-drill]");
    if (drill && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      put("drill", drill.dataset.drill);
    } else if (on("[data-go]") && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      follow(on("[data-go]").getAttribute("href"));
    } else if (on("[data-choice]")) put(on("[data-choice]").dataset.choice, on("[data-choice]").dataset.value);
    else if (on("[data-period]"))
      go((query) => { query.delete("from"); query.delete("to"); query.set("period", on("[data-period]").dataset.period); });
    else if (on("[data-option]")) put(on("[data-option]").dataset.option, on("[data-option]").getAttribute("aria-pressed") === "true" ? "" : "1");
    else if (on("[data-table]")) showTable(on("[data-table]"));
    else if (on("[data-close]")) put("drill", "");
    else if (on("[data-copy-link]")) copyLink(on("[data-copy-link]"));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-range], [data-asof], [data-ask]");
    if (!form) return;
    event.preventDefault();
    const data = new FormData(form);
    const sheet = form.closest("details");
    if (sheet) sheet.open = false;
    go((query) => {
      if (data.get("from") || data.get("to")) query.delete("period");
      const usual = (name) => one(`[name="${name}"]`, form).dataset.usual;
      for (const [name, value] of data) if (value && value !== usual(name)) query.set(name, value); else query.delete(name);
    });
  });
  const showTable = (button) => {
    const name = button.dataset.table;
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    one(`#table-${name}`).hidden = !shown;
    one(`[data-chart=${name}]`).hidden = shown;
    if (!shown) dispatchEvent(new Event("resize"));
  };
  const copyLink = async (button) => {
    await navigator.clipboard?.writeText(location.href);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy link"; }, 2000);
  };

  /* The drawer */
  let opener = null;
  const showDrawer = (query) => {
    const drawer = one("#drawer");
    if (!drawer) return;
    const drill = query.get("drill") || "";
    if (drill && drawer.hidden) opener = document.activeElement;
    drawer.hidden = !drill;
    document.body.classList.toggle("drilled", Boolean(drill));
    if (drill) {
      set("drilled", { query: location.search, position: 0 });
      drawer.focus();
    } else if (opener) { opener.focus?.(); opener = null; }
    setTimeout(() => dispatchEvent(new Event("resize")));
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !one("details.menu[open]") && params().has("drill")) put("drill", "");
  });

  /* Live: news of the lake says which kinds of events it holds now; panels that they can move ask again: the first time
     at once, then at a pace at which numbers can be read. One question at a time for each panel, none while nobody
     looks or a mark is pointed at; what comes meanwhile is one more question afterwards. */
  const REST = { least: 2000, most: 4000, share: 3 };
  const LOST = 10000;
  const paces = new Map();
  const paceOf = (name) => {
    if (!paces.has(name)) paces.set(name, { wanted: null, asked: 0, rested: 0, timer: 0 });
    return paces.get(name);
  };
  const isLive = () => !params().has("asof") && !params().has("to");
  const isQuiet = (name) => document.hidden || one(`#panel-${name} .chart:hover`);
  const ask = (name, position) => { paceOf(name).wanted = position; askNext(name); };
  const askNext = (name) => {
    const pace = paceOf(name);
    clearTimeout(pace.timer);
    if (pace.wanted === null || isQuiet(name)) return;
    const wait = (pace.asked ? pace.asked + LOST : pace.rested) - Date.now();
    if (wait > 0) { pace.timer = setTimeout(askNext, wait, name); return; }
    const position = pace.wanted;
    asking(name, true);
    set(`asks-${name}`, { position });
  };
  const asking = (name, isAgain) => {
    Object.assign(paceOf(name), { wanted: null, asked: Date.now() });
    one(`#panel-${name}`).toggleAttribute("data-again", isAgain);
  };
  const answered = (name) => {
    const pace = paceOf(name);
    if (!pace.asked) return;
    const now = Date.now();
    const calm = Number(one(`#panel-${name}`).dataset.rest || 0) * 1000;
    pace.rested = now + Math.max(Math.min(Math.max((now - pace.asked) * REST.share, REST.least), REST.most), calm);
    pace.asked = 0;
    askNext(name);
  };
  const names = () => all("[data-panel]").map((panel) => panel.dataset.panel);
  document.addEventListener("pointerout", (event) => {
    const panel = event.target.closest?.("[data-panel]");
    if (panel && !panel.contains(event.relatedTarget)) askNext(panel.dataset.panel);
  });
  document.addEventListener("visibilitychange", () => names().forEach(askNext));
  const moves = (panel, kinds) => panel.dataset.moves.split(" ").some((kind) => kinds.includes(kind));

  /* The freshness stamp: how old what one sees can be. Amber after 5 s, red after 60 s. */
  const stamp = { behind: 0, heard: 0, lag: null, since: 0, position: 0, away: true };
  const caughtUp = (position) => {
    if (!stamp.since || position < stamp.position) return;
    stamp.lag = (Date.now() - stamp.since) / 1000;
    stamp.since = 0;
    showStamp();
  };
  const showStamp = () => {
    const place = one("#stamp");
    if (!place) return;
    const query = params();
    const silent = stamp.heard ? (Date.now() - stamp.heard) / 1000 : 0;
    const waiting = stamp.since ? (Date.now() - stamp.since) / 1000 : 0;
    const age = Math.max(stamp.behind, waiting, stamp.away || silent > 10 ? silent : 0);
    const mood = age > 60 ? "stuck" : age > 5 ? "late" : "well";
    place.className = `stamp ${query.has("asof") ? "past" : mood}`;
    if (query.has("asof")) place.textContent = `as of ${query.get("asof").replace("T", " ")}`;
    else if (!stamp.heard) place.textContent = "connecting";
    else if (mood === "well") place.textContent = stamp.lag === null ? "live" : `live \u2013 ${stamp.lag.toFixed(1)} s`;
    else place.textContent = `${stamp.away ? "not connected, " : ""}${age < 120 ? `${Math.round(age)} s` : `${Math.round(age / 60)} min`} behind`;
  };
  setInterval(showStamp, 1000);

  document.addEventListener("clearqueue:live", ({ detail: { name, data } }) => {
    if (name === "away") { stamp.away = true; showStamp(); return; }
    const returned = stamp.away && stamp.heard;
    stamp.away = false;
    stamp.heard = Date.now();
    if (name === "hello" || name === "pulse") stamp.behind = data.lake || 0;
    if (name === "hello" && returned && isLive()) names().forEach((panel) => ask(panel, 0));
    if (name === "ticket" && !stamp.since) Object.assign(stamp, { since: Date.now(), position: data.position });
    if (name === "lake") {
      const kinds = data.kinds;
      const moved = all("[data-panel]").filter((panel) => data.missed || moves(panel, kinds));
      const touched = moved.filter((panel) => isLive() || (panel.dataset.now === "true" && !params().has("asof")));
      touched.forEach((panel) => ask(panel.dataset.panel, data.position));
      if (!touched.some((panel) => !panel.dataset.rest)) stamp.since = 0;
      else if (document.hidden) stamp.since = 0;
      if (touched.length && params().has("drill") && isLive()) set("drilled", { query: location.search, position: data.position });
    }
    showStamp();
  });

  /* Painting: a figure names tokens; here they become the colours of the theme. */
  const probe = document.createElement("span");
  probe.hidden = true;
  const colour = (token) => {
    if (!probe.isConnected) document.body.append(probe);
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const painted = (value, colours) => {
    if (typeof value === "string" && value.startsWith("--")) {
      if (value === "--sans") return getComputedStyle(document.body).fontFamily;
      if (!colours.has(value)) colours.set(value, colour(value));
      return colours.get(value);
    }
    if (Array.isArray(value)) return value.map((inner) => painted(inner, colours));
    if (value && typeof value === "object")
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === "text" || key === "customdata" || key === "name" ? inner : painted(inner, colours)]));
    return value;
  };
  document.addEventListener("clearqueue:theme", () => set("theme", Date.now()));

  /* Keyboard: a chart is one stop; arrows walk its marks and say them, Enter opens their tickets. */
  const walkers = new Map();
  const marksOf = (graph) => {
    const traces = graph.data.map((trace, curve) => ({ trace, curve })).filter(({ trace }) => trace.customdata && trace.hoverinfo !== "skip");
    const length = Math.max(...traces.map(({ trace }) => trace.customdata.length), 0);
    return { traces, length };
  };
  const speak = (graph, traces, at, row) => {
    const { trace, curve } = traces[row];
    const horizontal = trace.orientation === "h";
    const step = horizontal ? trace.y[at] : trace.x[at];
    const words = [trace.name, trace.text[at]].filter(Boolean).join(" ");
    one("#spoken").textContent = `${String(step).replace("T00:00:00", "")}: ${words}`;
    window.Plotly.Fx.hover(graph, [{ curveNumber: curve, pointNumber: at }]);
  };
  document.addEventListener("keydown", (event) => {
    const chart = event.target.closest?.("[data-chart]");
    const graph = chart && one(".js-plotly-plot", chart);
    if (!graph?.data || !["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Enter"].includes(event.key)) return;
    const { traces, length } = marksOf(graph);
    if (!length) return;
    event.preventDefault();
    const was = walkers.get(chart.dataset.chart) || { at: traces[0].trace.orientation === "h" ? -1 : length, row: 0 };
    const flat = traces[0].trace.orientation === "h";
    const [ahead, back, up, down] = flat ? ["ArrowDown", "ArrowUp", "", ""] : ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"];
    let { at, row } = was;
    if (event.key === "Enter") { const cell = traces[row].trace.customdata[at]; if (cell) openCell(cell); return; }
    if (event.key === ahead) at = Math.min(at + 1, length - 1);
    if (event.key === back) at = Math.max(at - 1, 0);
    if (event.key === up) row = Math.max(row - 1, 0);
    if (event.key === down) row = Math.min(row + 1, traces.length - 1);
    at = Math.min(at, length - 1);
    walkers.set(chart.dataset.chart, { at, row });
    speak(graph, traces, at, row);
  });

  const none = () => window.dash_clientside.no_update;
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    face: {
      begin: () => { one(".bar [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }); known = asked(); setTimeout(tell); return known; },
      choices: (choices) => { if (choices) { fillPicks(choices); showControls(params()); } return none(); },
      paint: (data) => {
        if (!data) return none();
        answered(data.panel);
        caughtUp(data.position);
        return painted(data.figure, new Map());
      },
      paint_nothing: (data) => { if (data) answered(data.panel); return none(); },
      headlines: (at) => { if (at) answered("headlines"); return none(); },
      clicked: (click) => { const cell = click?.points?.[0]?.customdata; if (cell) openCell(cell); return none(); },
    },
  });
}
