// Nothing typed is lost. <form data-draft="name"> is kept in the browser at every input, with the form's key, until the server has
// said that it holds the form with that key; data-draft-store="session" keeps it only for as long as the tab lives. A draft
// belongs to a person and the organisation that the person acts for (body[data-drafts-of]), to a page and to a form. Secrets, files
// and hidden fields are never kept. Forms are sent by script, so that the page stays when there is no answer. See kernel/drafts.py.
"use strict";

const DRAFT_HOURS = 20;
const WARN_SECONDS = 120;
const LOOK_SECONDS = 5;
const ANSWER_SECONDS = 60;
const { draftsOf = "", presence: presenceUrl, signIn, secondsLeft } = document.body.dataset;

function when(at) {
  const day = new Date(at).toDateString() === new Date().toDateString() ? {} : { day: "numeric", month: "short" };
  return new Date(at).toLocaleString(document.documentElement.lang || "sv", { ...day, hour: "2-digit", minute: "2-digit" });
}

function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text }, properties);
}

function endOf(milliseconds) {
  const ending = new AbortController();
  setTimeout(() => ending.abort(), milliseconds);
  return ending.signal;
}

// The store. Each draft stands under "draft:whose:page:form:key", as {at, page, title, version, fields} and, once sent, {sent}.
function draftOf(store, name) {
  try { return JSON.parse(store.getItem(name)); } catch { return null; }
}

function draftNames(store, beginning) {
  return Object.keys(store).filter((name) => name.startsWith(beginning));
}

function removeOldDrafts(store) {
  for (const name of draftNames(store, "draft:")) {
    if (!(Date.now() - draftOf(store, name)?.at < DRAFT_HOURS * 3600e3)) store.removeItem(name);
  }
}

// Whether this page may have the draft: not while another page that has it is open. A page that is being left gets a moment.
function claim(name) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks.request(name, { signal: endOf(700) }, () => { resolve(true); return new Promise(() => {}); })
      .catch(() => resolve(false));
  });
}

// A sign of life: prolongs the session, and tells which of the forms with these keys are stored.
async function askPresence(keys = []) {
  const query = new URLSearchParams(keys.map((key) => ["nyckel", key]));
  return fetch(`${presenceUrl}?${query}`, { headers: { "X-Form-Of": draftsOf } });
}

// Forms
function typedFields(form) {
  return [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type)
    && field.autocomplete !== "one-time-code");
}

function readForm(form) {
  return typedFields(form).map((field) => field.type === "checkbox" || field.type === "radio" ? [field.name, field.value, field.checked]
    : field.multiple ? [field.name, null, [...field.selectedOptions].map((option) => option.value)] : [field.name, null, field.value]);
}

function fillForm(form, kept) {
  for (const field of typedFields(form)) {
    const choice = field.type === "checkbox" || field.type === "radio";
    const found = kept.find(([name, value]) => name === field.name && (!choice || value === field.value));
    if (!found) continue;
    if (choice) field.checked = found[2];
    else if (field.multiple) for (const option of field.options) option.selected = found[2].includes(option.value);
    else field.value = found[2];
  }
}

