// Where windows stand in a list: in rows and columns, of which only those in view have elements.

/** What browsers can place: longer lists are scrolled in larger steps. */
const tallest = 12_000_000;
const sizes = { list: { height: 194, width: Infinity }, grid: { height: 390, width: 280 } };

/** How many windows stand side by side in so many pixels. */
export const columnsOf = (view, width) => Math.max(1, Math.floor(width / sizes[view].width) || 1);

/** The measures of a list in a box: pixels, but for `ratio`, by which it is scrolled faster than the box. */
export function geometry(view, count, box) {
  const columns = columnsOf(view, box.clientWidth);
  const { height } = sizes[view];
  const rows = Math.ceil(count / columns);
  const room = box.clientHeight;
  const whole = rows * height;
  const tall = Math.min(whole, tallest);
  const ratio = tall > room ? (whole - room) / (tall - room) : 1;
  return { columns, height, rows, room, tall, ratio };
}

/** The first and last window in view, and the list's pixel at the box's upper edge. */
export function rangeOf({ columns, height, room, ratio }, count, scrollTop) {
  const top = scrollTop * ratio;
  return {
    from: Math.max(0, Math.floor(top / height)) * columns,
    to: Math.min(count - 1, (Math.ceil((top + room) / height) + 1) * columns - 1),
    top,
  };
}
