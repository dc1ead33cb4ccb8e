// Who reviews in this browser: the name that changes are signed with. The browser keeps it.
import { byId, dialog, h } from "./dom.js";
import { signAs } from "./api.js";
import { say } from "./announce.js";

const setting = "shotlist-person";
const longest = 200;
let standard = "";

/** One line without spaces at its ends; half of a pair of code units is no text, and cannot be sent. */
const clean = (text) => [...text.toWellFormed().replace(/[\s\u0085]+/gu, " ").trim()].slice(0, longest).join("");

/** The name that changes are signed with. */
const name = () => clean(localStorage.getItem(setting) ?? "") || standard;

function apply(output) {
  signAs(name());
  byId("person").textContent = `Name: ${name()}`;
  byId("output").textContent = `${output}, reviewed by ${name()}`;
}

/** Begins to sign; `given` is the name that the review was started with. */
export function startPerson(given, output) {
  standard = given;
  apply(output);
  byId("person").addEventListener("click", () => ask(output));
  // Another tab of this browser is the same person.
  addEventListener("storage", (event) => {
    if (event.key === setting) apply(output);
  });
}

function ask(output) {
  const field = h("input", { type: "text", id: "person-name", value: name(), maxlength: String(longest), autocomplete: "name", dir: "auto" });
  const form = h("form", { onsubmit: (event) => {
    event.preventDefault();
    const chosen = clean(field.value);
    if (chosen && chosen !== standard) localStorage.setItem(setting, chosen);
    else localStorage.removeItem(setting);
    apply(output);
    element.close();
    say(`Changes are signed '${name()}'`);
  } },
  h("label", { class: "field" }, "Your name ", field),
  h("p", { class: "note", text: `Changes that you make in this browser are signed with it, and Undo takes back those of this name. Without one it is '${standard}'.` }),
  h("div", { class: "buttons" }, h("button", { type: "submit", id: "person-save" }, "Save name")));
  const element = dialog("Who reviews", form);
  element.id = "person-dialog";
  field.focus();
  field.select();
}
