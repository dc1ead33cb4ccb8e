// A window's clip, playing at its place in the video.
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
