// Brings the parts together.
import { byId } from "./dom.js";
import { session } from "./api.js";
import { say, showCount, warn } from "./announce.js";
import { openBulk } from "./bulk.js";
import { drawControls, selectShown, startControls, toggleView } from "./controls.js";
import { closeDetail, editField, openDetail, openShot, renewDetail, togglePlayer } from "./detail.js";
import { forget, saveDrafts } from "./draft.js";
import { onShot, pressed, save, undo } from "./edit.js";
import { drawFilters } from "./filters.js";
import { openHelp, startKeys } from "./keys.js";
import { List } from "./list.js";
import { watch } from "./live.js";
import { goToFilters, startPanel } from "./panel.js";
import { arrived, come, holdKeys, isComing, isOnTheWay, stay, typeInto } from "./pending.js";
import { startPerson } from "./person.js";
import { drawPlots, startPlots } from "./plots.js";
import { openRerun } from "./rerun.js";
import { onQuery, onSelection, openKey, queryText, select, selection } from "./state.js";
import { startTheme } from "./theme.js";
import { Windows } from "./windows.js";
import { counted } from "./text.js";

const windows = new Windows();
const list = new List(windows, (index) => open(index, byId("rows").contains(document.activeElement)));
let output = "";
let timer = 0;
let shows = 0;

const current = () => windows.at(list.current);
/** What a key is about: the window that is open, or the one that was gone to while it is not here yet. */
const chosen = () => (isComing() ? current() : openShot() ?? current());

async function load() {
  try {
    drawControls();
    if (!(await windows.open(queryText()))) return;
    list.reset();
    // What was on its way was of the list before.
    shows += 1;
    stay();
    drawCount();
    await Promise.all([drawFilters(), drawPlots()]);
  } catch (error) {
    if (error.name !== "AbortError") list.reset();
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
    const found = await windows.refresh(from, to, () => list.current);
    if (found) {
      list.follow(found.place);
      drawCount(false);
      countLater();
      if (found.key && found.place === undefined) say("The window that was pointed at is not in this list any more");
    }
    await renewDetail();
  } catch (error) {
    warn(error);
  }
}

/** Shows how many windows are found; `isAsked` is false where they came by themselves. */
function drawCount(isAsked = true) {
  showCount(counted(windows.count, "window") + (selection.size > 0 ? `, ${selection.size} selected` : ""), isAsked);
}

/** Opens a window of the list. Who opens it by key goes into it; who moves on stays in the list. */
async function open(index, goesIn) {
  list.move(index, { focus: false });
  const isOpen = await come(show());
  const at = document.activeElement;
  if (isOpen && goesIn && (at === document.body || byId("rows").contains(at))) byId("detail").querySelector("h2")?.focus();
}

/** Shows the window that is pointed at; resolves to whether it is shown. What is written in the one before is saved first. */
async function show() {
  shows += 1;
  const mine = shows;
  const isSaved = await saveDrafts();
  if (mine !== shows) return false;
  if (!isSaved) {
    const place = windows.placeOf(openShot()?.key);
    if (place !== undefined) list.move(place);
    stay();
    return false;
  }
  const shot = current() ?? (await windows.when(list.current));
  return mine === shows && shot ? openDetail(shot.key, close) : false;
}

async function close() {
  shows += 1;
  const mine = shows;
  stay();
  if (!(await saveDrafts()) || mine !== shows) return;
  forget();
  closeDetail();
  list.focus();
}

/** Goes to another window, and shows it where one is open. */
function move(step) {
  list.move(list.current + step, { focus: true });
  if (openShot() || isOnTheWay()) open(list.current, false);
}

async function change(field, value, goesOn = false) {
  const shot = chosen();
  if (!shot) {
    if (windows.count > 0) say("Nothing is changed: the window is not here yet");
    return;
  }
  const saving = save(shot, field, value);
  if (goesOn) move(1);
  await saving;
}

const decide = (value, goesOn) => change("decision", goesOn ? value : pressed(chosen(), value), goesOn);

async function edit(field) {
  // Letters that come before the field are meant for it, and no commands.
  const release = openShot() && !isComing() ? () => "" : holdKeys();
  if (!isOnTheWay() && (isComing() || !openShot())) open(list.current, false);
  const wanted = isOnTheWay() || isComing() ? current()?.key : openShot()?.key;
  await arrived();
  const typed = release();
  // What was meant for a window that could not be opened goes into no other.
  if (isComing() || !openShot() || (wanted && openShot().key !== wanted)) return;
  editField(field);
  typeInto(document.activeElement, typed);
}

const commands = {
  next: () => move(list.columns), previous: () => move(-list.columns),
  right: () => move(1), left: () => move(-1),
  pageDown: () => move(list.page), pageUp: () => move(-list.page),
  first: () => move(-list.current), last: () => move(windows.count),
  open: () => open(list.current, true), close: () => (openShot() || isOnTheWay() ? close() : false),
  play: () => (openShot() ? togglePlayer() : open(list.current, true)),
  edit: () => edit("caption"), tags: () => edit("tags"), note: () => edit("note"),
  approve: () => decide("approved"), approveNext: () => decide("approved", true),
  reject: () => decide("rejected"), rejectNext: () => decide("rejected", true),
  rate: (key) => change("rating", Number(key)), unrate: () => change("rating", null),
  undo: () => undo().then(renew), select: () => current() && select([current()], !selection.has(current().key)),
  bulk: () => openBulk(windows.count, renew), again: () => openRerun(chosen(), output, windows.count),
  view: () => toggleView(list), search: () => byId("q").focus(), filters: goToFilters, help: openHelp,
};

async function start() {
  startTheme();
  startControls({
    undo: commands.undo, bulk: commands.bulk, again: commands.again, help: openHelp, view: commands.view,
    select: () => selectShown(list, windows), leave: () => list.focus(),
  });
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
    startPerson(found.person, found.output);
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
