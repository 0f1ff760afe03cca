/* The desk's small comforts. Every page works without them. */
"use strict";
{
  const body = document.body;
  const one = (selector, inside = document) => inside.querySelector(selector);
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const typing = (element) => /^(INPUT|TEXTAREA|SELECT|BUTTON)$/.test(element.tagName);

  /* Lists: j and k walk, Enter opens (the link has the focus). The list remembers where one was. */
  const links = () => all("[data-list] :is(.c-title a, .hit-title a)");
  const walk = (step) => {
    const rows = links();
    if (!rows.length) return;
    const here = rows.indexOf(document.activeElement);
    rows[Math.min(Math.max(here + step, 0), rows.length - 1)].focus();
  };
  if (body.dataset.page === "list") sessionStorage.setItem("list", location.pathname + location.search);
  const list = sessionStorage.getItem("list");
  if (list) all("[data-back]").forEach((link) => { link.href = list; });

  const box = one("[data-filter-box]");
  if (box && !("filtered" in box.dataset) && matchMedia("(max-width: 760px)").matches) box.open = false;

  /* A ticket: r replies, n notes. */
  const composer = one("[data-composer]");
  const write = (visibility) => {
    const choice = composer && one(`[name=visibility][value=${visibility}]`, composer);
    if (!choice) return;
    choice.checked = true;
    one("textarea", composer).focus();
    one("textarea", composer).scrollIntoView({ block: "center" });
  };
  const keys = {
    j: () => walk(1),
    k: () => walk(-1),
    r: () => write("public"),
    n: () => write("internal"),
    u: () => { const back = one("[data-back]"); if (back) location.assign(back.href); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form?.matches("[data-composer]"))
      event.target.form.requestSubmit();
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || one("dialog[open]")) return;
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  /* A canned reply comes in at the caret; without us the page comes again with it behind the text. */
  one("[data-insert]")?.addEventListener("click", async (event) => {
    event.preventDefault();
    const answer = await fetch(`/api/v1/canned-replies?ticket_id=${body.dataset.ticket}`).catch(() => null);
    if (!answer?.ok) return;
    const found = (await answer.json()).items.find((reply) => reply.id === one("#canned").value);
    if (!found) return;
    const area = one("textarea", composer);
    area.setRangeText(found.filled, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });

  /* Drafts: kept per person and ticket until the server says that the text arrived. */
  if (body.dataset.sent) localStorage.removeItem(body.dataset.sent);
  const draft = composer?.dataset.draft;
  if (draft) {
    const area = one("textarea", composer);
    const words = one("[data-draft-words]", composer);
    const choice = () => one("[name=visibility]:checked", composer)?.value;
    const kept = JSON.parse(localStorage.getItem(draft) || "null");
    if (kept?.text && !area.value) {
      area.value = kept.text;
      const was = kept.visibility && one(`[name=visibility][value=${kept.visibility}]`, composer);
      if (was) was.checked = true;
      words.textContent = "Your draft is back.";
    }
    let timer = 0;
    composer.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (area.value.trim()) localStorage.setItem(draft, JSON.stringify({ text: area.value, visibility: choice() }));
        else localStorage.removeItem(draft);
        words.textContent = area.value.trim() ? "Draft kept in this browser." : "";
      }, 300);
    });
  }
  one("form[action='/sign-out']")?.addEventListener("submit", () => {
    for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key);
  });

  /* Forms: once is enough; a property shows its button when it differs. */
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    setTimeout(() => all("button", event.target).forEach((button) => { button.disabled = true; }));
  });
  addEventListener("pageshow", () => all("form button:disabled").forEach((button) => { button.disabled = false; }));
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-property]");
    if (!form) return;
    const chosen = event.target.selectedOptions[0];
    form.classList.toggle("changed", !chosen.defaultSelected);
  });
  /* Fields that hang on others: when one of those changes, the page is asked which fields there are then. */
  document.addEventListener("change", async ({ target }) => {
    const form = target.closest("form[data-asks]");
    if (!form || !(/^field\./.test(target.name) || /^(queue|priority)$/.test(target.name))) return;
    const asked = new URLSearchParams();
    for (const name of new Set(all("[name]", form).map((field) => field.name)))
      if (/^field\.|^(queue|priority)$/.test(name))
        asked.set(name, new FormData(form).getAll(name).filter(Boolean).join(","));
    const answer = await fetch(`${form.dataset.asks}?${asked}`, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fields = one("form[data-asks] [data-fields]", page);
    if (!fields) return;
    const focused = document.activeElement?.id;
    one("[data-fields]", form).replaceWith(fields);
    if (focused) document.getElementById(focused)?.focus();
  });

  /* A form beside which stands what it would do: that is asked again while one types. */
  const look = one("form[data-look]");
  const lookAgain = async () => {
    const sent = new URLSearchParams(new FormData(look));
    sent.set("do", "look");
    const mine = (look.asked = (look.asked || 0) + 1);
    const asking = { method: "POST", body: sent, headers: { Accept: "text/html" } };
    const answer = await fetch(look.action, asking).catch(() => null);
    const looked = answer?.ok && one("[data-looked]", new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (!looked || mine !== look.asked) return;
    const { id, name, value } = document.activeElement ?? {};
    one("[data-looked]").replaceWith(looked);
    const again = id ? document.getElementById(id) : name && all(`[name="${name}"]`, looked).find((e) => e.value === value);
    if (again && again !== document.activeElement) again.focus();
  };
  let looking = 0;
  look?.addEventListener("input", () => {
    clearTimeout(looking);
    looking = setTimeout(lookAgain, 350);
  });
  all("[data-copy]").forEach((button) => {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
    });
  });

  /* Live: a list says that there is something new; a ticket brings it in and says what. */
  const fresh = one("[data-fresh]");
  const refreshTicket = async () => {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const version = page.body.dataset.version;
    if (version === body.dataset.version) return;
    one("[data-thread]").replaceWith(one("[data-thread]", page));
    const properties = one(".properties");
    if (!properties.contains(document.activeElement) && !one(".changed", properties))
      properties.replaceWith(one(".properties", page));
    one(".crumb").replaceWith(one(".crumb", page));
    const news = all("[data-thread] [data-at-version]")
      .filter((entry) => Number(entry.dataset.atVersion) > Number(body.dataset.version));
    news.forEach((entry) => entry.classList.add("fresh"));
    body.dataset.version = version;
    all(".composer [name=version], .ticket-head [name=version]").forEach((field) => { field.value = version; });
    if (!fresh || !news.length) return;
    one("[data-fresh-words]", fresh).textContent = `Just now: ${news.map((entry) => entry.dataset.words).join("; ")}.`;
    fresh.hidden = false;
  };
  let waiting = 0;
  document.addEventListener("clearqueue:live", ({ detail }) => {
    if (detail.name !== "ticket") return;
    if (body.dataset.page === "list" && fresh) fresh.hidden = false;
    if (body.dataset.page !== "ticket") return;
    const mine = detail.data.tickets.find((ticket) => ticket.id === body.dataset.ticket);
    if (!mine || mine.version <= Number(body.dataset.version)) return;
    clearTimeout(waiting);
    waiting = setTimeout(refreshTicket, 150);
  });
}
