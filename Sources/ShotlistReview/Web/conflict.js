// Two people changed the same window: both texts, and what to do.
import { dialog, h } from "./dom.js";
import { difference } from "./diff.js";

/** A difference as elements: what is gone and what is new, told apart by more than colour. */
export function differenceView(before, after) {
  const names = { removed: "del", added: "ins", same: "span" };
  return h("p", { class: "diff", dir: "auto" },
    difference(before, after).map(({ kind, text }) => h(names[kind], { text })));
}

const text = (field, value) => {
  if (value === null || value === undefined || value === "") return "nothing";
  return Array.isArray(value) ? value.join(", ") || "nothing" : String(value);
};

/**
 * Asks what to do when another was quicker.
 *
 * `caption` is the caption as it is now, where the change is about it and is none of its words.
 * Resolves to `{ value }`, to be saved over theirs, to `{ keepsTheirs: true }`, or to undefined when it was not answered.
 */
export function askAboutConflict({ field, mine, theirs, caption, by, at, message }) {
  return new Promise((done) => {
    const isText = field === "caption" || field === "note";
    let answer;
    const close = (value) => {
      answer = value;
      element.close();
    };
    const editor = isText
      ? h("textarea", { rows: 6, "aria-label": "Both in one", value: text(field, mine) === "nothing" ? "" : mine })
      : null;
    const when = at ? ` at ${new Date(at * 1000).toLocaleString()}` : "";
    const element = dialog("It was changed meanwhile",
      h("p", { text: message }),
      caption === undefined ? null : [h("h3", { text: "The caption is now" }), h("p", { class: "both now", dir: "auto", text: text(field, caption) })],
      h("h3", { text: `Theirs${by ? ` (${by}${when})` : ""}` }), h("p", { class: "both theirs", dir: "auto", text: text(field, theirs) }),
      h("h3", { text: "Yours" }), h("p", { class: "both mine", dir: "auto", text: text(field, mine) }),
      isText ? [h("h3", { text: "From theirs to yours" }), differenceView(text(field, theirs), text(field, mine)),
        h("h3", { text: "Both in one" }), editor] : [],
      h("div", { class: "buttons" },
        h("button", { type: "button", id: "keep-theirs", onclick: () => close({ keepsTheirs: true }) }, "Keep theirs"),
        h("button", { type: "button", id: "save-mine", onclick: () => close({ value: mine }) }, "Save yours over it"),
        isText ? h("button", { type: "button", id: "save-both", onclick: () => close({ value: editor.value }) }, "Save what is written here") : null));
    element.id = "conflict";
    element.addEventListener("close", () => done(answer));
  });
}
