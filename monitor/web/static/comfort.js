// Comfort only: every page works without this.
"use strict";

// Where the reader types, keys are letters.
const typing = (at) => at.closest("input, textarea, select, [contenteditable]");

// "/" goes to the search field, j and k through what is listed, Enter opens it.
const listed = () => [...document.querySelectorAll("article.change, article.hit, .list > li, tbody > tr:has(a)")];
let current = -1;

function go(step) {
  const all = listed();
  if (!all.length) return;
  all[current]?.classList.remove("current");
  current = Math.min(Math.max(current + step, 0), all.length - 1);
  all[current].classList.add("current");
  all[current].querySelector("a")?.focus({ preventScroll: true });
  all[current].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const field = document.querySelector("input[type=search]");
  if (event.key === "/" && field) {
    event.preventDefault();
    field.focus();
    field.select();
  } else if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
});

// Beside an absolute time, how far it is from now; shown on pointing at it.
const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];
const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

function distance(at) {
  const seconds = (new Date(at) - Date.now()) / 1000;
  const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return words.format(Math.round(seconds / size), unit);
}

for (const one of document.querySelectorAll("time[datetime]")) one.title = distance(one.dateTime);

// What was unfolded on a page stays so in this window.
for (const one of document.querySelectorAll("details[id]")) {
  const key = `open:${location.pathname}#${one.id}`;
  if (sessionStorage.getItem(key)) one.open = true;
  one.addEventListener("toggle", () => (one.open ? sessionStorage.setItem(key, "1") : sessionStorage.removeItem(key)));
}

// A diff that was linked to inside a folded stretch is unfolded.
const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (target) target.closest("details")?.setAttribute("open", "");
