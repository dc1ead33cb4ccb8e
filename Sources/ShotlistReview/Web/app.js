// Brings the parts together.
import { byId, h } from "./dom.js";
import { session } from "./api.js";
import { warn, say } from "./announce.js";
import { openBulk } from "./bulk.js";
import { closeDetail, editField, openDetail, openShot, togglePlayer } from "./detail.js";
import { onShot, save, undo } from "./edit.js";
import { drawFilters } from "./filters.js";
import { openHelp, startKeys } from "./keys.js";
import { List } from "./list.js";
import { watch } from "./live.js";
import { goToFilters, startPanel } from "./panel.js";
import { drawPlots, startPlots } from "./plots.js";
import { openRerun } from "./rerun.js";
import { mostSelected, onQuery, onSelection, one, openKey, orders, queryText, select, selection, set } from "./state.js";
import { startTheme } from "./theme.js";
import { Windows } from "./windows.js";
import { counted } from "./text.js";

const windows = new Windows();
const list = new List(windows, (index) => open(index));
let output = "";
let timer = 0;

const current = () => windows.at(list.current);
const chosen = () => openShot() ?? current();

async function load() {
  try {
    drawControls();
    if (!(await windows.open(queryText()))) return;
    list.reset();
    drawCount();
    await Promise.all([drawFilters(), drawPlots()]);
  } catch (error) {
    byId("count").textContent = "The list cannot be shown.";
    warn(error);
  }
}

/** Counts anew, once what is being done is done. */
function countLater() {
  clearTimeout(timer);
  timer = setTimeout(() => Promise.all([drawFilters(), drawPlots()]), 400);
}

/** Shows what is new without moving what is looked at. */
async function renew() {
  try {
    const { from, to } = list.range();
    await windows.refresh(from, to);
    drawCount();
    countLater();
  } catch (error) {
    warn(error);
  }
}

function drawCount() {
  const text = counted(windows.count, "window") + (selection.size > 0 ? `, ${selection.size} selected` : "");
  byId("count").textContent = text;
}

async function open(index) {
  list.move(index, { focus: false });
  const shot = windows.at(index);
  if (shot) await openDetail(shot.key, close);
}

function close() {
  closeDetail();
  list.focus();
}

/** Goes to another window, and shows it where one is open. */
function move(step) {
  list.move(list.current + step, { focus: true });
  if (openShot()) open(list.current);
}

async function change(field, value, goesOn = false) {
  const shot = chosen();
  if (!shot) return;
  if (goesOn) move(1);
  await save(shot, field, value);
}

const decide = (value, goesOn) => {
  const now = chosen()?.review.decision;
  return change("decision", now === value && !goesOn ? "none" : value, goesOn);
};

async function edit(field) {
  if (!openShot()) await open(list.current);
  editField(field);
}

function toggleView() {
  const view = byId("rows").dataset.view === "grid" ? "list" : "grid";
  localStorage.setItem("shotlist-view", view);
  list.view = view;
  drawControls();
}

function drawControls() {
  const isGrid = byId("rows").dataset.view === "grid";
  byId("view").setAttribute("aria-pressed", String(isGrid));
  byId("direction").setAttribute("aria-pressed", String(one("desc") === "1"));
  byId("sort").value = one("sort") || "source";
}

function selectShown() {
  const { from, to } = list.range();
  const shots = [];
  for (let index = from; index <= to; index += 1) if (windows.at(index)) shots.push(windows.at(index));
  const isAll = shots.every((shot) => selection.has(shot.key));
  select(shots, !isAll);
  if (selection.size >= mostSelected) say(`No more than ${mostSelected} can be selected; a bulk change can be of all that are found`);
}

function startControls() {
  byId("sort").append(...orders.map(([value, text]) => h("option", { value, text })));
  byId("sort").addEventListener("change", (event) => set("sort", event.target.value === "source" ? "" : event.target.value));
  byId("direction").addEventListener("click", () => set("desc", one("desc") === "1" ? "" : "1"));
  byId("view").addEventListener("click", toggleView);
  byId("undo").addEventListener("click", () => undo().then(renew));
  byId("bulk").addEventListener("click", () => openBulk(windows.count, renew));
  byId("again").addEventListener("click", () => openRerun(chosen(), output));
  byId("help").addEventListener("click", openHelp);
  byId("select").addEventListener("click", selectShown);
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    list.focus();
  });
  let typing = 0;
  byId("q").addEventListener("input", (event) => {
    clearTimeout(typing);
    typing = setTimeout(() => set("q", event.target.value.trim(), false), 120);
  });
  byId("q").addEventListener("keydown", (event) => {
    if (event.key === "Escape") list.focus();
  });
}

const commands = {
  next: () => move(list.columns), previous: () => move(-list.columns),
  right: () => move(1), left: () => move(-1),
  pageDown: () => move(list.range().to - list.range().from - list.columns), pageUp: () => move(list.range().from - list.range().to + list.columns),
  first: () => move(-list.current), last: () => move(windows.count),
  open: () => open(list.current), close: () => (openShot() ? close() : false), play: togglePlayer,
  edit: () => edit("caption"), tags: () => edit("tags"), note: () => edit("note"),
  approve: () => decide("approved"), approveNext: () => decide("approved", true),
  reject: () => decide("rejected"), rejectNext: () => decide("rejected", true),
  rate: (key) => change("rating", Number(key)), unrate: () => change("rating", null),
  undo: () => undo().then(renew), select: () => current() && select([current()], !selection.has(current().key)),
  bulk: () => openBulk(windows.count, renew), again: () => openRerun(chosen(), output),
  view: toggleView, search: () => byId("q").focus(), filters: goToFilters, help: openHelp,
};

async function start() {
  startTheme();
  startControls();
  startPlots();
  startPanel();
  startKeys(commands);
  list.view = localStorage.getItem("shotlist-view") === "grid" ? "grid" : "list";
  onQuery(load);
  onShot((shot) => {
    windows.take(shot);
    countLater();
  });
  onSelection(() => {
    list.mark(selection);
    drawCount();
  });
  try {
    const found = await session();
    output = found.path;
    byId("output").textContent = `${found.output}, reviewed by ${found.person}`;
    document.title = `${found.output}: Shotlist review`;
  } catch (error) {
    byId("count").textContent = error.message;
    return;
  }
  await load();
  const key = openKey();
  if (key) openDetail(key, close);
  watch(renew);
}

start();
