// Improves pages that work without it: finding while typing, similar questions beside the form, keys. Nothing is kept in the browser.

const WAIT = 160; // milliseconds of quiet before a question is sent
const box = document.querySelector("main [data-box]") ?? document.querySelector("[data-box]");
const said = document.getElementById("aloud");

/** Tell a screen reader what appeared, once it has stood still for a moment. */
let saying;
function say(text) {
  clearTimeout(saying);
  saying = setTimeout(() => { if (said) said.textContent = text ?? ""; }, 700);
}

/** Calls `act(signal)` when `WAIT` has passed since the last call; a newer call ends an older one, so late answers are dropped. */
function latest(act) {
  let timer, running;
  return () => {
    clearTimeout(timer);
    running?.abort();
    timer = setTimeout(async () => {
      running = new AbortController();
      try {
        await act(running.signal);
      } catch (error) {
        if (error.name !== "AbortError") say("");
      }
    }, WAIT);
  };
}

/** Text of a fragment, or null when the server did not give one (signed out, stopped): the page stays as it is. */
async function fragment(address, options) {
  const answer = await fetch(address, options);
  const given = answer.ok || answer.status === 422;
  return given && answer.headers.get("Content-Type")?.startsWith("text/html") ? answer.text() : null;
}

function show(place, html) {
  place.innerHTML = html;
  say(place.querySelector("[data-said]")?.dataset.said);
}

/** The fields of a form without its files. */
const written = (form) => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));

// -- the box of the first page: three lanes while typing

const asking = document.querySelector("form[data-suggest]");
const lanes = document.getElementById("lanes");
const below = document.querySelector("[data-below]");

if (asking && lanes && box) {
  let shown = "";
  const words = () => box.value.trim();
  const change = () => {
    const empty = words().length < 3;
    lanes.hidden = empty;
    below.hidden = !empty;
    if (empty && shown) history.replaceState(null, "", location.pathname);
    if (empty) shown = "";
  };
  const look = latest(async (signal) => {
    const typed = words();
    if (typed.length < 3 || typed === shown) return;
    const html = await fragment(`${asking.dataset.suggest}?q=${encodeURIComponent(typed)}`, { signal });
    if (html === null || typed !== words()) return;
    shown = typed;
    history.replaceState(null, "", `${location.pathname}?q=${encodeURIComponent(typed)}`); // so that "back" leads to it
    show(lanes, html);
    change();
  });
  box.addEventListener("input", () => {
    if (words().length < 3) { lanes.replaceChildren(); change(); }
    look();
  });
  if (words()) look(); // the browser kept what was typed
}

// -- the form for asking: preview, what is similar, who will be asked

const draft = document.querySelector("form[data-similar]");
if (draft) {
  const place = document.getElementById(draft.dataset.into), space = draft.elements.space;
  let settled = !space || "settled" in space.dataset; // no space to choose, or the person did: nothing is proposed
  space?.addEventListener("change", () => { settled = true; });
  const look = latest(async (signal) => {
    if (draft.elements.title.value.trim().length < 3) return;
    const fields = written(draft);
    if (!settled) fields.set("propose", "1");
    const html = await fragment(draft.dataset.similar, { method: "POST", body: fields, signal });
    if (html === null) return;
    show(place, html);
    const known = place.querySelector("template[data-known]"), proposed = place.querySelector("[data-space]")?.dataset.space;
    if (known) document.getElementById("known").replaceChildren(known.content);
    if (proposed && !settled) space.value = proposed;
  });
  draft.addEventListener("input", look);
  draft.addEventListener("submit", (event) => {
    if (event.submitter?.value === "preview") {
      event.preventDefault();
      look();
      place.scrollIntoView({ block: "nearest" });
    }
  });
}

// -- tags: completed while typing

for (const field of document.querySelectorAll("[data-complete]")) {
  field.addEventListener("input", latest(async (signal) => {
    const html = await fragment(`${field.dataset.complete}?q=${encodeURIComponent(field.value)}`, { signal });
    if (html !== null) field.list.innerHTML = html;
  }));
}

// -- files: sent at once when chosen, pasted or dropped; a picture is put into the text where the cursor is

for (const field of document.querySelectorAll("[data-files]")) {
  const form = field.closest("form"), list = field.querySelector("ul"), chosen = field.querySelector("input[type=file]");
  const text = form.querySelector("textarea");
  const take = async (files) => {
    if (!files.length) return;
    const fields = new FormData();
    fields.set("filed", "1");
    for (const each of files) fields.append("files", each);
    const html = await fragment(field.dataset.files, { method: "POST", body: fields }).catch(() => null);
    if (html === null) return;
    for (const each of list.querySelectorAll(".wrong")) each.remove();
    const before = list.children.length;
    list.insertAdjacentHTML("beforeend", html);
    chosen.value = "";
    field.open = true;
    for (const each of [...list.children].slice(before)) {
      if (text && "picture" in each.dataset) text.setRangeText(`\n![${each.querySelector("a").textContent.replace(/\.\w+$/, "")}](${each.dataset.file})\n`, text.selectionEnd, text.selectionEnd, "end");
    }
    form.dispatchEvent(new Event("input"));
    say(list.lastElementChild?.textContent.trim());
  };
  chosen.addEventListener("change", () => take(chosen.files));
  for (const place of [field, text].filter(Boolean)) {
    place.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) { event.preventDefault(); field.classList.add("over"); } });
    place.addEventListener("dragleave", () => field.classList.remove("over"));
    place.addEventListener("drop", (event) => { if (event.dataTransfer.files.length) { event.preventDefault(); field.classList.remove("over"); take(event.dataTransfer.files); } });
  }
  text?.addEventListener("paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); take(event.clipboardData.files); } });
}

