// Everything by keyboard; `?` shows the keys.
import { dialog, h, isWriting } from "./dom.js";

/** Keys by what they do: name, keys, sentence. */
export const table = [
  ["next", ["j", "ArrowDown"], "Next window"], ["previous", ["k", "ArrowUp"], "Previous window"],
  ["right", ["ArrowRight"], "Next window in the grid"], ["left", ["ArrowLeft"], "Previous window in the grid"],
  ["pageDown", ["PageDown"], "A page down"], ["pageUp", ["PageUp"], "A page up"],
  ["first", ["Home"], "First window"], ["last", ["End"], "Last window"],
  ["open", ["Enter", "o"], "Open the window"], ["close", ["Escape"], "Close what is open"],
  ["play", [" ", "p"], "Play or stop the clip"],
  ["edit", ["e"], "Edit the caption (Ctrl+Enter saves, Escape leaves it)"],
  ["approve", ["a"], "Approve; again takes it back"], ["approveNext", ["A"], "Approve and go on to the next"],
  ["reject", ["r"], "Reject; again takes it back"], ["rejectNext", ["R"], "Reject and go on to the next"],
  ["rate", ["1", "2", "3", "4", "5"], "Rate"], ["unrate", ["0"], "Take the rating away"],
  ["tags", ["t"], "Tags"], ["note", ["n"], "Note"], ["undo", ["u"], "Undo your last change"],
  ["select", ["x"], "Select the window, or not"], ["bulk", ["b"], "Bulk change"], ["again", ["m"], "Ask the model again"],
  ["view", ["g"], "List or grid"], ["search", ["/"], "Search"], ["filters", ["f"], "Filters"], ["help", ["?"], "This list"],
];

const names = { " ": "Space", ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc" };
const setting = "shotlist-keys";
/** Keys of one letter can be turned off: who speaks to the machine would press them by talking. */
const isOn = () => localStorage.getItem(setting) !== "off";

/** Calls what a key stands for. */
export function startKeys(commands) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]") || isWriting(event.target)) return;
    if (event.key.length === 1 && event.key !== " " && !isOn()) return;
    // What has the focus knows its own keys.
    const isControl = event.target.closest?.("button, a, summary, video, [role=button], input, select");
    const isOpener = event.target.closest?.("button.open");
    if ((event.key === "Enter" || event.key === " ") && isControl && !(isOpener && event.key === " ")) return;
    if (event.key.startsWith("Arrow") && event.target.closest?.("video, input")) return;
    // Parts that scroll do so by these keys while the focus is in them.
    if (/^(Arrow|Page|Home$|End$)/.test(event.key) && event.target.closest?.("#detail, #filters, #plots")) return;
    const found = table.find(([, keys]) => keys.includes(event.key));
    if (!found || !commands[found[0]]) return;
    if (commands[found[0]](event.key) === false) return;
    event.preventDefault();
  });
}

export function openHelp() {
  const box = h("input", { type: "checkbox", checked: isOn(), onchange: () => localStorage.setItem(setting, box.checked ? "on" : "off") });
  const element = dialog("Keys",
    h("table", { class: "keys" }, h("thead", {}, h("tr", {}, h("th", { scope: "col", text: "Key" }), h("th", { scope: "col", text: "What it does" }))),
      h("tbody", {}, table.map(([, keys, sentence]) => h("tr", {},
        h("th", { scope: "row" }, keys.map((key) => h("kbd", { text: names[key] ?? key }))), h("td", { text: sentence }))))),
    h("label", { class: "inline" }, box, " Keys of one letter"));
  element.id = "help-dialog";
}
