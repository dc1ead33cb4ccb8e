// The set in pictures: bars, each of which is a filter.
import { byId, h, svg } from "./dom.js";
import { api } from "./api.js";
import { warn } from "./announce.js";
import { one, queryText, set } from "./state.js";
import { counted, number } from "./text.js";

const [width, height] = [280, 90];
let round = 0;

/** Asks for the numbers of what is found and draws them; nothing while the plots are closed. */
export async function drawPlots() {
  const box = byId("plots");
  if (box.hidden) return;
  round += 1;
  const mine = round;
  try {
    const { plots } = await api.statistics(queryText());
    if (mine !== round) return;
    const focused = document.activeElement?.closest?.("#plots [id]")?.id;
    box.replaceChildren(...plots.filter((plot) => plot.bars.length > 0).map(figure));
    if (focused) byId(focused)?.focus();
  } catch (error) {
    warn(error);
  }
}

export function startPlots() {
  const button = byId("plots-toggle");
  button.addEventListener("click", () => {
    const box = byId("plots");
    box.hidden = !box.hidden;
    button.setAttribute("aria-expanded", String(!box.hidden));
    drawPlots();
  });
}

function figure(plot) {
  const most = Math.max(...plot.bars.map((bar) => bar.count), 1e-9);
  const step = width / plot.bars.length;
  const id = `plot-${Math.random().toString(36).slice(2)}`;
  const bars = plot.bars.map((bar, index) => {
    const tall = bar.count > 0 ? Math.max(2, (bar.count / most) * (height - 4)) : 0;
    return shape(plot, bar, { x: index * step + 0.5, width: Math.max(1, step - 1), y: height - tall, height: tall });
  });
  const [first, last] = [plot.bars[0].label, plot.bars.at(-1).label];
  return h("figure", { class: "plot", "aria-labelledby": id },
    h("figcaption", { id }, h("b", { text: plot.title }), " ", h("span", { class: "quiet", text: [plot.unit, plot.note].filter(Boolean).join(", ") })),
    svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-labelledby": id },
      svg("line", { class: "axis", x1: 0, x2: width, y1: height - 0.5, y2: height - 0.5 }), bars),
    h("div", { class: "ends quiet", "aria-hidden": "true" }, h("span", { text: first }), h("span", { text: last })));
}

function shape(plot, bar, box) {
  const name = plot.filter === null || plot.filter === undefined ? "" : plot.filter;
  const said = name
    ? `${bar.label} ${plot.unit}: ${counted(bar.count, "window")}`
    : `${bar.label}: ${number(Math.round(bar.count * 100) / 100)} ${plot.unit}`;
  const title = svg("title", { text: said });
  const rect = svg("rect", { class: "bar", ...box });
  if (!name || !bar.value) return svg("g", {}, title, rect);
  const isSet = one(name) === bar.value;
  const choose = () => set(name, isSet ? "" : bar.value);
  // As tall as the plot, so that a low bar can be hit.
  const room = svg("rect", { class: "room", x: box.x, width: box.width, y: 0, height });
  return svg("g", {
    class: `choose${isSet ? " chosen" : ""}`, id: `bar-${name}-${encodeURIComponent(bar.value)}`, role: "button", tabindex: bar.count > 0 ? 0 : -1, "aria-pressed": String(isSet),
    "aria-label": said, onclick: choose,
    onkeydown: (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose();
    },
  }, title, room, rect);
}
