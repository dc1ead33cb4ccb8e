// Keys are quicker than answers: which window is meant, and where letters go, while one is being opened.

let coming = null;
let isAhead = false;

/** Whether the window that is pointed at is not the one that is shown: it is not here yet, or could not be opened. */
export const isComing = () => isAhead;
/** Whether a window is being opened. */
export const isOnTheWay = () => coming !== null;

/** Waits for a window that is being opened; `opening` resolves to whether it is open, and so does this. */
export async function come(opening) {
  isAhead = true;
  coming = opening;
  const isOpen = await opening;
  if (coming !== opening) return false;
  coming = null;
  if (isOpen) isAhead = false;
  return isOpen;
}

/** Stays with what is shown. */
export function stay() {
  coming = null;
  isAhead = false;
}

/** Waits until the window that was gone to last is here. */
export async function arrived() {
  while (coming) await coming;
}

/** Keeps what is typed until there is a field for it; gives a function that ends it and returns the text. */
export function holdKeys() {
  let typed = "";
  const end = () => {
    removeEventListener("keydown", take, true);
    return typed;
  };
  function take(event) {
    // What asks meanwhile is answered, not written into a field.
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      typed = "";
      end();
      return;
    }
    if (event.key.length === 1) typed += event.key;
    if (event.key === "Backspace") typed = typed.slice(0, -1);
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  addEventListener("keydown", take, true);
  return end;
}

/** Puts text at the end of the field that has the focus. */
export function typeInto(field, text) {
  if (text && field?.setRangeText) field.setRangeText(text, field.value.length, field.value.length, "end");
}
