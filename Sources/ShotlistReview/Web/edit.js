// Changes of one window: saved at once, said aloud, and never over another's without asking.
import { api, Refused } from "./api.js";
import { say, warn } from "./announce.js";
import { askAboutConflict } from "./conflict.js";
import { hasDraft, saveCaption } from "./draft.js";
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

/**
 * What a press of a decision's key decides: that, or where it stands already nothing. Where it is of what the window was
 * before (`changed_since`) it says the same once more, of what the window is.
 */
export const pressed = (shot, value) =>
  shot?.review.decision === value && !shot.flags.includes("changed_since") ? "none" : value;

/** Changes that are about the caption's words: they say which ones were seen. */
const isOfWords = (field) => field === "caption" || field === "decision" || field === "rating";

addEventListener("beforeunload", (event) => {
  if (hasDraft() || queues.size > 0) event.preventDefault();
});

/**
 * Saves a change; resolves to the window after it, or null when it was not saved.
 *
 * `base` is the window as the person saw it. Who decides about a caption that is being written means what is written, which
 * is saved first.
 */
export function save(shot, field, value, base = shot) {
  const words = isOfWords(field) && field !== "caption" ? saveCaption(shot.key) : null;
  const before = queues.get(shot.key) ?? Promise.resolve();
  const next = before.then(async () => {
    if (words && !(await words)) return null;
    return send(shot, field, value, base);
  }).catch((error) => {
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

async function send(shot, field, value, base) {
  // Where others were quicker, what is done here meanwhile makes the person's view no newer.
  const left = base.isPassed ? undefined : versions.get(shot.key);
  let expecting = left?.version ?? base.version;
  let seen = left?.tag ?? base.captionTag;
  let wanted = value;
  for (;;) {
    try {
      const { window: after } = await api.change(shot.key, expecting, field, wanted, isOfWords(field) ? seen : undefined);
      versions.set(shot.key, { version: after.version, tag: field === "caption" ? after.captionTag : left?.tag });
      expectOwn();
      say(sentences[field](wanted));
      tell(after);
      return after;
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "conflict" || !error.shot) throw error;
      const theirs = error.shot;
      const answer = await askAboutConflict({
        field, mine: wanted, theirs: field === "caption" ? theirs.caption : theirs.review[field],
        caption: isOfWords(field) && field !== "caption" ? theirs.caption : undefined, by: theirs.review.by, at: theirs.review.at, message: error.message,
      });
      if (answer === undefined || answer.keepsTheirs) {
        // What waits behind this was done before theirs was seen: it will ask, too.
        versions.delete(shot.key);
        tell(theirs);
        say(answer === undefined ? "Nothing is saved" : "Theirs is kept");
        return answer === undefined ? null : theirs;
      }
      wanted = answer.value;
      expecting = theirs.version;
      seen = theirs.captionTag;
    }
  }
}

/** Takes this person's last change back. */
export async function undo() {
  try {
    // The last change may be under way still.
    await Promise.all(queues.values());
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
