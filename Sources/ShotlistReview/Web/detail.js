// One window: its clip, what the model saw and said, and what people make of it.
import { byId, h } from "./dom.js";
import { api } from "./api.js";
import { warn } from "./announce.js";
import { marks } from "./card.js";
import { follow, saveDrafts } from "./draft.js";
import { onShot, tell } from "./edit.js";
import { decisions, editor } from "./editor.js";
import { frames } from "./frames.js";
import { historyView } from "./history.js";
import { player } from "./player.js";
import { setOpenKey } from "./state.js";
import { editedBy, fileName, named, place } from "./text.js";
import { alike } from "./windows.js";

let shown = null;
let round = 0;
const box = byId("detail");

/** The window that is open; null without one. */
export const openShot = () => shown?.shot ?? null;

/** Opens a window by its key; resolves to whether it is open now. */
export async function openDetail(key, close) {
  round += 1;
  const mine = round;
  try {
    const { window: shot, history, problem } = await api.detail(key);
    // Someone may have written on while this one was on its way.
    if (mine !== round || !(await saveDrafts()) || mine !== round) return false;
    stop();
    draw(shot, history, problem, close);
    setOpenKey(key);
    return true;
  } catch (error) {
    warn(error);
    return false;
  }
}

/** Asks again for the window that is open, and shows what is new; what someone writes stays. */
export async function renewDetail() {
  const before = openShot();
  if (!before) return;
  try {
    const { window: shot } = await api.detail(before.key);
    const now = openShot();
    if (now?.key !== shot.key || shot.version < now.version) return;
    if (!alike(shot, now)) tell(shot);
  } catch (error) {
    // A window whose record is gone stays on the screen as it was.
    if (error.status !== 404) throw error;
  }
}

/** Closes it. */
export function closeDetail() {
  round += 1;
  stop();
  shown = null;
  box.hidden = true;
  box.replaceChildren();
  setOpenKey(null);
}

/** Plays or stops the clip. */
export const togglePlayer = () => shown?.player.toggle();

/** Puts the cursor into a field: `caption`, `tags` or `note`. */
export function editField(name) {
  const field = box.querySelector(`[data-field="${name}"]`);
  field?.focus();
  if (name === "caption") field?.setSelectionRange(field.value.length, field.value.length);
}

function stop() {
  shown?.player.stop();
  shown?.frames.stop();
}

function draw(shot, history, problem, close) {
  const play = player(shot);
  const pictures = frames(shot, play.seek);
  const mark = h("div", {}, marks(shot));
  const past = h("details", { class: "past" }, h("summary", { text: "History and differences" }), historyView(shot, history));
  shown = { shot, player: play, frames: pictures, mark, past };
  box.hidden = false;
  box.replaceChildren(
    h("div", { class: "detail-head" },
      h("h2", { tabindex: "-1" }, h("span", { class: "time", text: place(shot) })),
      h("button", { type: "button", id: "close-detail", onclick: close }, "Close")),
    h("p", { class: "file", dir: "auto", text: shot.path }),
    ...(problem ? [h("p", { text: `Its prompt, settings and history may not be whole: ${problem}` })] : []),
    play.element, pictures.element, mark, editor(shot, () => shown?.shot), decisions(shot, () => shown.shot), words(shot),
    h("details", {}, h("summary", { text: "Prompt and settings" }), facts(shot)), past);
  box.scrollTop = 0;
}

function words(shot) {
  return h("div", { class: "said" }, h("h3", { text: "What the model said" }),
    shot.captions.length === 0 ? h("p", { text: shot.reasonText ?? "Nothing." }) : null,
    shot.captions.map(({ name, text }) => h("p", { class: "other", dir: "auto" }, h("b", { text: `${name} ` }), text)));
}

function facts(shot) {
  const rows = [
    ["Video", shot.source], ["Model", [shot.model, shot.modelRevision].filter(Boolean).join(", ")], ["Variant", shot.variant],
    ["Status", [named(shot.status), shot.reason, shot.reasonText].filter(Boolean).join(": ")],
    ["Frames", `${shot.frames} of ${shot.width}x${shot.height} at ${Math.round(shot.fps * 1000) / 1000} a second`],
    ["Tokens", shot.outputTokens == null ? "" : `${shot.promptTokens} asked, ${shot.outputTokens} answered`],
    ["Seconds", shot.seconds == null ? "" : String(Math.round(shot.seconds * 100) / 100)],
    ["Last changed by", shot.review.by ?? ""], ["Window", fileName(shot.key)],
  ].filter(([, value]) => value);
  return [h("dl", {}, rows.map(([name, value]) => [h("dt", { text: name }), h("dd", { dir: "auto", text: value })])),
    h("h3", { text: "Prompt" }), h("pre", { text: shot.prompt ?? "Not known." }),
    h("h3", { text: "Settings" }), h("pre", { text: shot.settings ?? "Not known." })];
}

/** What is on the screen after a change, without what someone is just writing. */
onShot((shot) => {
  if (shown?.shot.key !== shot.key) return;
  const said = shown.shot.captions;
  shown.shot = { ...shown.shot, ...Object.fromEntries(Object.entries(shot).filter(([, value]) => value !== undefined)) };
  shown.shot.caption = shot.caption;
  follow(shown.shot);
  byId("edited-by").textContent = editedBy(shot);
  if (!alike(shown.shot.captions, said)) box.querySelector(".said").replaceWith(words(shown.shot));
  shown.mark.replaceChildren(marks(shot));
  for (const button of box.querySelectorAll("[data-decision]")) {
    button.setAttribute("aria-pressed", String(button.dataset.decision === shot.review.decision));
  }
  for (const button of box.querySelectorAll("[data-rating]")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.rating) === shot.review.rating));
  }
  api.detail(shot.key).then(({ window: whole, history }) => {
    if (shown?.shot.key !== shot.key) return;
    const summary = shown.past.querySelector("summary");
    shown.past.replaceChildren(summary, ...historyView(whole, history).filter(Boolean));
  }).catch(warn);
});
