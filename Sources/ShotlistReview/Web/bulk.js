// One change of many windows: every change is shown before any is made.
import { dialog, h } from "./dom.js";
import { api } from "./api.js";
import { say, warn } from "./announce.js";
import { differenceView } from "./conflict.js";
import { expectOwn } from "./live.js";
import { queryText, selection } from "./state.js";
import { counted, number } from "./text.js";

const kinds = [
  ["replace", "Find and replace"], ["prefix", "Put before (trigger words)"], ["suffix", "Put after"],
  ["addTag", "Add a tag"], ["removeTag", "Remove a tag"], ["decision", "Decide"], ["revert", "Back to the model's captions"],
];

/** Opens the dialog; `whenDone` is called after changes were made. */
export function openBulk(count, whenDone) {
  const chosen = selection.size;
  const option = ([value, text]) => h("option", { value, text });
  const kind = h("select", { id: "bulk-kind" }, kinds.map(option));
  const target = h("select", { id: "bulk-target" },
    chosen > 0 ? option(["selection", `${counted(chosen, "selected window")}`]) : null,
    option(["all", `all ${number(count)} that are found`]));
  const find = h("input", { type: "text", id: "bulk-find", maxlength: "1000", spellcheck: "false", dir: "auto" });
  const text = h("input", { type: "text", id: "bulk-text", maxlength: "2000", dir: "auto" });
  const regex = h("input", { type: "checkbox", id: "bulk-regex" });
  const letters = h("input", { type: "checkbox", id: "bulk-case", checked: true });
  const decision = h("select", { id: "bulk-decision" }, [["approved", "Approved"], ["rejected", "Rejected"], ["none", "Undecided"]].map(option));
  const field = (name, control, kinds) => h("label", { class: "field", "data-for": kinds.join(" ") }, `${name} `, control);
  const fields = [field("Find", find, ["replace"]), field("Regular expression", regex, ["replace"]),
    field("Match case", letters, ["replace"]), field("Text", text, ["replace", "prefix", "suffix", "addTag", "removeTag"]),
    field("Decision", decision, ["decision"])];
  // How many change is read out; each of them is there to be looked at.
  const told = h("p", { id: "bulk-count", role: "status" });
  const results = h("div", { class: "examples" });
  const apply = h("button", { type: "button", id: "bulk-apply", disabled: true }, "Apply");
  const look = h("button", { type: "submit", id: "bulk-preview" }, "Preview");
  let token = null;

  const body = () => ({
    query: target.value === "all" ? queryText()
      : [...selection.keys()].map((key) => `key=${encodeURIComponent(key)}`).join("&"),
    kind: kind.value, find: find.value, text: kind.value === "decision" ? decision.value : text.value,
    isRegex: regex.checked, matchesCase: letters.checked,
  });
  const forget = () => {
    token = null;
    apply.disabled = true;
    apply.textContent = "Apply";
    told.textContent = "";
    results.replaceChildren();
    for (const part of fields) part.hidden = !part.dataset.for.split(" ").includes(kind.value);
  };
  /** The changes behind those that are shown; nothing when the form was changed meanwhile. */
  const more = async (offset) => {
    const asked = token;
    const found = await api.previewBulk({ ...body(), offset });
    if (token !== asked) return null;
    if (found.token === asked) return found;
    forget();
    throw new Error("Windows have changed since the preview. Look at it again.");
  };
  const form = h("form", { class: "bulk", onsubmit: async (event) => {
    event.preventDefault();
    forget();
    try {
      const found = await api.previewBulk(body());
      token = found.token;
      apply.disabled = found.count === 0;
      apply.textContent = `Apply to ${counted(found.count, "window")}`;
      told.textContent = `${number(found.count)} of ${counted(found.windows, "window")} would change.`;
      results.replaceChildren(...examples(found, more));
    } catch (error) {
      results.replaceChildren(h("p", { class: "note", role: "alert", text: error.message }));
    }
  }, oninput: forget }, h("label", { class: "field" }, "Change ", kind), h("label", { class: "field" }, "of ", target),
  fields, h("div", { class: "buttons" }, look, apply));
  apply.addEventListener("click", async () => {
    if (token === null) return;
    apply.disabled = true;
    try {
      const { count: done } = await api.applyBulk({ ...body(), token });
      expectOwn();
      say(`${counted(done, "window")} changed; Undo takes all of it back`);
      element.close();
      whenDone();
    } catch (error) {
      forget();
      warn(error);
      results.replaceChildren(h("p", { class: "note", role: "alert", text: error.message }));
    }
  });
  forget();
  const element = dialog("Bulk change", form, told, results);
  element.id = "bulk-dialog";
  kind.focus();
}

function examples(found, more) {
  const list = h("ol", { id: "bulk-examples" });
  const rest = h("p", { class: "note" });
  const button = h("button", { type: "button", id: "bulk-more" });
  let shown = 0;
  const add = (changes) => {
    const items = changes.map(({ before, after }) => h("li", {}, differenceView(before, after)));
    list.append(...items);
    shown += items.length;
    button.hidden = shown >= found.count;
    button.textContent = `Show more (${number(shown)} of ${number(found.count)})`;
    return items;
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    rest.textContent = "";
    try {
      const next = await more(shown);
      const [first] = next ? add(next.examples) : [];
      // Who reads on with keys goes on at the first of the new ones.
      if (first) {
        first.tabIndex = -1;
        first.focus();
      }
    } catch (error) {
      rest.textContent = error.message;
      rest.setAttribute("role", "alert");
      if (!rest.isConnected) warn(error);
    }
    button.disabled = false;
  });
  add(found.examples);
  return [
    list, button, rest,
  ];
}
