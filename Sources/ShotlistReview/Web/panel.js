// The filters where there is no room for them beside the list: a panel over it.
import { byId } from "./dom.js";

const panel = byId("filters");
const button = byId("filters-toggle");

/** Whether the filters are a panel now; elsewhere they stand beside the list. */
const isPanel = () => getComputedStyle(button).display !== "none";
const isShown = () => button.getAttribute("aria-expanded") === "true";

function show(on) {
  panel.classList.toggle("shown", on);
  button.setAttribute("aria-expanded", String(on));
}

/** Shows the filters, where they are not seen, and goes to the first one. */
export function goToFilters() {
  if (isPanel()) show(true);
  (panel.querySelector("summary, input, button") ?? panel).focus();
}

/** Hides them; the focus goes back to what shows them. */
function leave() {
  show(false);
  button.focus();
}

export function startPanel() {
  panel.tabIndex = -1;
  button.addEventListener("click", () => (isShown() ? leave() : goToFilters()));
  // Before others hear of the key, which would close the window behind it.
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isShown()) return;
    event.preventDefault();
    leave();
  }, true);
  // It hides what is behind it, and so goes away with the focus.
  addEventListener("focusin", (event) => {
    if (isShown() && !panel.contains(event.target) && event.target !== button) show(false);
  });
  addEventListener("resize", () => {
    if (isShown() && !isPanel()) show(false);
  });
}
