// A window's clip, playing at its place in the video, and the frames that the model was shown.
import { h } from "./dom.js";
import { clipPath } from "./api.js";
import { timecode } from "./text.js";

/** The player of a window; `stop()` ends what it does. */
export function player(shot) {
  if (!shot.hasClip) {
    return { element: h("p", { class: "note", text: "The output has no file of this clip." }), stop() {}, toggle() {}, seek() {} };
  }
  const start = Math.max(0, shot.windowStart - shot.clipStart);
  const end = shot.windowEnd - shot.clipStart;
  const video = h("video", {
    controls: true, preload: "metadata", playsinline: true, src: clipPath(shot), "aria-label": "Clip", tabindex: "0",
  });
  video.muted = true;
  const time = h("output", { class: "time", "aria-live": "off" });
  const loop = h("input", { type: "checkbox", checked: true });
  const tell = () => {
    time.textContent = `${timecode(shot.clipStart + video.currentTime)} in the video`;
  };
  video.addEventListener("loadedmetadata", () => {
    video.currentTime = start;
    tell();
  });
  video.addEventListener("timeupdate", () => {
    tell();
    if (loop.checked && !video.paused && video.currentTime >= end) video.currentTime = start;
  });
  // A window that ends with its clip comes to an end before its time is up.
  video.addEventListener("ended", () => {
    if (!loop.checked) return;
    video.currentTime = start;
    video.play().catch(() => {});
  });
  const failed = h("p", { class: "note", role: "alert" });
  video.addEventListener("error", () => {
    failed.textContent = "The clip cannot be played: it is missing, or the browser does not know its codec.";
  });
  return {
    element: h("div", { class: "player" }, video, h("div", { class: "line" }, time,
      h("label", { class: "inline" }, loop, " Repeat the window")), failed),
    stop() {
      video.pause();
      video.removeAttribute("src");
      video.load();
    },
    toggle() {
      if (video.paused) video.play().catch(() => {});
      else video.pause();
    },
    seek(seconds) {
      video.pause();
      video.currentTime = Math.max(0, seconds - shot.clipStart);
    },
  };
}

const event = (target, name, signal) => new Promise((done, fail) => {
  target.addEventListener(name, done, { once: true, signal });
  target.addEventListener("error", () => fail(new Error("The clip cannot be read.")), { once: true, signal });
  signal.addEventListener("abort", () => fail(signal.reason), { once: true });
});

/** When the clip's own file shows each frame. A frame's number is exact where its time in the video is rounded. */
function timesInClip(shot) {
  const [times, numbers] = [shot.frameTimes, shot.framesShown ?? []];
  const last = times.length - 1;
  const rate = last > 0 && numbers.length === times.length ? (numbers[last] - numbers[0]) / (times[last] - times[0]) : 0;
  const isKnown = Number.isFinite(rate) && rate > 0;
  return times.map((time, index) => Math.max(0, isKnown ? numbers[index] / rate : time - shot.clipStart));
}

/** The frames that the model was shown, drawn from the clip when they are asked for. */
export function frames(shot, play) {
  const times = shot.frameTimes ?? [];
  if (times.length === 0 || !shot.hasClip) {
    return { element: h("p", { class: "note", text: "The record does not say which frames the model was shown." }), stop() {} };
  }
  const abort = new AbortController();
  const inClip = timesInClip(shot);
  const pictures = times.map((time, index) => {
    const canvas = h("canvas", { width: 160, height: 90, "aria-hidden": "true" });
    const button = h("button", { type: "button", class: "frame", onclick: () => play.seek(time),
      "aria-label": `Frame ${shot.framesShown?.[index] ?? index} at ${timecode(time)}: show it` },
    canvas, h("span", { class: "time", text: timecode(time) }), h("span", { class: "quiet", text: `frame ${shot.framesShown?.[index] ?? ""}` }));
    return { canvas, button, time: inClip[index] };
  });
  let hasBegun = false;
  const element = h("details", { class: "frames", ontoggle: () => {
    if (!element.open || hasBegun) return;
    hasBegun = true;
    draw(shot, pictures, abort.signal).catch((error) => {
      if (!abort.signal.aborted) element.append(h("p", { class: "note", role: "alert", text: error.message }));
    });
  } }, h("summary", { text: `Frames that the model saw (${times.length})` }),
  h("div", { class: "frame-row" }, pictures.map(({ button }) => button)));
  return { element, stop: () => abort.abort() };
}

/** Seeks a player that nobody sees from one frame to the next, and draws each. */
async function draw(shot, pictures, signal) {
  const video = document.createElement("video");
  video.muted = true;
  video.preload = "auto";
  try {
    const ready = event(video, "loadeddata", signal);
    video.src = clipPath(shot);
    await ready;
    // Into the frame and not onto the border between two.
    const inside = shot.fps > 0 ? 0.25 / shot.fps : 0.005;
    for (const { canvas, time } of pictures) {
      const sought = event(video, "seeked", signal);
      video.currentTime = Math.min(time + inside, Math.max(0, video.duration - 0.001));
      await sought;
      canvas.height = Math.round((canvas.width * video.videoHeight) / Math.max(1, video.videoWidth));
      canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
      canvas.dataset.drawn = "true";
    }
  } finally {
    video.removeAttribute("src");
    video.load();
  }
}