// -- writing Markdown: the bar above the field, how it will look, names after "@", keys of procedures

function put(field, words, from = field.selectionStart, to = field.selectionEnd) {
  field.focus();
  field.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, words)) field.setRangeText(words, from, to, "end"); // the first can be undone
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const bar of document.querySelectorAll(".editor-bar")) {
  const field = document.getElementById(bar.getAttribute("aria-controls"));
  const buttons = [...bar.querySelectorAll("button")];
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    for (const each of buttons) each.tabIndex = each === next ? 0 : -1;
    next.focus();
  });
  bar.addEventListener("click", async (event) => {
    const { before, after, line, preview } = event.target.closest("button")?.dataset ?? {};
    const { selectionStart: from, selectionEnd: to, value } = field;
    if (before) {
      put(field, before + value.slice(from, to) + after, from, to);
      if (from === to) field.setSelectionRange(from + before.length, from + before.length);
    } else if (line) {
      const first = value.lastIndexOf("\n", from - 1) + 1;
      put(field, value.slice(first, to).split("\n").map((each, n) => (line === "1. " ? `${n + 1}. ` : line) + each).join("\n"), first, to);
    } else if (preview) {
      const button = event.target.closest("button"), shown = bar.parentElement.querySelector(".preview");
      button.setAttribute("aria-expanded", String(!shown));
      if (shown) return shown.remove();
      const html = await fragment(preview, { method: "POST", body: new URLSearchParams({ body: value }) });
      field.insertAdjacentHTML("afterend", `<div class="preview" role="status">${html ?? ""}</div>`);
    }
  });
}

for (const field of document.querySelectorAll("textarea[name=body]")) {
  const list = Object.assign(document.createElement("ul"), { className: "options", id: `${field.id}-options`, role: "listbox", hidden: true });
  list.ariaLabel = document.body.dataset.options;
  field.after(list);
  let begun = 0;
  const close = () => { list.hidden = true; field.removeAttribute("aria-activedescendant"); };
  const all = () => [...list.children];
  const mark = (at) => all().forEach((each, n) => {
    each.setAttribute("aria-selected", String(n === at));
    if (n === at) field.setAttribute("aria-activedescendant", each.id);
  });
  const take = (option) => { close(); put(field, `${option.dataset.insert} `, begun, field.selectionStart); };
  const look = latest(async (signal) => {
    const written = field.value.slice(0, field.selectionStart);
    const found = /(?:^|[\s(])(?:@([\p{L}][\p{L}' -]{0,30})|([A-Z]{2,6}-\d{0,3}))$/u.exec(written);
    if (!found) return close();
    begun = written.length - (found[1] ? found[1].length + 1 : found[2].length);
    const [kind, typed] = found[1] ? ["names", found[1]] : ["procedures", found[2]];
    const html = await fragment(`${document.body.dataset.writing}/${kind}?q=${encodeURIComponent(typed)}`, { signal });
    list.innerHTML = html ?? "";
    all().forEach((each) => { each.id = `${field.id}-${each.id}`; });
    list.hidden = !all().length;
    if (list.hidden) return close();
    mark(0);
    say(all().map((each) => each.textContent).join(", "));
  });
  field.setAttribute("aria-controls", list.id);
  field.addEventListener("input", look);
  field.addEventListener("blur", () => setTimeout(close, 200));
  list.addEventListener("mousedown", (event) => { event.preventDefault(); const option = event.target.closest("li"); if (option) take(option); });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const at = all().findIndex((each) => each.ariaSelected === "true"), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark((at + step + all().length) % all().length);
    else if (event.key === "Enter" || event.key === "Tab") take(all()[Math.max(at, 0)]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

// -- what is being written is kept on the server, a moment after the last key and when the page is left

for (const form of document.querySelectorAll("form[data-unsent]")) {
  let kept = "", timer, sent = false;
  const fieldsOf = () => {
    const fields = written(form);
    fields.set("place", form.dataset.place);
    return fields;
  };
  const keep = () => {
    clearTimeout(timer);
    const fields = fieldsOf();
    if (sent || fields.toString() === kept) return;
    kept = fields.toString();
    fetch(form.dataset.unsent, { method: "POST", body: fields, keepalive: kept.length < 60000 }).catch(() => { kept = ""; });
  };
  kept = fieldsOf().toString();
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 1200); });
  form.addEventListener("submit", (event) => { if (event.submitter?.value !== "preview") sent = true; clearTimeout(timer); });
  addEventListener("pagehide", keep);
}

// -- keys: "/" to the box; arrows through the hits, Enter opens, Esc goes back to the box

const hits = () => [...document.querySelectorAll("main .hits .hit .title")].filter((each) => each.offsetParent !== null);
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "/" && box && !typing(event.target)) {
    event.preventDefault();
    box.focus();
    box.select();
    return;
  }
  const all = hits();
  const at = all.indexOf(document.activeElement);
  const inBox = document.activeElement === box;
  if (event.key === "Escape") {
    if (at >= 0) { event.preventDefault(); box?.focus(); }
    else if (inBox && lanes && box.value) { box.value = ""; box.dispatchEvent(new Event("input")); }
  } else if (event.key === "ArrowDown" && all.length && (inBox || (at >= 0 && at < all.length - 1))) {
    event.preventDefault();
    all[at + 1].focus();
  } else if (event.key === "ArrowUp" && at >= 0) {
    event.preventDefault();
    (at === 0 ? box : all[at - 1])?.focus();
  }
});

// -- what opens over the page closes with Esc and with a press elsewhere

const opened = () => document.querySelectorAll("details[data-menu][open]");
addEventListener("click", (event) => {
  for (const each of opened()) if (!each.contains(event.target)) each.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const each of opened()) { each.open = false; each.querySelector("summary").focus(); }
});
