// Filters with how many windows each leaves, and those that are set.
import { byId, h } from "./dom.js";
import { api } from "./api.js";
import { warn } from "./announce.js";
import { all, clear, one, queryText, set, single, several, toggle } from "./state.js";
import { fileName, named, number } from "./text.js";

const titles = {
  q: "Words", rating: "Rating", length: "Characters", words: "Words in it", duration: "Seconds", tokens: "Tokens",
  seconds: "Time", resolution: "Size", edited: "Edited", preview: "Preview", flagged: "Flagged", status: "Status",
  flag: "Check", model: "Model", decision: "Decision", tag: "Tag", source: "Video",
};
const truth = { 1: "Yes", 0: "No" };
const mostShown = 12;
let round = 0;
const opened = new Set(["decision", "status", "flag"]);

/** How a filter's value reads. */
function words(name, value) {
  if (name === "edited" || name === "preview" || name === "flagged") return truth[value] ?? value;
  return name === "source" ? fileName(value) : named(value);
}

/** Asks for the counts and shows them. */
export async function drawFilters() {
  drawChosen();
  round += 1;
  const mine = round;
  try {
    const facets = await api.facets(queryText());
    if (mine === round) draw(facets);
  } catch (error) {
    warn(error);
  }
}

function draw(facets) {
  const box = byId("filters");
  const focused = document.activeElement?.closest?.("#filters [id]")?.id;
  box.replaceChildren(h("h2", { text: "Filters" }), ...facets.groups.map(group).filter(Boolean));
  if (focused) byId(focused)?.focus();
}

function group({ name, title, values }) {
  // A filter that is set stays to be taken away, also where it finds nothing any more.
  const chosen = all(name);
  const missing = chosen.filter((value) => !values.some((other) => other.value === value));
  const list = [...values.filter((value) => value.count > 0 || chosen.includes(value.value)),
    ...missing.map((value) => ({ value, count: 0 }))];
  if (list.length === 0) return null;
  const fields = list.map((value) => choice(name, value));
  const more = fields.length > mostShown
    ? h("details", {}, h("summary", { text: `${number(fields.length - mostShown)} more` }), fields.splice(mostShown))
    : null;
  return h("details", { class: "group", open: opened.has(name), ontoggle: (event) => {
    if (event.target !== event.currentTarget) return;
    if (event.target.open) opened.add(name);
    else opened.delete(name);
  } }, h("summary", { id: `f-${name}`, text: title }), h("fieldset", {}, h("legend", { class: "hidden", text: title }), fields, more));
}

function choice(name, { value, count }) {
  // By its value: counts, and with them the order, change while a run goes on, and the focus stays with its filter.
  const id = `f-${name}-${encodeURIComponent(value)}`;
  const isOne = single.includes(name);
  const box = h("input", { type: "checkbox", id, checked: all(name).includes(value), onchange: () => {
    if (isOne) set(name, box.checked ? value : "");
    else toggle(name, value, box.checked);
  } });
  return h("label", { for: id, class: "choice", title: value }, box,
    h("span", { class: "value", dir: "auto", text: words(name, value) }),
    h("span", { class: "number", text: number(count) }));
}

function drawChosen() {
  const parts = [...single, ...several].flatMap((name) => all(name).map((value) => [name, value]));
  const button = ([name, value]) => h("button", {
    type: "button", class: "chosen-one", "aria-label": `Take away the filter ${titles[name]}: ${words(name, value)}`,
    onclick: () => (single.includes(name) ? set(name, "") : toggle(name, value, false)),
  }, `${titles[name]}: ${words(name, value)} ×`);
  byId("chosen").replaceChildren(...parts.map(button),
    ...(parts.length > 1 ? [h("button", { type: "button", class: "chosen-one", onclick: clear }, "Clear all")] : []));
  const search = byId("q");
  if (document.activeElement !== search) search.value = one("q");
}
