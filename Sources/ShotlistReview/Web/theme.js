// Light, dark, or as the system says.
import { byId } from "./dom.js";

const kinds = ["system", "light", "dark"];
const stored = () => {
  const kind = localStorage.getItem("shotlist-theme");
  return kinds.includes(kind) ? kind : "system";
};

function apply(kind) {
  if (kind === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = kind;
  byId("theme").textContent = `Theme: ${kind}`;
}

export function startTheme() {
  apply(stored());
  byId("theme").addEventListener("click", () => {
    const kind = kinds[(kinds.indexOf(stored()) + 1) % kinds.length];
    localStorage.setItem("shotlist-theme", kind);
    apply(kind);
  });
}
