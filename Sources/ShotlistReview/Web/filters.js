// Filters with how many windows each leaves, and those that are set.
import { byId, h } from "./dom.js";
import { api } from "./api.js";
import { warn } from "./announce.js";
import { facetSearch, withFound } from "./facetsearch.js";
import { drawRanges, ranges } from "./ranges.js";
import { all, choose, clear, isSet, one, queryText, several, single } from "./state.js";
import { counted, fileName, moments, named, number, rounded } from "./text.js";

const titles = {
  q: "Words", rating: "Rating", length: "Characters", words: "Words in it", duration: "Seconds", cliplength: "Seconds of the clip",
  tokens: "Tokens", seconds: "Time", written: "Written", resolution: "Size", edited: "Edited", preview: "Preview",
  flagged: "Doubted", status: "Status", flag: "Check", model: "Model", decision: "Decision", tag: "Tag", word: "Whole word",
  source: "Video",
};
const truth = { 1: "Yes", 0: "No" };
const mostShown = 12;
let round = 0;
const opened = new Set(["decision", "status", "flag"]);

/** How a filter's value reads. */
function words(name, value) {
  if (name === "edited" || name === "preview" || name === "flagged") return truth[value] ?? value;
  if (name === "rating" && /^\d+$/.test(value)) return value === "0" ? "Unrated" : counted(Number(value), "star");
  if (name === "written") return moments(value);
  if (single.includes(name) && name !== "q") return rounded(value);
  return name === "source" ? fileName(value) : name === "tag" || name === "word" || name === "q" ? value : named(value);
}

/** Asks for the counts and shows them. */
export async function drawFilters() {
  drawChosen();
  frame();
  drawRanges();
  round += 1;
  const mine = round;
  try {
    const text = queryText();
    const facets = await withFound(await api.facets(text), text);
    if (mine === round) draw(facets);
  } catch (error) {
    warn(error);
  }
}

/** Fields of ranges stay as they are while counts are drawn anew: someone may be writing in them. */
function frame() {
  if (!byId("facets")) byId("filters").replaceChildren(h("h2", { text: "Filters" }), ranges(), h("div", { id: "facets" }));
}

function draw(facets) {
  const box = byId("facets");
  const focused = box.contains(document.activeElement) ? document.activeElement : null;
  box.replaceChildren(...facets.groups.map(group).filter(Boolean));
  if (focused) focusAgain(box, focused);
}

/** Gives the focus to what stands for what had it. */
function focusAgain(box, { id, dataset, selectionStart }) {
  const isSame = (other) => other.dataset.filter === dataset.filter && other.dataset.value === dataset.value;
  const again = dataset.filter ? [...box.querySelectorAll("input[data-filter]")].find(isSame) : id && byId(id);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (again.type === "search") again.setSelectionRange(selectionStart, selectionStart);
}

/** A part that opens, and stays open when it is drawn again. */
function folding(key, title, attributes, ...content) {
  return h("details", { ...attributes, open: opened.has(key), ontoggle: (event) => {
    if (event.target.open) opened.add(key);
    else opened.delete(key);
  } }, h("summary", { id: `s-${key}`, text: title }), ...content);
}

function group(facet) {
  const { name, title } = facet;
  const fields = choices(facet);
  const search = facetSearch(facet, fields.length > mostShown, (found) => place.replaceChildren(...folded(name, choices(found))));
  if (fields.length === 0 && !search) return null;
  const place = h("div", {}, folded(name, fields));
  return folding(name, title, { class: "group" }, h("fieldset", {}, h("legend", { class: "hidden", text: title }), search, place));
}

/** The first ones, and behind a fold the others. */
function folded(name, fields) {
  const rest = fields.slice(mostShown);
  const more = rest.length > 0 ? [folding(`${name}-more`, `${number(rest.length)} more`, {}, rest)] : [];
  return [...fields.slice(0, mostShown), ...more];
}

function choices({ name, values }) {
  // A filter that is set stays to be taken away, also where it finds nothing any more.
  const missing = all(name).filter((value) => !values.some((other) => other.value === value));
  return [...values.filter(({ value, count }) => count > 0 || isSet(name, value)), ...missing.map((value) => ({ value, count: 0 }))]
    .map((value, index) => choice(name, value, index));
}

function choice(name, { value, count }, index) {
  const id = `f-${name}-${index}`;
  const box = h("input", {
    type: "checkbox", id, "data-filter": name, "data-value": value, checked: isSet(name, value),
    onchange: () => choose(name, value, box.checked),
  });
  return h("label", { for: id, class: "choice", title: value }, box,
    h("span", { class: "value", dir: "auto", text: words(name, value) }),
    h("span", { class: "number", text: number(count) }));
}

function drawChosen() {
  const parts = [...single, ...several].flatMap((name) => all(name).map((value) => [name, value]));
  const button = ([name, value]) => h("button", {
    type: "button", class: "chosen-one", "aria-label": `Take away the filter ${titles[name]}: ${words(name, value)}`,
    onclick: () => choose(name, value, false),
  }, `${titles[name]}: ${words(name, value)} ×`);
  byId("chosen").replaceChildren(...parts.map(button),
    ...(parts.length > 1 ? [h("button", { type: "button", class: "chosen-one", onclick: clear }, "Clear all")] : []));
  const search = byId("q");
  if (document.activeElement !== search) search.value = one("q");
}
