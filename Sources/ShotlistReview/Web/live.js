// What is new: windows of a run that goes on, and what others change.
import { byId } from "./dom.js";
import { api } from "./api.js";
import { say } from "./announce.js";
import { counted, number } from "./text.js";

let generation = null;
let wasGoing = false;
let own = 0;

/** Says that the next news is of a change that was made here, and so no news. */
export const expectOwn = () => {
  own += 1;
};

/** Asks again and again; `whenNew` is called when windows came or changed. */
export function watch(whenNew) {
  const look = async () => {
    let pause = 10000;
    try {
      if (!document.hidden) {
        const news = await api.news();
        show(news);
        pause = news.isReading && !news.toIndex ? 250 : news.run.isGoing || news.toIndex ? 2000 : 5000;
        // What came before the first look may have come after the list.
        const isNews = generation === null ? news.generation > 0 : news.generation !== generation + own;
        if (isNews) whenNew();
        generation = news.generation;
        own = 0;
      }
    } catch {
      // The next look may be answered.
      byId("run").hidden = false;
      byId("progress").hidden = true;
      byId("runtext").textContent = "The review does not answer. Is `shotlist review` still running?";
    }
    setTimeout(look, pause);
  };
  look();
}

function show({ run, indexed, toIndex, isReading, problem }) {
  const box = byId("run");
  byId("empty").textContent = isReading ? "Records are read." : "No window is found. Take a filter away.";
  const text = progress(run, indexed, toIndex);
  box.hidden = !text && !problem;
  byId("progress").hidden = !text;
  byId("runtext").textContent = [text, problem].filter(Boolean).join(" ");
  if (wasGoing && !run.isGoing) say(`The run has ended${run.ending ? `: ${run.ending}` : ""}`);
  wasGoing = run.isGoing;
}

/** Shows how far the reading of records, or the run, is; a sentence, or none where nothing goes on. */
function progress(run, indexed, toIndex) {
  const bar = byId("progress");
  if (toIndex) {
    bar.max = toIndex;
    bar.value = indexed;
    return `Records are read: ${number(indexed)} of ${number(toIndex)}.`;
  }
  if (!run.isGoing) return "";
  const open = run.videos.open ?? 0;
  bar.max = Math.max(1, run.windows);
  bar.value = run.answered;
  return `A run goes on: ${number(run.answered)} of ${counted(run.windows, "window")} answered`
    + `${open > 0 ? `, ${counted(open, "video")} left` : ""}.`;
}
