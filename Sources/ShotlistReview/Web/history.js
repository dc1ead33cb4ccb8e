// What was said of a window and done with it, and the difference between any two texts.
import { h } from "./dom.js";
import { differenceView } from "./conflict.js";

/** The history of a window as elements. */
export function historyView(shot, history) {
  const texts = [];
  const add = (label, text) => {
    if (!texts.some((other) => other.text === text && other.label === label)) texts.push({ label, text });
  };
  if (shot.review.caption) add(`now, by ${shot.review.captionBy ?? shot.review.by ?? "a person"}`, shot.review.caption);
  for (const { name, text } of shot.captions) add(`now, ${name}`, text);
  for (const entry of history) {
    for (const { name, text } of entry.texts) add(`${when(entry)}, ${entry.by ?? entry.kind}, ${name}`, text);
  }
  return [compare(texts), h("ol", { class: "history" }, history.map(line))];
}

const when = (entry) => (entry.at ? new Date(entry.at * 1000).toLocaleString() : "earlier");

function line(entry) {
  const state = [entry.isCurrent ? "current" : "", entry.isUndone ? "undone since" : ""].filter(Boolean).join(", ");
  return h("li", { class: entry.kind },
    h("span", { class: "quiet", text: `${when(entry)} ` }), h("b", { text: entry.by ?? entry.kind }),
    ` ${entry.what}${state ? ` (${state})` : ""}`,
    entry.texts.map(({ name, text }) => h("p", { class: "other", dir: "auto" }, h("b", { text: `${name} ` }), text)),
    entry.prompt ? h("details", { class: "asked" }, h("summary", { text: "Prompt" }), h("pre", { dir: "auto", text: entry.prompt })) : null);
}

function compare(texts) {
  if (texts.length < 2) return null;
  const options = () => texts.map(({ label }, index) => h("option", { value: index, text: label }));
  const [from, to] = [h("select", {}, options()), h("select", {}, options())];
  from.value = String(texts.length > 1 ? 1 : 0);
  to.value = "0";
  const place = h("div", { class: "difference" });
  const draw = () => place.replaceChildren(differenceView(texts[from.value].text, texts[to.value].text));
  from.addEventListener("change", draw);
  to.addEventListener("change", draw);
  draw();
  return h("div", { class: "compare" },
    h("label", { class: "inline" }, "From ", from), h("label", { class: "inline" }, "to ", to), place);
}
