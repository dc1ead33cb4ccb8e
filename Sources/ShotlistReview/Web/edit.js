// Changes of one window: saved at once, said aloud, and never over another's without asking.
import { api, Refused } from "./api.js";
import { say, warn } from "./announce.js";
import { askAboutConflict } from "./conflict.js";
import { expectOwn } from "./live.js";
import { counted, named } from "./text.js";

const listeners = new Set();
/** Called with a window as it is after a change. */
export const onShot = (listener) => listeners.add(listener);
export const tell = (shot) => listeners.forEach((listener) => listener(shot));

/** Changes of one window wait for one another, so that each expects what the last one left. */
const queues = new Map();
const versions = new Map();

const sentences = {
  caption: (value) => (value === null ? "The model's caption is back" : "Caption saved"),
  decision: (value) => named(value),
  rating: (value) => (value ? `Rated ${value}` : "Rating taken away"),
  tags: () => "Tags saved",
  note: () => "Note saved",
};

/** Saves a change; resolves to the window after it, or null when it was not saved. */
export function save(shot, field, value) {
  const before = queues.get(shot.key) ?? Promise.resolve();
  const next = before.then(() => send(shot, field, value)).catch((error) => {
    warn(error);
    return null;
  });
  queues.set(shot.key, next);
  next.finally(() => {
    if (queues.get(shot.key) !== next) return;
    queues.delete(shot.key);
    versions.delete(shot.key);
  });
  return next;
}

async function send(shot, field, value) {
  let expecting = versions.get(shot.key) ?? shot.version;
  let wanted = value;
  for (;;) {
    try {
      const { window: after } = await api.change(shot.key, expecting, field, wanted);
      versions.set(shot.key, after.version);
      expectOwn();
      say(sentences[field](wanted));
      tell(after);
      return after;
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "conflict" || !error.shot) throw error;
      const theirs = error.shot;
      const answer = await askAboutConflict({
        field, mine: wanted, theirs: field === "caption" ? theirs.caption : theirs.review[field],
        by: theirs.review.by, at: theirs.review.at, message: error.message,
      });
      if (answer === undefined) {
        versions.set(shot.key, theirs.version);
        tell(theirs);
        say("Theirs is kept");
        return theirs;
      }
      wanted = answer.value;
      expecting = theirs.version;
    }
  }
}

/** Takes this person's last change back. */
export async function undo() {
  try {
    const { windows, count, kept } = await api.undo();
    expectOwn();
    const rest = kept > 0 ? `. In ${counted(kept, "window")} others went on from it, and it stays` : "";
    say(count === 0 ? "There is nothing to undo" : `Undone in ${counted(count, "window")}${rest}`);
    windows.forEach(tell);
    return windows;
  } catch (error) {
    warn(error);
    return [];
  }
}
