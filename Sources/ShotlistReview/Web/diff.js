// The difference between two texts, word by word.

const words = (text) => text.match(/\s+|[\p{L}\p{N}_'’]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/** The most words whose every pair is compared; longer texts differ as wholes between what they share at both ends. */
const most = 4_000_000;

/**
 * Parts of both texts in order: `{kind: "same" | "removed" | "added", text}`.
 * Joined without the added parts they are the first text, without the removed ones the second.
 */
export function difference(before, after) {
  const [a, b] = [words(before), words(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const middle = between(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const same = (part) => part.map((text) => ["same", text]);
  return joined([...same(a.slice(0, head)), ...middle, ...same(a.slice(a.length - tail))]);
}

function between(a, b) {
  if (a.length * b.length > most) return [...a.map((text) => ["removed", text]), ...b.map((text) => ["added", text])];
  // The longest common part of every two ends, from behind.
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = a[i] === b[j]
        ? lengths[(i + 1) * width + j + 1] + 1
        : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  const parts = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      parts.push(["same", a[i]]);
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
      parts.push(["removed", a[i]]);
      i += 1;
    } else {
      parts.push(["added", b[j]]);
      j += 1;
    }
  }
  return parts;
}

function joined(parts) {
  const found = [];
  for (const [kind, text] of parts) {
    const last = found.at(-1);
    if (last?.kind === kind) last.text += text;
    else found.push({ kind, text });
  }
  return found;
}
