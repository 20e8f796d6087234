// What script adds to pages that work without it: kept drafts, sorted tables, moving progress, dialogs, a warning in time.
"use strict";

const DRAFT_HOURS = 20;
const said = document.getElementById("said");
const texts = said?.dataset ?? {};

function say(text) {
  if (said) said.textContent = text;
}

// Drafts. <form data-draft="name"> is kept as it is typed; with data-draft-store="session" only for as long as the tab lives.
// Secrets, files and hidden fields are never kept. A form that was sent is forgotten when the next page shows that it went well.
function draftFields(form) {
  return [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type)
    && field.autocomplete !== "one-time-code");
}

function storeOf(form) {
  return form.dataset.draftStore === "session" ? sessionStorage : localStorage;
}

function readForm(form) {
  return draftFields(form).map((field) => field.type === "checkbox" || field.type === "radio" ? [field.name, field.value, field.checked]
    : field.multiple ? [field.name, null, [...field.selectedOptions].map((option) => option.value)] : [field.name, null, field.value]);
}

function fillForm(form, kept) {
  for (const field of draftFields(form)) {
    const choice = field.type === "checkbox" || field.type === "radio";
    const found = kept.find(([name, value]) => name === field.name && (!choice || value === field.value));
    if (!found) continue;
    if (choice) field.checked = found[2];
    else if (field.multiple) for (const option of field.options) option.selected = found[2].includes(option.value);
    else field.value = found[2];
  }
}

function forgetDrafts(store, keep) {
  for (const key of Object.keys(store)) if (key.startsWith("draft:") && keep(key) === false) store.removeItem(key);
}

function draftNotice(form, key) {
  const notice = document.createElement("p");
  notice.className = "draft";
  notice.setAttribute("role", "status");
  notice.append(`${texts.draftRestored ?? ""} `);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = texts.draftDiscard ?? "";
  button.addEventListener("click", () => {
    storeOf(form).removeItem(key);
    form.reset();
    notice.remove();
    say(texts.draftDiscarded ?? "");
  });
  notice.append(button);
  form.prepend(notice);
}

function keepDraft(form) {
  const key = `draft:${location.pathname}:${form.dataset.draft}`;
  const store = storeOf(form);
  const untouched = JSON.stringify(readForm(form));
  const kept = JSON.parse(store.getItem(key) ?? "null");
  if (kept && form.dataset.draftAnswered === undefined && JSON.stringify(kept.fields) !== untouched) {
    fillForm(form, kept.fields);
    draftNotice(form, key);
  }
  let waiting;
  const write = () => {
    clearTimeout(waiting);
    const fields = readForm(form);
    if (JSON.stringify(fields) === untouched) store.removeItem(key);
    else store.setItem(key, JSON.stringify({ at: Date.now(), fields }));
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(write, 400); });
  form.addEventListener("submit", () => { write(); sessionStorage.setItem("sent", JSON.stringify({ key, path: location.pathname })); });
  addEventListener("pagehide", () => { if (waiting) write(); });
}

function settleSentDraft() {
  const sent = JSON.parse(sessionStorage.getItem("sent") ?? "null");
  if (!sent) return;
  sessionStorage.removeItem("sent");
  // The form that was sent comes back, marked as answered, when the server found something to mend: then the draft stays.
  const cameBack = location.pathname === sent.path && document.querySelector("form[data-draft-answered]");
  if (!cameBack) for (const store of [localStorage, sessionStorage]) store.removeItem(sent.key);
}

function drafts() {
  settleSentDraft();
  for (const store of [localStorage, sessionStorage]) {
    forgetDrafts(store, (key) => Date.now() - (JSON.parse(store.getItem(key) ?? "{}").at ?? 0) < DRAFT_HOURS * 3600e3);
  }
  document.querySelectorAll("form[data-draft]").forEach(keepDraft);
  for (const form of document.querySelectorAll("form[data-forget-drafts]")) {
    form.addEventListener("submit", () => [localStorage, sessionStorage].forEach((store) => forgetDrafts(store, () => false)));
  }
}

// Tables. <table data-sort> gets a button in every header cell; a cell may carry data-value to be sorted by.
function sortValue(row, column) {
  const cell = row.cells[column];
  const text = (cell?.dataset.value ?? cell?.textContent ?? "").trim();
  const plain = text.replace(/[\s\u00a0\u202f]/g, "").replace("−", "-").replace(",", ".").replace(/%$/, "");
  return { text, number: plain !== "" && !Number.isNaN(Number(plain)) ? Number(plain) : null };
}

function compare(one, other) {
  if (one.number !== null && other.number !== null) return one.number - other.number;
  if ((one.number === null) !== (other.number === null)) return one.number === null ? 1 : -1;
  return one.text.localeCompare(other.text, document.documentElement.lang || "sv", { numeric: true });
}

function sortable(table) {
  const headers = [...(table.tHead?.rows[0]?.cells ?? [])];
  headers.forEach((header, column) => {
    if (header.dataset.sort === "none" || header.textContent.trim() === "") return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const up = header.getAttribute("aria-sort") !== "ascending";
      headers.forEach((each) => each.removeAttribute("aria-sort"));
      header.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...table.tBodies[0].rows].map((row) => [sortValue(row, column), row]);
      rows.sort(([one], [other]) => up ? compare(one, other) : compare(other, one));
      table.tBodies[0].append(...rows.map(([, row]) => row));
      say(`${texts[up ? "sortedUp" : "sortedDown"] ?? ""} ${button.textContent.trim()}`);
    });
  });
}

// Long work. <div data-poll-url> asks for {done, total, message, state, next_url} and moves on when the work is over.
function follow(box) {
  const bar = box.querySelector("progress");
  const line = box.querySelector("[role=status]");
  const every = Number(box.dataset.pollSeconds ?? 2) * 1000;
  let failures = 0;
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.pollUrl, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const job = await answer.json();
      failures = 0;
      if (job.total) { bar.max = job.total; bar.value = job.done; } else bar.removeAttribute("value");
      if (job.message && line.textContent !== job.message) line.textContent = job.message;
      if (job.next_url && new URL(job.next_url, location).pathname !== location.pathname) { location.assign(job.next_url); return; }
      if (["done", "failed"].includes(job.state)) { location.reload(); return; }
    } catch {
      failures += 1;
      if (failures === 3) line.textContent = texts.pollFailed ?? "";
    }
    setTimeout(ask, every * Math.min(8, 1 + failures));
  };
  setTimeout(ask, every);
}

// Dialogs. <a href="/page" data-dialog="id"> opens <dialog id="id"> instead of the page; [data-close] closes it.
function dialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog) { event.preventDefault(); dialog.showModal(); }
    if (event.target.closest?.("[data-close]")) event.target.closest("dialog")?.close();
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
}

// A form is not sent twice by an impatient hand.
function onceOnly() {
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    if (event.target.dataset.sending) { event.preventDefault(); return; }
    event.target.dataset.sending = "yes";
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach((form) => delete form.dataset.sending));
}

// Five minutes before an idle session ends, say so, while there is time to answer.
function warnBeforeEnd() {
  const seconds = Number(document.body.dataset.idleSeconds ?? 0);
  const dialog = document.getElementById("session-ends");
  if (seconds > 300 && dialog) setTimeout(() => dialog.showModal(), (seconds - 300) * 1000);
}

drafts();
document.querySelectorAll("table[data-sort]").forEach(sortable);
document.querySelectorAll("[data-poll-url]").forEach(follow);
dialogs();
onceOnly();
warnBeforeEnd();
document.querySelector("main > .summary")?.focus();
