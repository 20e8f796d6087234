// What script adds to pages that work without it: sorted tables, moving progress, dialogs. Drafts are in drafts.js.
"use strict";

const said = document.getElementById("said");
const texts = said?.dataset ?? {};

function say(text) {
  if (said) said.textContent = text;
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

// What a page gets when it is opened, and its <main> when an answer is shown in place.
function enliven(root) {
  root.querySelectorAll("table[data-sort]").forEach(sortable);
  root.querySelectorAll("[data-poll-url]").forEach(follow);
  root.querySelector("main > .summary, main > .conflict")?.focus();
}

dialogs();
onceOnly();
enliven(document);
