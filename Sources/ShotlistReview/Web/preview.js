// An animated preview, that stands still where motion is not wanted until someone points at it.
import { h } from "./dom.js";
import { previewPath } from "./api.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** A picture of a window. Its words are beside it, so it has no text of its own. */
export function preview(shot) {
  if (!shot.hasPreview) {
    return h("div", { class: "preview none" }, h("span", { text: shot.previewReason ? "Preview failed" : "Preview missing" }));
  }
  const image = h("img", { class: "moving", alt: "", loading: "lazy", decoding: "async", src: previewPath(shot) });
  const frame = h("canvas", { class: "first", "aria-hidden": "true" });
  const box = h("div", { class: "preview" }, image);
  image.addEventListener("error", () => {
    box.classList.add("none");
    box.replaceChildren(h("span", { text: "Preview missing" }));
  });
  image.addEventListener("load", () => {
    if (!still.matches) return;
    // Drawing an animated picture draws its first frame.
    frame.width = image.naturalWidth;
    frame.height = image.naturalHeight;
    frame.getContext("2d").drawImage(image, 0, 0);
    box.append(frame);
    box.classList.add("still");
  });
  return box;
}