class KeptForm {
  constructor(form) {
    this.form = form;
    this.store = form.dataset.draftStore === "session" ? sessionStorage : localStorage;
    this.page = location.pathname + location.search;
    this.beginning = `draft:${draftsOf}:${this.page}:${form.dataset.draft}:`;
    this.key = form.querySelector("[name=idempotency_key]");
    this.version = form.querySelector("[name=version]");
    this.answered = form.dataset.draftAnswered !== undefined;
    this.typed = false; // by a person, since the page was opened
    form.autocomplete = "off"; // else the browser fills in again what it saw last, whoever wrote it and wherever it went
    // What was typed before this script ran is no measure of what the server served.
    const found = readForm(form);
    form.reset();
    this.served = JSON.stringify(readForm(form));
    fillForm(form, found);
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => { this.typed = true; this.write(); });
    form.addEventListener("submit", (event) => { event.preventDefault(); this.send(event.submitter); });
    if (this.answered) this.write();
    else this.open();
  }

  get name() { return this.beginning + (this.key?.value ?? ""); }
  get touched() { return this.answered || JSON.stringify(readForm(this.form)) !== this.served; }

  write(more = {}) {
    if (!this.touched) { this.store.removeItem(this.name); return; }
    if (this.claimed !== this.name) claim(this.claimed = this.name);
    if (history.state?.saved) history.replaceState(null, ""); // this is something else than what was saved from here
    const kept = { sent: draftOf(this.store, this.name)?.sent, ...more };
    const title = document.querySelector("h1")?.textContent.trim() ?? document.title;
    const draft = { at: Date.now(), page: this.page, title, version: this.version?.value, fields: readForm(this.form), ...kept };
    try { this.store.setItem(this.name, JSON.stringify(draft)); } catch { this.tell("draft", element("span", texts.draftFull)); }
  }

  // What is found when the page is opened: a form that was saved, or drafts that no other open page has.
  async open() {
    if (history.state?.saved?.form === this.form.dataset.draft) {
      this.form.reset();
      this.tell("draft", element("span", `${texts.draftSaved} `), element("a", texts.draftShow, { href: history.state.saved.at }));
      return;
    }
    const names = draftNames(this.store, this.beginning).sort((one, other) => draftOf(this.store, other).at - draftOf(this.store, one).at);
    const free = [];
    for (const name of names) if (await claim(name)) free.push(name);
    const arrived = await this.arrived(free);
    for (const name of arrived) {
      this.tell("draft", element("span", texts.draftArrived.replace("[when]", when(draftOf(this.store, name).at))));
      this.store.removeItem(name);
    }
    const left = free.filter((name) => !arrived.includes(name));
    if (left.length && !this.typed) {
      const found = JSON.stringify(readForm(this.form));
      if (this.touched && left.every((name) => JSON.stringify(draftOf(this.store, name).fields) !== found)) {
        this.write();
        left.push(this.name);
      }
      this.adopt(left[0], left);
      return;
    }
    if (this.touched) this.write();
    if (names.length > free.length) this.tell("draft", element("span", texts.draftElsewhere));
  }

  // The drafts that were sent, and not changed since, whose answer never came although the server holds them.
  async arrived(names) {
    const asked = names.filter((name) => {
      const { sent, fields } = draftOf(this.store, name);
      return sent && JSON.stringify(fields) === sent;
    });
    if (!asked.length || !presenceUrl) return [];
    try {
      const { stored } = await (await askPresence(asked.map((name) => name.slice(this.beginning.length)))).json();
      return asked.filter((name) => stored.includes(name.slice(this.beginning.length)));
    } catch { return []; }
  }

  // Take up a draft with its key and version: what was saved meanwhile, by oneself or by others, is told when it is sent.
  adopt(name, all) {
    const draft = draftOf(this.store, name);
    fillForm(this.form, draft.fields);
    if (this.key) this.key.value = name.slice(this.beginning.length);
    if (this.version && draft.version !== undefined) this.version.value = draft.version;
    this.claimed = name;
    const discard = element("button", texts.draftDiscard, { type: "button", className: "link" });
    discard.addEventListener("click", () => {
      for (const each of all) this.store.removeItem(each);
      this.form.reset();
      location.reload();
    });
    const others = all.filter((other) => other !== name).map((other) => {
      const label = texts.draftOther.replace("[when]", when(draftOf(this.store, other).at));
      const button = element("button", label, { type: "button", className: "link" });
      button.addEventListener("click", () => this.adopt(other, all));
      return button;
    });
    this.tell("draft", element("span", texts.draftRestored.replace("[when]", when(draft.at))), ...others, discard);
  }

  async send(submitter) {
    if (this.form.dataset.sending) return;
    this.form.dataset.sending = "yes";
    this.write({ sent: JSON.stringify(readForm(this.form)) });
    say(texts.sending);
    // The form stays marked as being sent until the page that follows has come.
    const leaving = await this.settle(await this.post(submitter), submitter).catch(() => this.stay(texts.sendBroken));
    if (leaving !== "leaving") delete this.form.dataset.sending;
  }

  async post(submitter) {
    const body = new FormData(this.form);
    if (submitter?.name) body.append(submitter.name, submitter.value);
    const files = [...body.values()].some((value) => value instanceof File && value.size);
    const signal = files ? undefined : endOf(ANSWER_SECONDS * 1000);
    const address = submitter?.getAttribute("formaction") ?? this.form.getAttribute("action") ?? location.href;
    try {
      return await fetch(address, { method: "POST", body, headers: { "X-Form-Of": draftsOf || "-" }, signal });
    } catch { return null; }
  }

  async settle(answer, submitter, again = false) {
    const next = answer?.headers.get("X-Form-Next");
    if (!answer) return this.stay(texts.sendNoAnswer);
    if (next || answer.redirected) {
      if (answer.headers.get("X-Form-Stored") === (this.key?.value ?? "")) {
        this.store.removeItem(this.name);
        history.replaceState({ saved: { form: this.form.dataset.draft, at: next } }, "");
        history.scrollRestoration = "manual"; // whoever comes back sees from the top that it is saved
      }
      location.assign(next ?? answer.url);
      return "leaving";
    }
    if (answer.status === 401) {
      const back = encodeURIComponent(location.pathname + location.search);
      return this.stay(texts.sendSignedOut, element("a", texts.sendSignIn, { className: "btn", href: `${signIn}?next=${back}` }));
    }
    if (answer.status === 412) return this.stay(texts.sendSomebodyElse);
    if (answer.headers.get("X-Form-Stale") && !again && presenceUrl) return this.renew(submitter);
    if (answer.status >= 500) return this.stay(texts.sendBroken);
    return this.show(answer.status, await answer.text());
  }

  // The person signed in again in another tab: take the new token and send once more.
  async renew(submitter) {
    const answer = await askPresence().catch(() => null);
    if (!answer?.ok) return this.settle(answer, submitter, true);
    const { token } = await answer.json();
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    return this.settle(await this.post(submitter), submitter, true);
  }

  // An answer that holds the form takes its place; any other leaves the form where it is, and is told above it.
  show(status, html) {
    const answer = new DOMParser().parseFromString(html, "text/html");
    const main = answer.querySelector("main");
    if (status === 200 || ([409, 422].includes(status) && main?.querySelector("form[data-draft]"))) {
      const name = this.name;
      document.title = answer.title;
      document.querySelector("main").replaceWith(main);
      enliven(main);
      const kept = keepForms(main);
      // The text went over to a form with a new key.
      if (kept.some((form) => form.answered && form.beginning === this.beginning && form.name !== name)) this.store.removeItem(name);
      return;
    }
    const told = [...(main?.querySelectorAll("p:not(.meta), li") ?? [])].map((each) => each.textContent.trim());
    this.stay([main?.querySelector("h1")?.textContent.trim(), ...told].filter(Boolean).join(". ").replaceAll("..", ".") || texts.sendBroken);
  }

  stay(reason, ...more) {
    const box = this.tell("summary", element("h2", texts.sendFailed), element("p", reason), element("p", texts.sendKept), ...more);
    box.tabIndex = -1;
    box.focus();
    say("");
  }

  // One notice of a kind above the form.
  tell(kind, ...content) {
    this.form.parentElement.querySelectorAll(`:scope > .${kind}, :scope > form > .${kind}`).forEach((each) => each.remove());
    const box = element("div", "", { className: kind });
    box.setAttribute("role", kind === "summary" ? "alert" : "status");
    box.append(...content);
    this.form.before(box);
    return box;
  }
}

