// What just happened, for those who see it and for those who hear it.
import { byId } from "./dom.js";

let timer = 0;

/** Says that something was done. */
export function say(text) {
  const place = byId("said");
  // The same words twice are two things that happened.
  place.textContent = place.textContent === text ? `${text}\u00a0` : text;
  flash(text, "done");
}

/**
 * Shows how many windows there are. They are told of it who do not see it, when they asked for it: what a run adds every few
 * seconds is shown alone.
 */
export function showCount(text, isAsked) {
  const place = byId("count");
  place.setAttribute("aria-live", isAsked ? "polite" : "off");
  if (isAsked || place.textContent !== text) place.textContent = text;
}

/** Says that something failed. */
export function warn(error) {
  if (error?.name === "AbortError") return;
  flash(error instanceof Error ? error.message : String(error), "failed");
}

function flash(text, kind) {
  const place = byId("alert");
  place.dataset.kind = kind;
  // What was done is told by the polite region; here it is for the eyes alone.
  place.setAttribute("role", kind === "done" ? "presentation" : "alert");
  place.setAttribute("aria-hidden", String(kind === "done"));
  place.textContent = text;
  place.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => {
    place.classList.remove("shown");
    place.textContent = "";
  }, kind === "done" ? 4000 : 12000);
}
