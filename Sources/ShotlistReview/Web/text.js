// How numbers and names read.

/** Seconds as 1:02:03.450. */
export function timecode(seconds) {
  const all = Math.round(Math.max(0, seconds) * 1000);
  const pad = (number, digits = 2) => String(number).padStart(digits, "0");
  const hours = Math.floor(all / 3600000);
  const minutes = Math.floor(all / 60000) % 60;
  const rest = `${pad(Math.floor(all / 1000) % 60)}.${pad(all % 1000, 3)}`;
  return hours > 0 ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** A window's place in its video. */
export const place = (shot) => `${timecode(shot.windowStart)} to ${timecode(shot.windowEnd)}`;

/** When something was done: the time, with the day unless it was today. */
export function moment(seconds) {
  const at = new Date(seconds * 1000);
  const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return at.toDateString() === new Date().toDateString() ? time : `${at.toLocaleDateString()} ${time}`;
}

/** Who wrote the caption that counts, and when; empty where a model did. */
export function editedBy({ review }) {
  if (review.caption === null || review.caption === undefined) return "";
  return review.captionBy ? `Edited by ${review.captionBy}, ${moment(review.captionAt)}` : "Edited";
}

/** A number with its thousands apart. */
export const number = (value) => Number(value).toLocaleString("en");

/** "1 window", "2 windows". */
export const counted = (count, name) => `${number(count)} ${name}${count === 1 ? "" : "s"}`;

/** The ends of a range as addresses have it: "3-5", "3-", "-5" or "3"; an end that is left out is empty. */
export function ends(value) {
  const isEnd = (text) => text === "" || Number.isFinite(Number(text));
  if (value !== "" && isEnd(value) && !value.startsWith("-")) return [value, value];
  // Numbers may have a dash of their own, such as 5e-7.
  for (let dash = value.indexOf("-"); dash >= 0; dash = value.indexOf("-", dash + 1)) {
    const pair = [value.slice(0, dash), value.slice(dash + 1)];
    if (pair.every(isEnd)) return pair;
  }
  return ["", ""];
}

/** A range without digits that say nothing. */
export const rounded = (value) => value.replaceAll(/\d+\.(?:\d{4,}|0)(?!\d|e)/g, (digits) => String(Number(Number(digits).toFixed(3))));

/** A range of seconds since 1970 as dates and times of here. */
export function moments(value) {
  const [from, to] = ends(value).map((end) => (end === "" ? "" : new Date(Number(end) * 1000).toLocaleString("sv")));
  if (from && to) return `${from} to ${to}`;
  return from ? `from ${from}` : to ? `until ${to}` : value;
}

/** The last part of a path. */
export const fileName = (path) => path.split("/").pop() || path;

/** What checks and states are called. */
const names = {
  empty: "Empty", repeating: "Repeats itself", truncated: "Cut off", refused: "Refusal", wrong_language: "Wrong language",
  short: "Too short", long: "Too long", near_duplicate: "Near duplicate", banned_word: "Banned word",
  opening: "Stock opening", retried: "Asked again", success: "Success", error: "Error", skipped: "Skipped",
  changed_since: "Changed since", none: "Undecided", approved: "Approved", rejected: "Rejected", missing: "Missing",
};

/** A word of the data for people. */
export const named = (word) => names[word] ?? word;

/** What moves a terminal's cursor, or turns the order of what is shown: C0, C1, and marks of direction. */
const unseen = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** One of these as the bytes that it has in a file's name. */
const bytes = (sign) => [...new TextEncoder().encode(sign)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");

/** A word as one argument of a shell: in plain quotes, or in those of bash and zsh ($'...') where something in it cannot be seen. */
export const quoted = (text) => {
  if (/^[\w@%+=:,.\/-]+$/.test(text)) return text;
  if (!unseen.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${[...text].map((sign) => (sign === "'" || sign === "\\" ? `\\${sign}` : unseen.test(sign) ? bytes(sign) : sign)).join("")}'`;
};
