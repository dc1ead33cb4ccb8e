// Elements from words. Text becomes text, never markup: a caption is whatever a model was brought to say.

/** Makes an element: attributes by name, `on...` listeners, `text`, and children that are elements or strings. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  assign(element, attributes);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  assign(element, attributes);
  element.append(...children.flat(Infinity));
  return element;
}

function assign(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** The element of an id of the page. */
export const byId = (id) => document.getElementById(id);

/** Puts an element where its index has it among others, so that the focus and screen readers go through them in order. */
export function insertByIndex(box, element) {
  const after = [...box.children].find((other) => Number(other.dataset.index) > Number(element.dataset.index));
  box.insertBefore(element, after ?? null);
}

/** Whether someone is writing, so that letters are no commands. */
export function isWriting(target) {
  return target instanceof Element && target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
}

/** Opens a dialog with a heading and a button that closes it; gives focus back when it closes. */
export function dialog(title, ...content) {
  const back = document.activeElement;
  const id = `dialog-${Math.random().toString(36).slice(2)}`;
  const element = h("dialog", { "aria-labelledby": id },
    h("div", { class: "dialog-head" },
      h("h2", { id, text: title }),
      h("button", { type: "button", "aria-label": "Close", onclick: () => element.close() }, "Close")),
    ...content);
  element.addEventListener("close", () => {
    element.remove();
    if (back instanceof HTMLElement && back.isConnected) back.focus({ preventScroll: true });
  });
  document.body.append(element);
  element.showModal();
  return element;
}
