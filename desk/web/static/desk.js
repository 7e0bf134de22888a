// Keys and live updates. Every page works without this file.
"use strict";

document.documentElement.classList.add("scripted");

const body = document.body;
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// --- live updates: ask whether anything has happened, and only then read the page again ---

const PAUSE = 4000;
let position = null;
let stale = false;

function busy() {
  const element = document.activeElement;
  const typing = element && element.matches("input, textarea, select");
  return typing || $("details[data-pop][open]") || $$("textarea").some((one) => one.value !== one.defaultValue)
    || $$("input[type=checkbox]:checked").length > 0 || String(getSelection()).length > 0;
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const region of $$("[data-region]")) {
    const other = $(`[data-region="${region.dataset.region}"]`, fresh);
    if (!other || other.innerHTML === region.innerHTML) continue;
    const open = new Set($$("details[open]", region).map((one) => $("summary", one)?.textContent));
    const known = new Set($$("[data-number]", region).map((row) => row.dataset.number));
    region.innerHTML = other.innerHTML;
    for (const one of $$("details", region)) if (open.has($("summary", one)?.textContent)) one.open = true;
    if (known.size) for (const row of $$("[data-number]", region)) if (!known.has(row.dataset.number)) row.classList.add("fresh");
  }
  const side = $(".side"), otherSide = $(".side", fresh);
  if (side && otherSide) side.innerHTML = otherSide.innerHTML;
  select(chosen, false);
}

function offer() {
  if ($("#fresh")) return;
  const button = document.createElement("button");
  button.id = "fresh";
  button.className = "main";
  button.textContent = "Something has changed: show it";
  button.addEventListener("click", () => { button.remove(); refresh(); });
  body.append(button);
}

async function look() {
  if (document.visibilityState !== "visible") return;
  try {
    const answer = await fetch("/live", { headers: { accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const now = await answer.json();
    if (position !== null && now.position !== position) stale = true;
    position = now.position;
    const queued = $("[data-queued]");
    if (queued && now.position >= Number(queued.dataset.queued)) { location.reload(); return; }
    if (!stale) return;
    stale = false;
    // A list stays still under the pointer: what is new is offered, not pushed.
    if (body.dataset.live === "list" && (chosen >= 0 || $("[data-list]:hover"))) offer();
    else if (body.dataset.live && !busy()) await refresh();
    else stale = true;
  } catch { /* the desk does not answer just now: the next look may succeed */ }
}

if (body.dataset.live || $("[data-queued]")) {
  look();
  setInterval(look, $("[data-queued]") ? 700 : PAUSE);
}

// --- previews: what a form would do is shown while it is being written; without this file its button does it ---

for (const form of $$("form[data-preview]")) {
  const region = () => $(`[data-region="${form.dataset.preview}"]`, form);
  let waiting = null, asked = 0;
  const preview = async () => {
    const fields = new URLSearchParams(new FormData(form));
    fields.set("do", "preview");
    const number = ++asked;
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields, credentials: "same-origin", headers: { accept: "text/html" } });
      if (answer.redirected || answer.status >= 500 || number !== asked) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const other = $(`[data-region="${form.dataset.preview}"]`, fresh);
      if (other && number === asked) region().innerHTML = other.innerHTML;
    } catch { /* the desk does not answer just now: the button is there */ }
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(preview, 500); });
}

// --- on a telephone the places stand in one line that scrolls: show where one is ---

const side = $(".side"), here = $(".side [aria-current]");
if (here && side.scrollWidth > side.clientWidth) side.scrollLeft = here.offsetLeft - (side.clientWidth - here.offsetWidth) / 2;

// --- lists: j, k, Enter, x ---

let chosen = -1;
const rows = () => $$("[data-list] [data-row]");

function select(index, scroll = true) {
  const all = rows();
  all.forEach((row, place) => row.classList.toggle("on", place === index));
  chosen = index >= 0 && index < all.length ? index : -1;
  if (chosen >= 0 && scroll) all[chosen].scrollIntoView({ block: "nearest" });
}

function move(by) {
  const all = rows();
  if (!all.length) return;
  const card = $("[data-card]");
  if (card) {
    const at = all.findIndex((row) => row.hasAttribute("aria-current"));
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    if (next && all.indexOf(next) !== at) location.href = next.href;
    return;
  }
  select(Math.min(all.length - 1, Math.max(0, chosen + by)));
}

for (const list of $$("table[data-list]")) {
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-href]");
    if (!row || event.target.closest("a, input, button, label") || String(getSelection())) return;
    location.href = row.dataset.href;
  });
}

// --- keys ---

const PLACES = { o: "/", q: "/queue", s: "/suggestions", p: "/problems", m: "/mail", a: "/alerts" };
let going = false;

function press(element) {
  if (element.matches("summary")) {
    const details = element.parentElement;
    for (const other of $$("details[data-pop][open]")) if (other !== details) other.open = false;
    details.open = !details.open;
    if (details.open) $("textarea, input:not([type=hidden]), select, button", details)?.focus();
  } else element.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
  if (event.key === "Escape") {
    for (const one of $$("details[data-pop][open], .who[open]")) one.open = false;
    if (typing) event.target.blur();
    else select(-1);
    return;
  }
  if (typing || $("dialog[open]")) return;
  if (going) {
    going = false;
    if (PLACES[event.key]) { event.preventDefault(); location.href = PLACES[event.key]; }
    return;
  }
  const button = $(`[data-key="${CSS.escape(event.key)}"]`);
  if (button) { event.preventDefault(); press(button); return; }
  switch (event.key) {
    case "j": move(1); break;
    case "k": move(-1); break;
    case "Enter":
      if (chosen >= 0 && event.target === body) location.href = rows()[chosen].dataset.href;
      else return;
      break;
    case "x": { const box = chosen >= 0 && $("input[type=checkbox]", rows()[chosen]); if (box) box.checked = !box.checked; break; }
    case "/": $("input[name=q]")?.focus(); break;
    case "g": going = true; setTimeout(() => { going = false; }, 1200); break;
    case "?": $("#keys").showModal(); break;
    default: return;
  }
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) { event.preventDefault(); $("#keys").showModal(); }
  for (const one of $$("details[data-pop][open], .who[open]")) if (!one.contains(event.target)) one.open = false;
});

// --- a record: others see who is writing; splitting shows what can be ticked ---

for (const details of $$("[data-form=reply]")) {
  details.addEventListener("toggle", () => {
    const form = $("form[data-writing]", details);
    if (details.open && form) {
      fetch(form.dataset.writing, { method: "POST", body: new URLSearchParams({ csrf: form.elements.csrf.value }), credentials: "same-origin" });
    }
  });
}
for (const details of $$("[data-split]")) details.addEventListener("toggle", () => body.classList.toggle("splitting", details.open));

// What a state needs is asked for before the form leaves, so that nothing written in it is lost.
for (const choice of $$("select:has(option[data-needs])")) {
  const ask = () => {
    const fields = choice.form.elements;
    for (const option of choice.options) for (const name of (option.dataset.needs || "").split(" ").filter(Boolean)) fields[name].required = false;
    for (const name of (choice.selectedOptions[0].dataset.needs || "").split(" ").filter(Boolean)) fields[name].required = true;
  };
  choice.addEventListener("change", ask);
  ask();
}

// A form is sent once, however often its button is pressed.
for (const form of $$("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
}
