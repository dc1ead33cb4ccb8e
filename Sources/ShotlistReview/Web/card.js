// One window in the list.
import { h } from "./dom.js";
import { preview } from "./preview.js";
import { counted, editedBy, fileName, named, place } from "./text.js";
import { select, selection } from "./state.js";

/** Marks of a window, in words: status, checks, decision, rating, tags. */
export function marks(shot) {
  const chip = (text, kind) => h("li", { class: `chip ${kind}`, text });
  const list = [chip(named(shot.status), `status-${shot.status}`)];
  if (shot.review.decision !== "none") list.push(chip(named(shot.review.decision), shot.review.decision));
  if (editedBy(shot)) list.push(chip(editedBy(shot), "edited"));
  if (shot.review.rating) list.push(chip(`Rated ${shot.review.rating}`, "rated"));
  for (const flag of shot.flags) list.push(chip(named(flag), "flag"));
  for (const tag of shot.review.tags ?? []) list.push(chip(tag, "tag"));
  return h("ul", { class: "chips", "aria-label": "Marks" }, list);
}

/** Lines of other captions that a row has room for. */
const mostLines = 4;

/** What a screen reader says of a window before its caption. */
const label = (shot) => `${fileName(shot.path)}, ${place(shot)}, ${named(shot.status)}`;

/** The element of a window at a place of the list. */
export function card(shot, index, count, open) {
  const item = h("li", { class: "shot", "aria-setsize": count, "aria-posinset": index + 1 });
  if (!shot) {
    item.classList.add("waiting");
    item.append(h("span", { class: "hidden", text: "Loading" }));
    return item;
  }
  item.dataset.key = shot.key;
  // The button's click comes by here, too; whoever marks words wants to copy them.
  item.addEventListener("click", (event) => {
    if (!event.target.closest("input") && (event.detail === 0 || getSelection().isCollapsed)) open(index);
  });
  const box = h("input", {
    type: "checkbox", class: "pick", "aria-label": `Select ${label(shot)}`, checked: selection.has(shot.key),
    tabindex: "-1", onchange: () => select([shot], box.checked),
  });
  const others = shot.captions.filter((words) => words.text !== shot.caption);
  // Each has a line at least; of more than fit the last line says that there are.
  const shown = others.length > mostLines ? others.slice(0, mostLines - 1) : others;
  const rest = others.length - shown.length;
  item.append(
    preview(shot),
    h("div", { class: "words", "data-others": shown.length + (rest > 0 ? 1 : 0) },
      h("div", { class: "line" }, box,
        h("button", { type: "button", class: "open", tabindex: "-1", "aria-label": label(shot), "aria-describedby": `caption-of-${shot.key}` },
          h("span", { class: "time", text: place(shot) }), " ",
          h("span", { class: "file", text: fileName(shot.path), title: shot.path })),
        marks(shot)),
      h("p", { class: "caption", id: `caption-of-${shot.key}`, dir: "auto", text: shot.caption ?? shot.reasonText ?? "No caption" }),
      shown.map(({ name, text }) => h("p", { class: "other", dir: "auto" }, h("b", { text: `${name} ` }), text)),
      rest > 0 ? h("p", { class: "other rest", text: `${counted(rest, "more caption")}: open it` }) : null));
  return item;
}
