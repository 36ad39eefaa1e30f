// What the pages gain with scripts: keys, shorter addresses, and a walk over the matches.
"use strict";

const box = document.getElementById("q");
const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
const keys = new Map();

// A key by itself must be one that can be switched off (WCAG 2.1.4): who dictates presses many.
const usesKeys = document.getElementById("keys");
try {
  usesKeys.checked = localStorage.getItem("keys") !== "off";
} catch {
  // a browser that keeps nothing: they are on again on the next page
}
usesKeys.addEventListener("change", () => {
  try {
    localStorage.setItem("keys", usesKeys.checked ? "on" : "off");
  } catch {
    // the same
  }
});
usesKeys.closest("li").hidden = false;

document.addEventListener("keydown", (event) => {
  const action = usesKeys.checked && keys.get(event.key);
  if (action && isPlain(event) && !isTyping(event.target)) {
    event.preventDefault();
    action();
  }
});

if (box) {
  keys.set("/", () => {
    box.focus();
    box.select();
  });
  box.form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) {
      if (!value && name !== "q") formData.delete(name);
    }
  });
}

// Back to the very page of results that led here, with its filters and however its query was read.
const back = document.getElementById("back");
if (back && document.referrer) {
  const from = new URL(document.referrer);
  const to = new URL(back.href);
  const hasQuery = from.searchParams.has("q");
  if (from.origin === to.origin && from.pathname === to.pathname && hasQuery) back.href = from.href;
}

const walk = document.getElementById("walk");
if (walk) {
  const marks = [...document.querySelectorAll(".reading mark")];
  const position = walk.querySelector("output");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let at = -1;

  const show = () => {
    position.value = `${at < 0 ? "–" : at + 1}/${marks.length}`;
  };
  const target = () => document.getElementById(location.hash.slice(1));
  // The first match below the paragraph that one was led to, which may have none.
  const below = () => {
    const after = (mark) => target().compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING;
    const found = target() ? marks.findIndex(after) : 0;
    return found < 0 ? marks.length : found;
  };
  const step = (by) => {
    marks[at]?.classList.remove("here");
    const to = at < 0 ? below() - (by < 0) : at + by;
    at = (to + marks.length) % marks.length;
    marks[at].classList.add("here");
    marks[at].scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
    show();
  };
  // Whoever was led to a paragraph starts from its first match.
  const start = () => {
    marks[at]?.classList.remove("here");
    at = marks.findIndex((mark) => target()?.contains(mark));
    marks[at]?.classList.add("here");
    show();
  };

  for (const button of walk.querySelectorAll("button")) {
    button.addEventListener("click", () => step(Number(button.dataset.step)));
  }
  keys.set("n", () => step(1));
  keys.set("p", () => step(-1));
  addEventListener("hashchange", start);
  start();
  walk.hidden = false;
}
