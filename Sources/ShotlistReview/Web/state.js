// What is looked at: filters and order, kept in the address, so that a link or a reload shows the same.

/** Filters that may have several values, and those that have one. */
export const several = ["status", "flag", "model", "decision", "tag", "word", "source"];
export const single = [
  "q", "rating", "length", "words", "duration", "cliplength", "tokens", "seconds", "written", "resolution", "edited", "preview",
  "flagged",
];

export const orders = [
  ["source", "Video"], ["changed", "Last changed"], ["length", "Caption length"], ["tokens", "Tokens"],
  ["seconds", "Time per window"], ["rating", "Rating"],
];

const listeners = new Set();
let params = new URLSearchParams(location.search);

/** Called whenever filters or order change. */
export const onQuery = (listener) => listeners.add(listener);

export const all = (name) => params.getAll(name);
export const one = (name) => params.get(name) ?? "";

/** The query as the server takes it. */
export function queryText() {
  const found = new URLSearchParams();
  for (const name of [...single, ...several, "sort", "desc"]) {
    for (const value of params.getAll(name)) if (value) found.append(name, value);
  }
  return found.toString().replaceAll("+", "%20");
}

function commit(next, push) {
  next.delete("token");
  params = next;
  const text = next.toString();
  const address = `${location.pathname}${text ? `?${text}` : ""}${location.hash}`;
  if (push) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  for (const listener of listeners) listener();
}

/** Sets a value, or takes it away where it is empty. */
export function set(name, value, push = true) {
  const next = new URLSearchParams(params);
  if (value) next.set(name, value);
  else next.delete(name);
  commit(next, push);
}

/** Sets one of several values, or takes it away. */
export function toggle(name, value, on) {
  const next = new URLSearchParams(params);
  const values = next.getAll(name).filter((other) => other !== value);
  next.delete(name);
  for (const other of on ? [...values, value] : values) next.append(name, other);
  commit(next, true);
}

/** Whether a filter has a value. */
export const isSet = (name, value) => params.getAll(name).includes(value);

/** Sets a filter's value, beside the others where it may have several, or takes it away. */
export const choose = (name, value, on) => (several.includes(name) ? toggle(name, value, on) : set(name, on ? value : ""));

/** Takes all filters away, and keeps the order. */
export function clear() {
  const next = new URLSearchParams(params);
  for (const name of [...single, ...several]) next.delete(name);
  commit(next, true);
}

/** The window that is open, as the address has it. */
export const openKey = () => /^#w=([0-9a-f-]{36}\/\d+_\d+)$/i.exec(location.hash)?.[1] ?? null;

export function setOpenKey(key) {
  const address = `${location.pathname}${location.search}${key ? `#w=${key}` : ""}`;
  history.replaceState(null, "", address);
}

addEventListener("popstate", () => {
  params = new URLSearchParams(location.search);
  for (const listener of listeners) listener();
});

/** Windows that are selected for a bulk change, by key. */
export const selection = new Map();
const selectionListeners = new Set();
export const mostSelected = 500;
export const onSelection = (listener) => selectionListeners.add(listener);

export function select(shots, on) {
  for (const shot of shots) {
    if (!on) selection.delete(shot.key);
    else if (selection.size < mostSelected) selection.set(shot.key, shot);
  }
  for (const listener of selectionListeners) listener();
}
