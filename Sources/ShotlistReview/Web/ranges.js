// Lengths as filters: fields for the least and the most, each of which may be left empty.
import { byId, h } from "./dom.js";
import { warn } from "./announce.js";
import { one, set } from "./state.js";
import { ends } from "./text.js";

const lengths = [
  ["words", "Words of the caption", true], ["length", "Characters of the caption", true],
  ["duration", "Seconds of the window", false], ["cliplength", "Seconds of the clip", false],
];

/** The fields; made once, as someone may be writing in them. */
export function ranges() {
  return h("details", { class: "group" }, h("summary", { text: "Lengths" }), lengths.map(([name, title, isWhole]) => {
    const field = (end, words) => h("input", {
      type: "number", id: `r-${name}-${end}`, min: 0, step: isWhole ? 1 : "any", placeholder: words,
      "aria-label": `${title}, ${words}`, onchange: () => take(name, title),
    });
    return h("fieldset", { class: "range" }, h("legend", { text: title }), field("from", "at least"), field("to", "at most"));
  }));
}

const pair = (name) => [byId(`r-${name}-from`), byId(`r-${name}-to`)];

function take(name, title) {
  const fields = pair(name);
  if (!fields.every((field) => field.validity.valid)) {
    warn(`${title}: this is no such number.`);
    return;
  }
  const [from, to] = fields.map((field) => field.value);
  if (from && to && Number(from) > Number(to)) {
    warn(`${title}: at least ${from} is more than at most ${to}.`);
    return;
  }
  set(name, from || to ? `${from}-${to}` : "");
}

/** Shows the ranges that are set, but not where someone writes. */
export function drawRanges() {
  for (const [name] of lengths) {
    const values = ends(one(name));
    pair(name).forEach((field, place) => {
      if (field !== document.activeElement) field.value = values[place];
    });
  }
}
