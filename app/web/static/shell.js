/* Every page, desk and dashboards: theme, menus, fresh times, keys that lead elsewhere, and the one live connection. */
"use strict";
{
  const root = document.documentElement;
  root.classList.add("js");

  /* Theme: a cookie, so that the server can paint the next page right at once. */
  const pressed = (theme) =>
    document.querySelectorAll("[data-themes] button").forEach((button) =>
      button.setAttribute("aria-pressed", String(button.value === theme)));

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-themes]")) return;
    event.preventDefault();
    const theme = event.submitter.value;
    const age = theme === "system" ? 0 : 31536000;
    document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax`;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    pressed(theme);
    document.dispatchEvent(new CustomEvent("clearqueue:theme"));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    document.dispatchEvent(new CustomEvent("clearqueue:theme")));

  /* Menus close when one looks elsewhere. */
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]"))
      if (!menu.contains(event.target)) menu.open = false;
  });

  /* "4 min ago" stays true; the same steps as app/web/times.py. */
  const span = (seconds) => {
    for (const [size, unit] of [[86400, "d"], [3600, "h"], [60, "min"]])
      if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}`;
    return "";
  };
  const freshen = () => {
    for (const time of document.querySelectorAll("time[data-ago]")) {
      const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
      if (seconds >= 60 && seconds < 7 * 86400) time.textContent = `${span(seconds)} ago`;
    }
  };
  setInterval(freshen, 30000);

  /* Keys that lead elsewhere. A key pressed in a field is a letter. */
  const typing = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  const keys = document.getElementById("keys");
  let prefix = "";
  const leads = {
    "/": () => document.getElementById("find")?.select(),
    "?": () => keys?.showModal(),
    c: () => location.assign("/tickets/new"),
    gt: () => location.assign("/tickets"),
    go: () => location.assign("/dashboards/overview"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; });
      if (event.target.id === "find") event.target.blur();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const lead = leads[prefix + event.key] || leads[event.key];
    prefix = event.key === "g" ? "g" : "";
    if (!lead || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    lead();
  });
  document.querySelector("[data-keys]")?.addEventListener("click", (event) => {
    if (!keys) return;
    event.preventDefault();
    keys.showModal();
  });

  /* One connection for all tabs: a shared worker holds it (a browser gives a site only six). */
  const listen = (tell) => {
    const address = document.querySelector("meta[name=live]")?.content;
    if (!address) return;
    if (!window.SharedWorker) {
      const source = new EventSource("/live");
      for (const name of ["hello", "lake", "search", "ticket", "writing", "signs"])
        source.addEventListener(name, (event) => tell({ name, data: JSON.parse(event.data) }));
      source.onopen = () => tell({ name: "here" });
      source.onerror = () => tell({ name: "away", closed: source.readyState === 2 });
      return;
    }
    const { port } = new SharedWorker(address, { name: "clearqueue-live" });
    port.onmessage = (event) => tell(event.data);
    addEventListener("pagehide", () => port.postMessage("bye"));
    addEventListener("pageshow", (event) => { if (event.persisted) port.postMessage("here"); });
  };
  const signedOut = async () => {
    const answer = await fetch("/live?probe=1", { cache: "no-store" }).catch(() => null);
    if (answer?.status !== 401 || document.querySelector(".gone")) return;
    const gone = document.createElement("p");
    gone.className = "gone";
    gone.setAttribute("role", "alert");
    gone.append("You are signed out. What you typed is kept in this browser. ");
    const link = document.createElement("a");
    link.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = "Sign in again";
    gone.append(link);
    document.body.append(gone);
  };
  /* Signs in the frame: asked for again when the stream says so, once for news that come together. */
  let asking = 0;
  const askSigns = async () => {
    const answer = await fetch("/signs", { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return;
    const counts = await answer.json();
    for (const sign of document.querySelectorAll("[data-sign]")) {
      const count = counts[sign.dataset.sign];
      const words = count === 1 ? sign.dataset.one : sign.dataset.many;
      sign.hidden = !count;
      sign.title = `${count} ${words}`;
      sign.querySelector("b").textContent = count > 99 ? "99+" : count;
      sign.querySelector(".unseen").textContent = ` ${words}`;
    }
  };
  document.addEventListener("clearqueue:live", ({ detail }) => {
    if (detail.name !== "signs") return;
    clearTimeout(asking);
    asking = setTimeout(askSigns, 300);
  });

  window.clearqueue = { live: null, connected: false };
  listen((message) => {
    if (message.name === "away") {
      window.clearqueue.connected = false;
      if (message.closed) signedOut();
    } else window.clearqueue.connected = true;
    if (message.name === "hello" || message.name === "lake") window.clearqueue.live = message.data;
    document.dispatchEvent(new CustomEvent("clearqueue:live", { detail: message }));
  });
}
