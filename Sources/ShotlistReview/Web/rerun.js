// Asking the model again about some windows: the whole command is shown first, then the review starts it.
import { dialog, h } from "./dom.js";
import { api } from "./api.js";
import { say, warn } from "./announce.js";
import { queryText, selection } from "./state.js";
import { counted, number, quoted } from "./text.js";

const mostVideos = 20;
let isOpening = false;

/** The commands for whole videos, where the ledger does not know how the output was made. */
export function commands(shots, prompt, output) {
  const videos = [...new Map(shots.map((shot) => [shot.source, shot])).values()];
  return videos.slice(0, mostVideos).map((shot) => [
    "shotlist", "run", "--video-dir", quoted(shot.source), "--output-path", quoted(output), "--generate-captions",
    ...(shot.variant ? ["--captioning-algorithm", quoted(shot.variant)] : []),
    "--captioning-prompt-text", quoted(prompt), "--on-existing", "append",
  ].join(" "));
}

/** The prompt that a window was asked with, where the ledger knows it. */
async function promptOf(shot) {
  if (!shot) return "";
  if (shot.prompt) return shot.prompt;
  try {
    return (await api.detail(shot.key)).window.prompt ?? "";
  } catch {
    return "";
  }
}

async function copy(place, text) {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied");
  } catch {
    getSelection()?.selectAllChildren(place);
    warn("The browser does not let it be copied; it is selected now.");
  }
}

/** Opens the dialog for what is selected, the window that is open or current, or all that are found. */
export async function openRerun(shot, output, found = 0) {
  const shots = selection.size > 0 ? [...selection.values()] : shot ? [shot] : [];
  if (shots.length === 0 && found === 0) {
    warn("Select windows first, or open one.");
    return;
  }
  if (isOpening) return;
  isOpening = true;
  const first = await promptOf(shots[0]);
  isOpening = false;
  const option = (value, text) => h("option", { value, text });
  const target = h("select", { id: "again-target" },
    shots.length > 0 ? option("keys", counted(shots.length, selection.size > 0 ? "selected window" : "window")) : null,
    found > 0 ? option("all", `all ${number(found)} that are found`) : null);
  const prompt = h("textarea", { rows: 4, id: "again-prompt", dir: "auto", maxlength: "10000", value: first });
  const place = h("pre", { id: "again-command", role: "group", tabindex: "0", "aria-label": "Command" });
  const note = h("p", { id: "again-note", class: "note", "aria-live": "polite" });
  const start = h("button", { type: "button", id: "again-start", disabled: true }, "Start");
  const cancel = h("button", { type: "button", id: "again-cancel", hidden: true }, "Cancel the run");
  const copying = h("button", { type: "button", id: "again-copy" }, "Copy");
  const progress = h("p", { id: "again-progress", role: "status" });
  let shown = null;
  let isGoing = false;
  let isWatched = false;
  let asked = 0;
  let timer = 0;

  const body = () => ({
    ...(target.value === "all" ? { query: queryText() } : { keys: shots.map(({ key }) => key) }),
    prompt: prompt.value,
  });
  const seen = () => ({ ...body(), name: shown.name, command: shown.command, count: shown.count });
  const drawStart = () => {
    start.disabled = isGoing || !shown?.command || Boolean(shown.reason) || shown.count === 0;
  };
  const forget = () => {
    shown = null;
    drawStart();
  };
  const look = async () => {
    asked += 1;
    const own = asked;
    forget();
    if (!prompt.value.trim()) {
      place.textContent = "";
      note.textContent = "Write what the model is to be asked.";
      return;
    }
    try {
      const answer = await api.againPreview(body());
      if (own !== asked) return;
      shown = answer;
      place.textContent = answer.command ?? commands(shots, prompt.value, output).join("\n");
      start.textContent = `Ask about ${counted(answer.count, "window")}`;
      note.textContent = !answer.command
        ? `${answer.reason} Run this in the folder in which the first run was started, with the options for clips and windows `
          + "that it had. A video is asked about as a whole then."
        : answer.reason ? `${answer.reason} Copy the command into a terminal.` : "";
    } catch (error) {
      if (own === asked) note.textContent = error.message;
    }
    drawStart();
  };
  const lookLater = () => {
    asked += 1;
    forget();
    clearTimeout(timer);
    timer = setTimeout(look, 300);
  };
  const draw = (run) => {
    isGoing = Boolean(run?.isRunning);
    cancel.hidden = !isGoing;
    cancel.disabled = Boolean(run?.isStopping);
    if (run) progress.textContent = words(run);
    drawStart();
  };
  const watch = async () => {
    if (!element.isConnected) {
      isWatched = false;
      return;
    }
    isWatched = true;
    try {
      draw((await api.again()).run);
    } catch (error) {
      progress.textContent = error.message;
    }
    if (isGoing) setTimeout(watch, 1000);
    else isWatched = false;
  };
  const act = async (work) => {
    try {
      draw((await work()).run);
      if (!isWatched) watch();
    } catch (error) {
      note.textContent = error.message;
      drawStart();
    }
  };
  start.addEventListener("click", () => {
    if (!shown) return;
    start.disabled = true;
    act(() => api.againStart(seen())).then(() => {
      // The next one has files of its own.
      if (isGoing) look();
    });
  });
  cancel.addEventListener("click", () => act(api.againCancel));
  copying.addEventListener("click", async () => {
    try {
      // The command names a file, which a terminal is to find.
      if (shown?.command) await api.againList(seen());
      await copy(place, place.textContent);
    } catch (error) {
      note.textContent = error.message;
    }
  });
  prompt.addEventListener("input", lookLater);
  target.addEventListener("change", look);

  const element = dialog("Ask the model again",
    h("p", { text: "Only these windows are asked about, with the options of the last run. Earlier captions stay in the history, "
      + "what people wrote stays as it is, and later runs keep the new captions." }),
    h("label", { class: "field" }, "Ask about ", target),
    h("label", { for: "again-prompt", text: "Prompt" }), prompt, place, note,
    h("div", { class: "buttons" }, start, cancel, copying), progress);
  element.id = "again-dialog";
  prompt.focus();
  await look();
  watch();
}

/** How far a run is, in a sentence. */
function words(run) {
  const line = run.line ? ` ${run.line}` : "";
  if (run.isRunning) return `${run.isStopping ? "The run stops." : `${counted(run.windows, "window")} are asked about.`}${line}`;
  const ending = run.code === 0 ? "Done." : run.code === 130 || (run.isStopping && run.code > 128) ? "Cancelled; what was finished is kept."
    : run.code === 2 ? "Done, but something failed." : `The run failed (code ${run.code}).`;
  return `${ending}${line}${run.code === 0 ? "" : ` All that it said is in ${run.log}.`}`;
}