function keepForms(root) {
  return [...root.querySelectorAll("form[data-draft]")].map((form) => new KeptForm(form));
}

function listed(names) {
  const list = document.createElement("ul");
  list.append(...names.map((name) => {
    const draft = draftOf(localStorage, name);
    const item = document.createElement("li");
    item.append(element("a", draft.title, { href: draft.page }), `, ${when(draft.at)}`);
    return item;
  }));
  return list;
}

// The start page tells of what lies unsaved on other pages, and is open on none.
async function tellOfDrafts() {
  const open = new Set(((await navigator.locks?.query())?.held ?? []).map((lock) => lock.name));
  const names = draftNames(localStorage, `draft:${draftsOf}:`).filter((name) => !open.has(name));
  if (!names.length) return;
  const box = element("div", "", { className: "draft" });
  box.append(element("b", texts.draftUnsaved), listed(names));
  document.querySelector("main h1")?.after(box);
}

// Signing out takes the person's drafts away from this computer, once the person has been told which.
function forgetAtSignOut(form) {
  const own = `draft:${draftsOf.split(".")[0]}.`;
  const dialog = document.getElementById("unsaved");
  const forget = () => [localStorage, sessionStorage].forEach((store) => draftNames(store, own).forEach((name) => store.removeItem(name)));
  form.addEventListener("submit", (event) => {
    const names = draftNames(localStorage, own);
    if (!names.length) { forget(); return; }
    event.preventDefault();
    dialog.querySelector("ul").replaceWith(listed(names));
    document.getElementById("leave-unsaved").onclick = () => { forget(); form.submit(); };
    dialog.showModal();
  });
}

