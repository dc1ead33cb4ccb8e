// The buttons and fields of the page's head.
import { say } from "./announce.js";
import { byId, h } from "./dom.js";
import { mostSelected, one, orders, select, selection, set } from "./state.js";

/** Shows how the list is ordered and laid out. */
export function drawControls() {
  const isGrid = byId("rows").dataset.view === "grid";
  byId("view").setAttribute("aria-pressed", String(isGrid));
  byId("direction").setAttribute("aria-pressed", String(one("desc") === "1"));
  byId("sort").value = one("sort") || "source";
}

/** List or grid, also the next time. */
export function toggleView(list) {
  const view = byId("rows").dataset.view === "grid" ? "list" : "grid";
  localStorage.setItem("shotlist-view", view);
  list.view = view;
  drawControls();
}

/** Selects the windows in view or, where all are, none of them. */
export function selectShown(list, windows) {
  const { from, to } = list.range();
  const shots = [];
  for (let index = from; index <= to; index += 1) if (windows.at(index)) shots.push(windows.at(index));
  const isAll = shots.every((shot) => selection.has(shot.key));
  select(shots, !isAll);
  if (selection.size >= mostSelected) say(`No more than ${mostSelected} can be selected; a bulk change can be of all that are found`);
}

/** Lets buttons and fields do what `actions` has by their names; `leave` takes the focus out of the search. */
export function startControls(actions) {
  byId("sort").append(...orders.map(([value, text]) => h("option", { value, text })));
  byId("sort").addEventListener("change", (event) => set("sort", event.target.value === "source" ? "" : event.target.value));
  byId("direction").addEventListener("click", () => set("desc", one("desc") === "1" ? "" : "1"));
  for (const name of ["view", "undo", "bulk", "again", "help", "select"]) byId(name).addEventListener("click", () => actions[name]());
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    actions.leave();
  });
  let typing = 0;
  byId("q").addEventListener("input", (event) => {
    clearTimeout(typing);
    typing = setTimeout(() => set("q", event.target.value.trim(), false), 120);
  });
  byId("q").addEventListener("keydown", (event) => {
    if (event.key === "Escape") actions.leave();
  });
}
