// Asking the model again: the command for it, to be run in a terminal. The review itself starts no models.
import { dialog, h } from "./dom.js";
import { say, warn } from "./announce.js";
import { selection } from "./state.js";
import { quoted } from "./text.js";

const mostVideos = 20;

/** The commands for some windows, one for each of their videos. */
export function commands(shots, prompt, output) {
  const videos = [...new Map(shots.map((shot) => [shot.source, shot])).values()];
  return videos.slice(0, mostVideos).map((shot) => [
    "shotlist", "run", "--video-dir", quoted(shot.source), "--output-path", quoted(output), "--generate-captions",
    ...(shot.variant ? ["--captioning-algorithm", quoted(shot.variant)] : []),
    "--captioning-prompt-text", quoted(prompt), "--on-existing", "append",
  ].join(" "));
}

export function openRerun(shot, output) {
  const shots = selection.size > 0 ? [...selection.values()] : shot ? [shot] : [];
  if (shots.length === 0) {
    warn("Select windows first, or open one.");
    return;
  }
  const prompt = h("textarea", { rows: 4, id: "again-prompt", dir: "auto", value: shot?.prompt ?? "" });
  const place = h("pre", { id: "again-command", tabindex: "0", "aria-label": "Command" });
  const draw = () => {
    place.textContent = commands(shots, prompt.value || "YOUR PROMPT", output).join("\n");
  };
  prompt.addEventListener("input", draw);
  draw();
  dialog("Ask the model again",
    h("p", { text: "Run this in the folder in which the first run was started, with the options for clips and windows that it had. "
      + "A video is asked again as a whole: its other windows, too. Earlier captions stay in the history, "
      + "and what people edited stays as it is." }),
    h("label", { for: "again-prompt", text: "Prompt" }), prompt, place,
    h("div", { class: "buttons" }, h("button", { type: "button", onclick: async () => {
      try {
        await navigator.clipboard.writeText(place.textContent);
        say("Copied");
      } catch {
        getSelection()?.selectAllChildren(place);
        warn("The browser does not let it be copied; it is selected now.");
      }
    } }, "Copy")));
}
