// The fields in which a window is corrected. `current()` is the window as it is now.
import { byId, h } from "./dom.js";
import { save } from "./edit.js";
import { editedBy } from "./text.js";

/** Caption, tags and note. */
export function editor(shot, current) {
  const caption = h("textarea", { id: "caption", rows: 6, dir: "auto", spellcheck: "true", value: shot.caption ?? "", "data-field": "caption" });
  const send = () => {
    if (caption.value !== (current().caption ?? "")) return save(current(), "caption", caption.value);
    return Promise.resolve(current());
  };
  caption.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send().then((after) => after && byId("caption") === caption && caption.blur());
    }
    if (event.key === "Escape") {
      event.stopPropagation();
      caption.value = current().caption ?? "";
      caption.blur();
    }
  });
  const line = (name, label, value, read) => {
    const field = h("input", { type: "text", id: `edit-${name}`, value, "data-field": name, dir: "auto", maxlength: "2000" });
    const put = () => {
      if (field.value !== field.defaultValue) save(current(), name, read(field.value));
      field.defaultValue = field.value;
    };
    field.defaultValue = value;
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") field.blur();
      if (event.key === "Escape") {
        event.stopPropagation();
        field.value = field.defaultValue;
        field.blur();
      }
    });
    field.addEventListener("blur", put);
    return [h("label", { for: `edit-${name}`, text: label }), field];
  };
  const tags = (text) => [...new Set(text.split(",").map((tag) => tag.trim()).filter(Boolean))];
  return h("div", { class: "editor" },
    h("label", { for: "caption", text: "Caption (Ctrl+Enter saves, Escape leaves it as it was)" }), caption,
    h("p", { class: "quiet", id: "edited-by", dir: "auto", text: editedBy(shot) }),
    h("div", { class: "buttons" },
      h("button", { type: "button", id: "save-caption", onclick: send }, "Save caption"),
      h("button", { type: "button", onclick: () => save(current(), "caption", null) }, "Back to the model's")),
    line("tags", "Tags, with commas between", shot.review.tags.join(", "), tags),
    line("note", "Note", shot.review.note, (text) => text));
}

/** Decision and rating. */
export function decisions(shot, current) {
  const decide = (value) => h("button", {
    type: "button", "data-decision": value, "aria-pressed": String(shot.review.decision === value),
    onclick: () => save(current(), "decision", current().review.decision === value ? "none" : value),
  }, value === "approved" ? "Approve" : "Reject");
  const rate = (value) => h("button", {
    type: "button", "data-rating": value, "aria-pressed": String(shot.review.rating === value), "aria-label": `Rate ${value}`,
    onclick: () => save(current(), "rating", current().review.rating === value ? null : value),
  }, String(value));
  return h("div", { class: "buttons" }, h("div", { role: "group", "aria-label": "Decision" }, decide("approved"), decide("rejected")),
    h("div", { role: "group", "aria-label": "Rating" }, [1, 2, 3, 4, 5].map(rate)));
}
