// The set in pictures: bars, each of which is a filter.
import { byId, h, svg } from "./dom.js";
import { api } from "./api.js";
import { warn } from "./announce.js";
import { choose, isSet, queryText } from "./state.js";
import { counted, named } from "./text.js";

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
    if (mine === round) draw(box, plots.filter((plot) => plot.bars.length > 0));
  } catch (error) {
    warn(error);
  }
}

function draw(box, plots) {
  const { filter, value } = document.activeElement?.closest?.("#plots [data-filter]")?.dataset ?? {};
  box.replaceChildren(...plots.map(figure));
  if (!filter) return;
  // Whoever chose a bar by keyboard stays at it, or where its plot is drawn with other bars, at its plot.
  const bars = [...box.querySelectorAll("[data-filter]")].filter((bar) => bar.dataset.filter === filter);
  const again = bars.find((bar) => bar.dataset.value === value) ?? bars.find((bar) => bar.tabIndex === 0) ?? byId("plots-toggle");
  again.focus({ preventScroll: true });
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
  const [first, last] = [labelOf(plot, plot.bars[0]), labelOf(plot, plot.bars.at(-1))];
  return h("figure", { class: "plot", "aria-labelledby": id },
    h("figcaption", { id }, h("b", { text: plot.title }), " ", h("span", { class: "quiet", text: [plot.unit, plot.note].filter(Boolean).join(", ") })),
    svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-labelledby": id },
      svg("line", { class: "axis", x1: 0, x2: width, y1: height - 0.5, y2: height - 0.5 }), bars),
    h("div", { class: "ends quiet", "aria-hidden": "true" }, h("span", { text: first }), h("span", { text: last })));
}

const labelOf = (plot, bar) => (plot.filter === "status" ? named(bar.label) : bar.label);

/** What a bar says: how many of what are in it, and how many windows a click finds where that is another number. */
function words(plot, bar) {
  const label = [labelOf(plot, bar), plot.unit].filter(Boolean).join(" ");
  const [one, ...rest] = plot.counted.split(" ");
  const counts = [`${counted(Math.round(bar.count * 100) / 100, one)}${rest.length > 0 ? ` ${rest.join(" ")}` : ""}`];
  if (typeof bar.windows === "number" && plot.counted !== "window") counts.push(counted(bar.windows, "window"));
  return `${label}: ${counts.join(", ")}`;
}

function shape(plot, bar, box) {
  const said = words(plot, bar);
  const isChosen = isSet(plot.filter, bar.value);
  const take = () => choose(plot.filter, bar.value, !isChosen);
  const isUsable = bar.count > 0 || isChosen;
  const title = svg("title", { text: said });
  const rect = svg("rect", { class: "bar", ...box });
  if (!isUsable) return svg("g", {}, title, rect);
  // As tall as the plot, so that a low bar can be hit.
  const room = svg("rect", { class: "room", x: box.x, width: box.width, y: 0, height });
  return svg("g", {
    class: `choose${isChosen ? " chosen" : ""}`, role: "button", tabindex: 0, "aria-pressed": String(isChosen),
    "aria-label": said, "data-filter": plot.filter, "data-value": bar.value, onclick: take,
    onkeydown: (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      take();
    },
  }, title, room, rect);
}