// The end of the session: typing is a sign of life; two minutes before the end the page says so, and any answer prolongs.
function watchSession() {
  const shared = `session:${draftsOf}`; // when the session ends, as the last answer to any tab said
  const full = Number(secondsLeft);
  const ends = document.getElementById("session-ends");
  const last = document.getElementById("session-last");
  const ended = document.getElementById("session-ended");
  let typed = 0;
  let asked = Date.now();
  let warned = false;
  const tell = (left) => localStorage.setItem(shared, String(Date.now() + left * 1000));
  const prolong = async () => {
    asked = Date.now();
    try {
      const answer = await askPresence();
      if (answer.ok) tell((await answer.json()).left);
      else if (answer.status === 401) tell(0);
      return answer.status < 500;
    } catch { return false; }
  };
  const left = () => (Number(localStorage.getItem(shared)) - Date.now()) / 1000;
  const look = () => {
    if (left() > WARN_SECONDS) {
      warned = false;
      for (const dialog of [ends, last, ended]) if (dialog.open) dialog.close("elsewhere");
      if (Date.now() - typed < 2 * LOOK_SECONDS * 1000 && Date.now() - asked > full * 1000 / 6) prolong();
    } else if (left() > 0 && !warned) {
      warned = true;
      ends.showModal();
    } else if (left() <= 0 && warned !== "ended") {
      warned = "ended";
      for (const dialog of [ends, last]) if (dialog.open) dialog.close("elsewhere");
      ended.showModal();
    }
  };
  ends.addEventListener("close", async () => {
    if (ends.returnValue === "elsewhere") { ends.returnValue = ""; return; }
    const answered = await prolong();
    ends.querySelector("[role=alert]").textContent = answered ? "" : texts.sendNoAnswer;
    if (!answered) ends.showModal();
    else if (left() > 0 && left() <= WARN_SECONDS) last.showModal();
  });
  document.addEventListener("input", () => { typed = Date.now(); });
  document.addEventListener("visibilitychange", look);
  tell(full);
  setInterval(look, LOOK_SECONDS * 1000);
}

for (const store of [localStorage, sessionStorage]) removeOldDrafts(store);
keepForms(document);
if (draftsOf) {
  document.querySelectorAll("form[data-forget-drafts]").forEach(forgetAtSignOut);
  watchSession();
  if (location.pathname === "/") tellOfDrafts();
}
// A page that the browser had kept whole, and that was saved since: open it anew.
addEventListener("pageshow", (event) => { if (event.persisted && history.state?.saved) location.reload(); });
