// The windows of the list that is looked at: pages that are asked for when they come into view, and forgotten after.
import { api } from "./api.js";
import { warn } from "./announce.js";

const pageSize = 100;
const mostPages = 40;

export class Windows {
  #query = "";
  #pages = new Map();
  #places = new Map();
  #round = 0;
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
    const { count } = await api.count(query);
    if (round !== this.#round) return false;
    this.#query = query;
    this.#pages.clear();
    this.#places.clear();
    this.count = count;
    return true;
  }

  /** Asks for the same list again, and shows what is there until the answer comes. */
  async refresh(from, to) {
    const round = this.#round;
    const { count } = await api.count(this.#query);
    if (round !== this.#round) return;
    this.count = count;
    for (const [number, page] of this.#pages) {
      if ((number + 1) * pageSize <= from || number * pageSize > to) this.#pages.delete(number);
      else page.isStale = true;
    }
    this.need(from, to);
    this.onChange();
  }

  /** The window at a place of the list; undefined while it is not here. */
  at(index) {
    return this.#pages.get(Math.floor(index / pageSize))?.shots?.[index % pageSize];
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
      if (page && !page.isStale) this.#touch(number, page);
      else this.#load(number, page);
    }
  }

  /** A window as it is after a change. */
  take(shot) {
    const index = this.#places.get(shot.key);
    const page = index === undefined ? null : this.#pages.get(Math.floor(index / pageSize));
    if (!page?.shots) return;
    page.shots[index % pageSize] = shot;
    this.onChange();
  }

  #touch(number, page) {
    this.#pages.delete(number);
    this.#pages.set(number, page);
  }

  async #load(number, old) {
    const page = { shots: old?.shots ?? null, isStale: false };
    this.#touch(number, page);
    while (this.#pages.size > mostPages) this.#pages.delete(this.#pages.keys().next().value);
    const round = this.#round;
    try {
      const found = await api.windows(this.#query, number * pageSize, pageSize, this.#abort.signal);
      if (round !== this.#round) return;
      page.shots = found.windows;
      found.windows.forEach((shot, index) => this.#places.set(shot.key, number * pageSize + index));
      this.onChange();
    } catch (error) {
      if (round !== this.#round) return;
      this.#pages.delete(number);
      warn(error);
    }
  }
}
