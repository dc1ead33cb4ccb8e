// The windows of the list that is looked at: pages that are asked for when they come into view, and forgotten after.
import { api } from "./api.js";
import { warn } from "./announce.js";

const pageSize = 100;
const mostPages = 40;
/** How many pages to either side a window is looked for that others came before. */
const reach = 3;

/** Whether two values of an answer say the same. The order of their names is no part of it. */
export function alike(a, b) {
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return a === b;
  const [names, others] = [Object.keys(a), Object.keys(b)];
  return names.length === others.length && names.every((name) => alike(a[name], b[name]));
}

export class Windows {
  #query = "";
  #pages = new Map();
  #places = new Map();
  #round = 0;
  #refreshes = 0;
  #abort = new AbortController();
  count = 0;
  /** Called when windows came or changed. */
  onChange = () => {};

  /** Asks for another list. */
  async open(query) {
    this.#round += 1;
    const round = this.#round;
    this.#abort.abort();
    this.#abort = new AbortController();
    try {
      const { count } = await api.count(query);
      if (round !== this.#round) return false;
      this.#begin(query, count);
    } catch (error) {
      // The windows of before are not what these filters find.
      if (round === this.#round) this.#begin(query, 0);
      throw error;
    }
    return true;
  }

  #begin(query, count) {
    this.#query = query;
    this.#pages.clear();
    this.#places.clear();
    this.count = count;
  }

  /**
   * Asks for the same list again, and shows what is there until the answer is; draws nothing.
   *
   * `pointed()` is the place that is pointed at. Resolves to the key of the window that was there, and to its place by
   * now; undefined for what is not known, and nothing when another list or look was quicker.
   */
  async refresh(from, to, pointed) {
    this.#refreshes += 1;
    const [round, refreshes, { signal }] = [this.#round, this.#refreshes, this.#abort];
    const isOld = () => round !== this.#round || refreshes !== this.#refreshes;
    const { count } = await api.count(this.#query);
    if (isOld()) return null;
    const fresh = new Map();
    const fetchPages = (numbers) => Promise.all(numbers
      .filter((number) => number >= 0 && number * pageSize < count && !fresh.has(number)).map(async (number) => {
        const { windows } = await api.windows(this.#query, number * pageSize, pageSize, signal);
        fresh.set(number, windows);
      }));
    const [first, last] = [Math.floor(from / pageSize), Math.floor(Math.max(from, Math.min(to, count - 1)) / pageSize)];
    await fetchPages(Array.from({ length: last - first + 1 }, (_, index) => first + index));
    const isMissing = (key) => key && ![...fresh.values()].some((shots) => shots.some((shot) => shot.key === key));
    for (let step = 0; step <= reach && isMissing(this.at(pointed())?.key); step += 1) {
      const here = Math.floor(pointed() / pageSize);
      await fetchPages([here - step, here + step].filter((number, index, all) => all.indexOf(number) === index));
    }
    if (isOld()) return null;
    const key = this.at(pointed())?.key;
    const pages = new Map([...fresh].map(([number, shots]) => [number, { shots: shots.map((shot) => this.#newest(shot)) }]));
    this.#pages = pages;
    this.#places = new Map();
    for (const [number, page] of pages) this.#note(number, page);
    this.count = count;
    return { key, place: this.#places.get(key) };
  }

  /** A window as it is here when that is as new as what came: its element stays then, and a change made meanwhile. */
  #newest(shot) {
    const place = this.#places.get(shot.key);
    const old = place === undefined ? undefined : this.at(place);
    if (old?.key !== shot.key) return shot;
    return old.version > shot.version || alike(old, shot) ? old : shot;
  }

  #note(number, page) {
    page.shots.forEach((shot, index) => this.#places.set(shot.key, number * pageSize + index));
  }

  /** The window at a place of the list; undefined while it is not here. */
  at(index) {
    return this.#pages.get(Math.floor(index / pageSize))?.shots?.[index % pageSize];
  }

  /** The window at a place, once it is here; undefined when there is none, it does not come, or another list is asked for. */
  async when(index) {
    const [round, number] = [this.#round, Math.floor(index / pageSize)];
    for (;;) {
      this.need(index, index);
      const page = this.#pages.get(number);
      await page?.loading;
      const isReplaced = page && !page.hasFailed && this.#pages.get(number) !== page;
      // A newer look at the same list had no room for the answer: the page is asked for once more.
      if (this.at(index) || !isReplaced || round !== this.#round) return this.at(index);
    }
  }

  /** Where a window is in the list, if that is known. */
  placeOf(key) {
    return this.#places.get(key);
  }

  /** Asks for what is missing of a range. */
  need(from, to) {
    const last = Math.min(to, this.count - 1);
    for (let number = Math.floor(from / pageSize); number * pageSize <= last; number += 1) {
      const page = this.#pages.get(number);
      if (page) this.#touch(number, page);
      else this.#load(number);
    }
  }

  /** A window as it is after a change. */
  take(shot) {
    const index = this.#places.get(shot.key);
    const page = index === undefined ? null : this.#pages.get(Math.floor(index / pageSize));
    // The list may have moved on since the place was noted.
    if (page?.shots?.[index % pageSize]?.key !== shot.key) return;
    page.shots[index % pageSize] = shot;
    this.onChange();
  }

  #touch(number, page) {
    this.#pages.delete(number);
    this.#pages.set(number, page);
  }

  #load(number) {
    const page = { shots: null };
    this.#touch(number, page);
    while (this.#pages.size > mostPages) this.#pages.delete(this.#pages.keys().next().value);
    page.loading = this.#fetch(number, page);
  }

  async #fetch(number, page) {
    // Another list, or a newer look at this one, has no room for the answer.
    const isWanted = () => this.#pages.get(number) === page;
    try {
      const found = await api.windows(this.#query, number * pageSize, pageSize, this.#abort.signal);
      if (!isWanted()) return;
      page.shots = found.windows;
      this.#note(number, page);
      this.onChange();
    } catch (error) {
      if (!isWanted()) return;
      page.hasFailed = true;
      this.#pages.delete(number);
      warn(error);
    }
  }
}
