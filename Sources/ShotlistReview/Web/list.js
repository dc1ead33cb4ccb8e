// The shot list: of any length, with elements only for what is in view.
import { byId, insertByIndex } from "./dom.js";
import { card } from "./card.js";
import { columnsOf, geometry, rangeOf } from "./geometry.js";

export class List {
  #windows;
  #open;
  #shown = new Map();
  #view = "list";
  #frame = 0;
  current = 0;
  onCurrent = () => {};

  constructor(windows, open) {
    this.#windows = windows;
    this.#open = open;
    this.box = byId("shots");
    this.rows = byId("rows");
    windows.onChange = () => this.draw(true);
    this.box.addEventListener("scroll", () => this.#later(), { passive: true });
    new ResizeObserver(() => this.#later()).observe(this.box);
    this.rows.addEventListener("focusin", (event) => {
      const index = Number(event.target.closest("li.shot")?.dataset.index);
      if (Number.isInteger(index) && index !== this.current) this.move(index, { focus: false });
    });
  }

  set view(view) {
    this.#view = view;
    this.rows.dataset.view = view;
    this.#clear();
    this.draw();
    this.reveal(this.current);
  }

  /** Begins anew with another list. */
  reset() {
    this.#clear();
    this.current = 0;
    this.box.scrollTop = 0;
    this.draw();
  }

  #clear() {
    this.rows.replaceChildren();
    this.#shown.clear();
  }

  get columns() { return columnsOf(this.#view, this.box.clientWidth); }

  #later() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.draw();
    });
  }

  #geometry() {
    return geometry(this.#view, this.#windows.count, this.box);
  }

  /** The first and last window in view. */
  range() {
    return rangeOf(this.#geometry(), this.#windows.count, this.box.scrollTop);
  }

  /** The windows of a page: as many rows as are seen, and one at least. */
  get page() {
    const { from, to } = this.range();
    return Math.max(1, Math.floor((to - from + 1) / this.columns) - 1) * this.columns;
  }

  /** Puts elements where the eye is; with `anew` those that are there are made again where their window changed. */
  draw(anew = false) {
    const { columns, height, tall } = this.#geometry();
    const { from, to, top } = this.range();
    // A list that has become shorter still has one that Tab goes to.
    this.current = Math.max(0, Math.min(this.current, this.#windows.count - 1));
    this.rows.style.height = `${tall}px`;
    this.#windows.need(Math.max(0, from - columns * 4), to + columns * 8);
    const wanted = new Set();
    // Two rows more than are in view, so that a turn of the wheel meets no empty place.
    const last = Math.min(this.#windows.count - 1, to + 2 * columns);
    for (let index = from; index <= last; index += 1) wanted.add(index);
    // What has the focus stays, wherever it is.
    if (this.current < this.#windows.count) wanted.add(this.current);
    for (const [index, entry] of this.#shown) {
      if (wanted.has(index)) continue;
      entry.element.remove();
      this.#shown.delete(index);
    }
    const shift = this.box.scrollTop - top;
    for (const index of [...wanted].sort((a, b) => a - b)) this.#place(index, columns, height, shift, anew);
    byId("empty").hidden = this.#windows.count > 0;
  }

  #place(index, columns, height, shift, anew) {
    const shot = this.#windows.at(index);
    let entry = this.#shown.get(index);
    if (!entry || (anew && entry.shot !== shot)) {
      const hadFocus = entry?.element.contains(document.activeElement);
      const element = card(shot, index, this.#windows.count, () => this.#open(Number(element.dataset.index)));
      element.dataset.index = index;
      if (entry) entry.element.replaceWith(element);
      else insertByIndex(this.rows, element);
      entry = { element, shot };
      this.#shown.set(index, entry);
      if (hadFocus) element.querySelector("button.open")?.focus({ preventScroll: true });
    }
    entry.element.setAttribute("aria-posinset", index + 1);
    entry.element.setAttribute("aria-setsize", this.#windows.count);
    const { style } = entry.element;
    style.transform = `translateY(${Math.floor(index / columns) * height + shift}px)`;
    style.height = `${height - 8}px`;
    style.left = `${(index % columns) * 100 / columns}%`;
    style.width = `calc(${100 / columns}% - 8px)`;
    const isCurrent = index === this.current;
    entry.element.classList.toggle("current", isCurrent);
    const open = entry.element.querySelector("button.open");
    if (!open) return;
    open.tabIndex = isCurrent ? 0 : -1;
    entry.element.querySelector("input.pick").tabIndex = isCurrent ? 0 : -1;
    if (isCurrent) open.setAttribute("aria-current", "true");
    else open.removeAttribute("aria-current");
  }

  /** After the list came anew: points at a window at its new place, and keeps what is looked at where it is on the screen. */
  follow(place) {
    const hadFocus = this.rows.contains(document.activeElement);
    const { from, to } = this.range();
    const anchor = this.current >= from && this.current <= to ? this.current : Math.min(from + this.columns, to);
    const seen = this.#shown.get(anchor)?.shot?.key;
    this.#shift();
    const { columns, height, tall, ratio } = this.#geometry();
    this.rows.style.height = `${tall}px`;
    const now = seen === undefined ? undefined : this.#windows.placeOf(seen);
    const rows = now === undefined ? 0 : Math.floor(now / columns) - Math.floor(anchor / columns);
    if (rows !== 0) this.box.scrollTop += (rows * height) / ratio;
    if (place !== undefined) this.current = place;
    this.draw(true);
    if (hadFocus && !this.rows.contains(document.activeElement)) this.focus();
  }

  /** Elements go along with their windows. */
  #shift() {
    const shown = new Map();
    let last = -1;
    let isSorted = true;
    for (const element of [...this.rows.children]) {
      const entry = this.#shown.get(Number(element.dataset.index));
      const place = entry?.shot ? this.#windows.placeOf(entry.shot.key) : undefined;
      if (place === undefined) {
        element.remove();
        continue;
      }
      isSorted &&= place > last;
      last = place;
      shown.set(place, entry);
    }
    if (!isSorted) return this.#clear();
    for (const [place, { element }] of shown) element.dataset.index = place;
    this.#shown = shown;
  }

  /** Makes a window the current one. */
  move(index, { focus = true } = {}) {
    if (this.#windows.count === 0) return;
    this.current = Math.min(Math.max(0, index), this.#windows.count - 1);
    this.reveal(this.current);
    this.draw();
    if (focus) this.focus();
    this.onCurrent(this.current);
  }

  focus() {
    const element = this.#shown.get(this.current)?.element;
    (element?.querySelector("button.open") ?? this.box).focus({ preventScroll: true });
  }

  /** Scrolls as far as it takes to see a window. */
  reveal(index) {
    const { columns, height, room, ratio } = this.#geometry();
    const top = Math.floor(index / columns) * height;
    const view = this.box.scrollTop * ratio;
    if (top < view) this.box.scrollTop = top / ratio;
    else if (top + height > view + room) this.box.scrollTop = (top + height - room) / ratio;
  }

  /** Shows which windows are selected. */
  mark(selection) {
    for (const { element, shot } of this.#shown.values()) {
      const box = element.querySelector("input.pick");
      if (box && shot) box.checked = selection.has(shot.key);
    }
  }
}
