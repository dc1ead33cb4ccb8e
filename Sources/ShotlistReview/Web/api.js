// Asking the server. Every change has the session's token with it, which no other site knows.

let token = "";
let person = "";

/** What the server said when it would not: its sentence, and for conflicts the window as it is now. */
export class Refused extends Error {
  constructor(status, body) {
    const error = body?.error ?? {};
    super([error.message ?? `The server answered ${status}.`, error.remedy].filter(Boolean).join(" "));
    this.status = status;
    this.code = error.code ?? "";
    this.shot = body?.window ?? null;
  }
}

async function answer(response) {
  let body = null;
  try {
    body = await response.json();
  } catch {
    // An answer that is no JSON is told by its status.
  }
  if (!response.ok) throw new Refused(response.status, body);
  return body;
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", redirect: "error", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The review does not answer. Is `shotlist review` still running?");
  }
  return answer(response);
}

/** Under which name changes are made from now on; empty for the review's own. */
export const signAs = (name) => {
  person = name;
};

const send = (path, body) => ask(path, {
  method: "POST",
  headers: {
    "Content-Type": "application/json", "X-Shotlist-Session": token,
    ...(person ? { "X-Shotlist-Person": encodeURIComponent(person) } : {}),
  },
  body: JSON.stringify(body),
});

async function post(path, body) {
  const before = token;
  try {
    return await send(path, body);
  } catch (error) {
    // A review that was started anew has another token. Loading the page for it would lose what is being written.
    if (error.status !== 403) throw error;
    if (token === before) await session();
    if (token === before) throw error;
    return send(path, body);
  }
}

/** Who reviews what; learns the token. */
export async function session() {
  const found = await ask("/api/session");
  token = found.token;
  return found;
}

const query = (text, more = {}) => {
  const rest = new URLSearchParams(more).toString();
  return `?${[text, rest].filter(Boolean).join("&")}`;
};

export const api = {
  windows: (text, offset, limit, signal) => ask(`/api/windows${query(text, { offset, limit })}`, { signal }),
  count: (text) => ask(`/api/count${query(text)}`),
  facets: (text, find) => ask(`/api/facets${query(text, find ? { find } : {})}`),
  statistics: (text) => ask(`/api/statistics${query(text)}`),
  news: () => ask("/api/news"),
  detail: (key) => ask(`/api/windows/${key}`),
  change: (key, expecting, field, value, seen) => post(`/api/windows/${key}/change`, { expecting, field, value, seen }),
  undo: () => post("/api/undo", {}),
  previewBulk: (body) => post("/api/bulk/preview", body),
  applyBulk: (body) => post("/api/bulk/apply", body),
  again: () => ask("/api/again"),
  againPreview: (body) => post("/api/again/preview", body),
  againList: (body) => post("/api/again/list", body),
  againStart: (body) => post("/api/again/start", body),
  againCancel: () => post("/api/again/cancel", {}),
};

/** Where a window's pictures are. */
export const previewPath = (shot) => `/media/preview/${shot.key}`;
export const clipPath = (shot) => `/media/clip/${shot.key}`;

/** A frame that the model was shown: the picture, of what it is and why that may be doubted, and its time in the video. */
export async function frame(shot, index, signal) {
  const path = `/media/frame/${shot.key}/${index}`;
  const response = await fetch(path, { credentials: "same-origin", redirect: "error", signal });
  if (!response.ok) await answer(response);
  return {
    picture: await response.blob(), of: response.headers.get("X-Shotlist-Frame-Of"),
    doubt: decodeURIComponent(response.headers.get("X-Shotlist-Frame-Doubt") ?? ""),
    time: Number.parseFloat(response.headers.get("X-Shotlist-Time") ?? ""),
  };
}
