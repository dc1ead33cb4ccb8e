// What is written in the fields of the open window and not saved yet.

/** By field: whose it is, how a window's text is read and saved, and the window from which the writing began. */
const kept = new Map();

const isChanged = (entry) => entry.field.value !== entry.text;

/**
 * Keeps a field of a window and fills it. `read(shot)` is its text; `send(text, base)` saves a text that was begun at
 * `base`, and resolves to the window after it, or to null when it was not saved.
 */
export function keep(field, shot, read, send) {
  for (const other of kept.keys()) if (other.dataset.field === field.dataset.field) kept.delete(other);
  const entry = { field, key: shot.key, read, send, sending: null };
  kept.set(field, entry);
  begin(entry, shot);
}

/** Forgets the fields of a window that is closed. */
export const forget = () => kept.clear();

function begin(entry, shot) {
  entry.field.value = entry.read(shot);
  // As the browser gives it back: its line ends may be others than the window's.
  entry.text = entry.field.value;
  rebase(entry, shot);
}

function rebase(entry, shot) {
  entry.began = entry.read(shot);
  entry.base = { version: shot.version, captionTag: shot.captionTag, isPassed: false };
}

/** Shows a window as it is now, and leaves what someone has written. */
export function follow(shot) {
  for (const entry of kept.values()) {
    if (entry.key !== shot.key) continue;
    if (!isChanged(entry)) begin(entry, shot);
    else if (entry.read(shot) === entry.began) rebase(entry, shot);
    // Others wrote here, too: saving this must ask.
    else entry.base = { ...entry.base, isPassed: true };
  }
}

/** Throws away what is written in a field. */
export function restart(field, shot) {
  const entry = kept.get(field);
  if (entry) begin(entry, shot);
}

/** Saves what is written in a field; resolves to the window after it, to null when it was not saved. */
export function saveDraft(field) {
  const entry = kept.get(field);
  return entry && isChanged(entry) ? store(entry) : Promise.resolve(true);
}

function store(entry) {
  const sent = entry.field.value;
  if (entry.sending?.text === sent) return entry.sending.done;
  const sending = { text: sent };
  sending.done = entry.send(sent, entry.base).then((after) => {
    if (entry.sending === sending) entry.sending = null;
    if (!after) return null;
    if (entry.field.value === sent) {
      begin(entry, after);
    } else {
      // Somebody wrote on meanwhile.
      entry.text = sent;
      rebase(entry, after);
    }
    return after;
  });
  entry.sending = sending;
  return sending.done;
}

/** Saves the caption that is written of a window; null when none is. */
export function saveCaption(key) {
  const entry = [...kept.values()].find(({ field }) => field.dataset.field === "caption");
  return entry?.key === key && isChanged(entry) ? store(entry) : null;
}

/** Saves all that is written; resolves to whether nothing is left unsaved. */
export async function saveDrafts() {
  const saved = await Promise.all([...kept.values()].filter(isChanged).map(store));
  return saved.every(Boolean);
}

/** Whether something is written and not saved. */
export const hasDraft = () => [...kept.values()].some(isChanged);
