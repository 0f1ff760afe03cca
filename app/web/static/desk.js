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

  /* Choosing tickets: all on the page at once, and how many are chosen. */
  const chosen = one("[data-chosen]");
  if (chosen) {
    const boxes = all("[form=bulk][name=ticket]");
    const every = one("[data-choose-all]");
    every.hidden = false;
    const count = () => {
      const number = boxes.filter((choice) => choice.checked).length;
      chosen.textContent = number ? `Change ${number} chosen` : "Change the chosen";
      chosen.disabled = !number;
      every.checked = number > 0 && number === boxes.length;
      every.indeterminate = number > 0 && number < boxes.length;
    };
    every.addEventListener("change", () => { boxes.forEach((choice) => { choice.checked = every.checked; }); count(); });
    boxes.forEach((choice) => choice.addEventListener("change", count));
    addEventListener("pageshow", () => setTimeout(count));
  }

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
    one("[name=begun_with]", composer).value = found.id;
    area.setRangeText(found.filled, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });

  /* Drafts: saved on the server as one writes; in this browser, too, until the server says that it has them. */
  if (body.dataset.sent) localStorage.removeItem(body.dataset.sent);
  const draft = composer?.dataset.draft;
  if (draft && !composer.dataset.drafts) {
    const area = one("textarea", composer);
    area.value ||= JSON.parse(localStorage.getItem(draft) || "null")?.text || "";
    composer.addEventListener("input", () => {
      if (area.value.trim()) localStorage.setItem(draft, JSON.stringify({ text: area.value }));
      else localStorage.removeItem(draft);
    });
  } else if (draft) {
    const area = one("textarea", composer);
    const words = one("[data-draft-words]", composer);
    const drafts = JSON.parse(composer.dataset.drafts);
    const choice = () => (one("[name=visibility]:checked", composer) || one("[name=visibility]", composer)).value;
    const kindOf = (visibility) => (visibility === "public" ? "reply" : "note");
    const field = (name) => one(`[name=${name}]`, composer);
    let kind = kindOf(choice());
    let timer = 0;
    let saving = null;
    let isOver = false;
    const unsaved = new Set();

    const kept = JSON.parse(localStorage.getItem(draft) || "null");
    if (kept?.text && kept.text !== area.value) {
      const isNewer = kept.version === undefined || kept.version === drafts[kindOf(kept.visibility)]?.version;
      area.value = isNewer || !area.value ? kept.text : `${area.value}\n\n${kept.text}`;
      const was = one(`[name=visibility][value=${kept.visibility}]`, composer);
      if (was) was.checked = true;
      if (kept.begun && field("begun_with")) field("begun_with").value ||= kept.begun;
      kind = kindOf(choice());
      words.textContent = "Your draft is back.";
    }

    const save = async (which) => {
      const isHere = which === kind;
      const text = isHere ? area.value : drafts[which].text;
      const files = isHere ? field("attachments").value.split(",").filter(Boolean) : [];
      const answer = await fetch(`/api/v1/tickets/${body.dataset.ticket}/drafts/${which}`, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "If-Match": String(drafts[which].version) },
        body: JSON.stringify({
          body: text, restricted: choice() === "restricted", attachments: files,
          canned_reply_id: (which === "reply" && field("begun_with")?.value) || null,
        }),
      }).catch(() => null);
      if (answer?.ok) {
        drafts[which].version = (await answer.json()).version;
        if (!isHere) return;
        field("draft_kind").value = which;
        field("draft_version").value = drafts[which].version;
        if (text === area.value) localStorage.removeItem(draft);
        words.textContent = area.value.trim() ? "Draft saved." : "";
      } else if (answer?.status === 412) {
        isOver = true;
        words.textContent = "This draft was changed in another window. Yours is kept in this browser. ";
        const link = Object.assign(document.createElement("a"), { href: location.href, textContent: "Bring both together" });
        words.append(link);
      } else words.textContent = area.value.trim() ? "Draft kept in this browser." : "";
    };
    const saveAll = async () => {
      timer = 0;
      for (const which of [...unsaved]) {
        unsaved.delete(which);
        if (!isOver) await save(which);
      }
    };
    const touched = () => {
      const here = {
        text: area.value, visibility: choice(), version: drafts[kind].version, begun: field("begun_with")?.value,
      };
      if (area.value.trim()) localStorage.setItem(draft, JSON.stringify(here));
      else localStorage.removeItem(draft);
      unsaved.add(kind);
      clearTimeout(timer);
      timer = setTimeout(async () => { await saving; saving = saveAll().finally(() => { saving = null; }); }, 1200);
    };
    composer.addEventListener("input", (event) => {
      if (event.target.name === "visibility") {
        const next = kindOf(choice());
        if (next !== kind) {
          const waits = drafts[next].text;
          drafts[kind].text = waits ? area.value : "";
          if (waits) area.value = waits;
          drafts[next].text = "";
          unsaved.add(kind);
          kind = next;
        }
      }
      if (["body", "visibility", "attachments"].includes(event.target.name)) touched();
    });
    composer.addEventListener("submit", async (event) => {
      clearTimeout(timer);
      isOver = true;
      if (!saving) return;
      event.preventDefault();
      await saving;
      composer.requestSubmit(event.submitter);
    });
  }
  /* Names: "@" and some letters in a note offer colleagues who may read the ticket. Arrows choose, Enter and Tab take. */
  const named = composer && one("[data-names]", composer);
  if (named) {
    const menu = Object.assign(document.createElement("ul"), { className: "names", hidden: true });
    menu.setAttribute("role", "listbox");
    menu.setAttribute("aria-label", "Colleagues");
    named.after(menu);
    let asked = "";
    const begun = () => named.value.slice(0, named.selectionStart).match(/(?:^|[^\w@])@([^\s@][^@\n]{0,40}|)$/u);
    const items = () => all("li", menu);
    const close = () => { menu.hidden = true; asked = ""; };
    const take = (item) => {
      const start = named.selectionStart - begun()[1].length;
      named.setRangeText(`${item.textContent} `, start, named.selectionStart, "end");
      close();
      named.dispatchEvent(new Event("input", { bubbles: true }));
      named.focus();
    };
    const choose = (step) => {
      const known = items();
      const here = known.findIndex((item) => item.getAttribute("aria-selected") === "true");
      known.forEach((item) => item.removeAttribute("aria-selected"));
      known[(here + step + known.length) % known.length].setAttribute("aria-selected", "true");
    };
    named.addEventListener("input", async () => {
      const found = begun();
      const isNote = one("[name=visibility]:checked", composer)?.value !== "public";
      if (!found || !isNote) return close();
      asked = found[1];
      const address = `/api/v1/tickets/${body.dataset.ticket}/mentionable?q=${encodeURIComponent(asked)}`;
      const answer = await fetch(address).catch(() => null);
      if (!answer?.ok || asked !== begun()?.[1]) return close();
      const isWritten = (name) => asked.endsWith(" ") && name.toLowerCase() === asked.trim().toLowerCase();
      const people = (await answer.json()).items.filter(({ name }) => !isWritten(name));
      menu.replaceChildren(...people.map(({ name }) => {
        const item = Object.assign(document.createElement("li"), { textContent: name });
        item.setAttribute("role", "option");
        item.addEventListener("mousedown", (event) => { event.preventDefault(); take(item); });
        return item;
      }));
      menu.hidden = !people.length;
      if (people.length) choose(1);
    });
    named.addEventListener("keydown", (event) => {
      if (menu.hidden || event.ctrlKey || event.metaKey) return;
      const does = {
        ArrowDown: () => choose(1), ArrowUp: () => choose(-1), Escape: close,
        Enter: () => take(one("[aria-selected]", menu)), Tab: () => take(one("[aria-selected]", menu)),
      }[event.key];
      if (!does) return;
      event.preventDefault();
      event.stopPropagation();
      does();
    });
    named.addEventListener("blur", close);
  }
  const callsMe = () => {
    const seen = all("[data-calls-me]").map((entry) => entry.dataset.callsMe);
    if (!seen.length) return;
    all("[data-calls-me]").forEach((entry) => { delete entry.dataset.callsMe; });
    fetch("/api/v1/mentions/seen", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ message_ids: seen }),
    }).catch(() => null);
  };
  callsMe();
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
    callsMe();
    const news = all("[data-thread] [data-at-version]")
      .filter((entry) => Number(entry.dataset.atVersion) > Number(body.dataset.version));
    news.forEach((entry) => entry.classList.add("fresh"));
    body.dataset.version = version;
    all(".ticket-head [name=version]").forEach((field) => { field.value = version; });
    /* Whoever was writing when a message came in is asked once more before theirs goes out. */
    const me = composer?.dataset.draft.split(":")[1];
    const spoke = news.some((entry) => entry.matches(".message") && entry.dataset.by !== me);
    const wasWriting = composer && one("textarea", composer).value.trim();
    if (composer && !(spoke && wasWriting)) one("[name=version]", composer).value = version;
    if (!fresh || !news.length) return;
    one("[data-fresh-words]", fresh).textContent = `Just now: ${news.map((entry) => entry.dataset.words).join("; ")}.`;
    fresh.hidden = false;
  };
  /* Who else is writing here: forgotten when the news is not repeated. */
  const writers = new Map();
  const showWriters = () => {
    const place = one("[data-writers]");
    if (!place) return;
    place.textContent = [...writers.values()].map(({ name, kind }) => `${name} is writing a ${kind}.`).join(" ");
    place.hidden = !writers.size;
  };
  const heardWriting = ({ ticket, person, name, kind, over, seconds }) => {
    if (ticket !== body.dataset.ticket || !one("[data-writers]") || composer?.dataset.draft.includes(person)) return;
    const key = `${person} ${kind}`;
    clearTimeout(writers.get(key)?.timer);
    if (over) writers.delete(key);
    else {
      const timer = setTimeout(() => { writers.delete(key); showWriters(); }, seconds * 1000);
      writers.set(key, { name, kind, timer });
    }
    showWriters();
  };
  let waiting = 0;
  document.addEventListener("clearqueue:live", ({ detail }) => {
    if (detail.name === "writing") heardWriting(detail.data);
    if (detail.name !== "ticket") return;
    if (body.dataset.page === "list" && fresh) fresh.hidden = false;
    if (body.dataset.page !== "ticket") return;
    const mine = detail.data.tickets.find((ticket) => ticket.id === body.dataset.ticket);
    if (!mine || mine.version <= Number(body.dataset.version)) return;
    clearTimeout(waiting);
    waiting = setTimeout(refreshTicket, 150);
  });
}
