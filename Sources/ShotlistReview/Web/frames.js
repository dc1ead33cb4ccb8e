// The frames that the model was shown: decoded by the review from the video, or where that is gone from the clip.
import { h } from "./dom.js";
import { frame } from "./api.js";
import { timecode } from "./text.js";

/** How many are asked for at once. */
const together = 2;
const sentences = {
  video: "These are frames of the video, as the model saw them, with their exact times.",
  clip: "These are frames of the clip's own file, which may be encoded anew: the video is not where the run read it, or is not as it was.",
};

/** The frames of a window, which are asked for when they are looked at; `seek` goes to a time in the video. */
export function frames(shot, seek) {
  const numbers = shot.framesShown ?? [];
  if (numbers.length === 0) {
    return { element: h("p", { class: "note", text: "The record does not say which frames the model was shown." }), stop() {} };
  }
  const abort = new AbortController();
  const pictures = numbers.map((number, index) => picture(number, shot.frameTimes?.[index] ?? shot.windowStart, seek));
  const note = h("p", { class: "note frames-of", role: "status" });
  let hasBegun = false;
  const element = h("details", { class: "frames", ontoggle: () => {
    if (!element.open || hasBegun) return;
    hasBegun = true;
    drawAll(shot, pictures, note, abort.signal).catch((error) => {
      if (!abort.signal.aborted) note.textContent = error.message;
    });
  } }, h("summary", { text: `Frames that the model saw (${numbers.length})` }), note,
  h("div", { class: "frame-row" }, pictures.map(({ button }) => button)));
  return { element, stop: () => abort.abort() };
}

/** A frame's place on the page. Until it is decoded its time is reckoned from the rate. */
function picture(number, near, seek) {
  let time = near;
  const canvas = h("canvas", { width: 160, height: 90, "aria-hidden": "true" });
  const shown = h("span", { class: "time" });
  const button = h("button", { type: "button", class: "frame", onclick: () => seek(time) },
    canvas, shown, h("span", { class: "quiet", text: `frame ${number}` }));
  const tell = (value) => {
    time = value;
    shown.textContent = timecode(value);
    button.setAttribute("aria-label", `Frame ${number} at ${timecode(value)}: show it`);
  };
  tell(near);
  return { canvas, button, tell };
}

async function drawAll(shot, pictures, note, signal) {
  const [of, doubts] = [new Set(), new Set()];
  let next = 0;
  const work = async () => {
    while (next < pictures.length) {
      const index = next;
      next += 1;
      const found = await frame(shot, index, signal);
      const image = await createImageBitmap(found.picture);
      if (signal.aborted) return;
      const { canvas, tell } = pictures[index];
      canvas.height = Math.max(1, Math.round((canvas.width * image.height) / image.width));
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      image.close();
      canvas.dataset.drawn = "true";
      canvas.dataset.of = found.of;
      if (Number.isFinite(found.time)) tell(found.time);
      of.add(found.of);
      if (found.doubt) doubts.add(`Whether the video is as the run read it is not known: ${found.doubt}`);
      const text = [...[...of].map((kind) => sentences[kind]).filter(Boolean), ...doubts].join(" ");
      if (note.textContent !== text) note.textContent = text;
    }
  };
  await Promise.all(Array.from({ length: together }, work));
}
