// The fields in which a window is corrected. `current()` is the window as it is now.
import { byId, h } from "./dom.js";
import { keep, restart, saveDraft } from "./draft.js";
import { pressed, save } from "./edit.js";
import { editedBy } from "./text.js";

/** Caption, tags and note. */
export function editor(shot, current) {
  // The window whose fields these are, as it is now: never the one that is open by then.
  let latest = shot;
  const own = () => {
    const now = current();
    if (now?.key === shot.key) latest = now;
    return latest;
  };
  const caption = h("textarea", { id: "caption", rows: 6, dir: "auto", spellcheck: "true", "data-field": "caption" });
  keep(caption, shot, (now) => now.caption ?? "", (text, base) => save(own(), "caption", text, base));
  const send = () => {
    const now = own();
    // A person's caption that is saved once more is meant of what the window is now.
    const isMeantAnew = now.review.caption === caption.value && now.flags.includes("changed_since");
    return isMeantAnew ? save(now, "caption", caption.value) : saveDraft(caption);
  };
  const back = () => save(own(), "caption", null).then((after) => after && restart(caption, after));
  caption.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const sent = caption.value;
      // Who writes on stays in the field: outside of it letters are commands.
      const isDone = () => byId("caption") === caption && (caption.value === sent || caption.value === (own().caption ?? ""));
      send().then((after) => after && isDone() && caption.blur());
    }
    if (event.key === "Escape") {
      event.stopPropagation();
      restart(caption, own());
      caption.blur();
    }
  });
  const line = (name, label, field, write, read) => {
    keep(field, shot, write, (text, base) => save(own(), name, read(text), base));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        field.blur();
      }
      if (event.key === "Escape") {
        event.stopPropagation();
        restart(field, own());
        field.blur();
      }
    });
    field.addEventListener("blur", () => saveDraft(field));
    return [h("label", { for: `edit-${name}`, text: label }), field];
  };
  const attributes = (name) => ({ id: `edit-${name}`, "data-field": name, dir: "auto", maxlength: "2000" });
  const tags = (text) => [...new Set(text.split(",").map((tag) => tag.trim()).filter(Boolean))];
  return h("div", { class: "editor" },
    h("label", { for: "caption", text: "Caption (Ctrl+Enter saves, Escape leaves it as it was)" }), caption,
    h("p", { class: "quiet", id: "edited-by", dir: "auto", text: editedBy(shot) }),
    h("div", { class: "buttons" },
      h("button", { type: "button", id: "save-caption", onclick: send }, "Save caption"),
      h("button", { type: "button", onclick: () => back() }, "Back to the model's")),
    line("tags", "Tags, with commas between", h("input", { type: "text", ...attributes("tags") }), (now) => now.review.tags.join(", "), tags),
    line("note", "Note (Shift+Enter begins a line)", h("textarea", { rows: 2, ...attributes("note") }), (now) => now.review.note, (text) => text));
}

/** Decision and rating. */
export function decisions(shot, current) {
  const decide = (value) => h("button", {
    type: "button", "data-decision": value, "aria-pressed": String(shot.review.decision === value),
    onclick: () => save(current(), "decision", pressed(current(), value)),
  }, value === "approved" ? "Approve" : "Reject");
  const rate = (value) => h("button", {
    type: "button", "data-rating": value, "aria-pressed": String(shot.review.rating === value), "aria-label": `Rate ${value}`,
    onclick: () => save(current(), "rating", current().review.rating === value ? null : value),
  }, String(value));
  return h("div", { class: "buttons" }, h("div", { role: "group", "aria-label": "Decision" }, decide("approved"), decide("rejected")),
    h("div", { role: "group", "aria-label": "Rating" }, [1, 2, 3, 4, 5].map(rate)));
}
