// Videos and tags beyond those that are listed: found by a part of their names.
import { h } from "./dom.js";
import { api } from "./api.js";
import { warn } from "./announce.js";
import { queryText } from "./state.js";
import { counted } from "./text.js";

const names = { source: ["videos", "video"], tag: ["tags", "tag"] };
/** What is looked for, by the facet's name. */
const sought = new Map();
let timer = 0;

const groupOf = (facets, name) => facets.groups.find((group) => group.name === name);

/** Counts, with what is found in the place of what is listed where someone searches. */
export async function withFound(facets, text) {
  for (const [name, find] of sought) {
    if (!find) continue;
    const found = groupOf(await api.facets(text, find), name);
    facets.groups = facets.groups.map((group) => (group.name === name ? found : group));
  }
  return facets;
}

/** A field that searches a facet, where it is long or searched already; calls `show` with what is found. */
export function facetSearch({ name, values, hasMore }, isLong, show) {
  if (!names[name] || !(isLong || hasMore || sought.get(name))) return null;
  const [many, one] = names[name];
  const said = h("p", { class: "note", role: "status" });
  const tell = (group) => {
    const isAll = !group.hasMore;
    const found = sought.get(name) ? `${counted(group.values.length, one)} found` : "";
    said.textContent = isAll ? found : `The first ${counted(group.values.length, one)}; write more of a name for others`;
  };
  const look = async () => {
    const find = field.value.trim();
    try {
      const group = groupOf(await api.facets(queryText(), find), name);
      if (sought.get(name) !== find) return;
      tell(group);
      show(group);
    } catch (error) {
      warn(error);
    }
  };
  const field = h("input", {
    type: "search", id: `find-${name}`, class: "find", maxlength: 200, autocomplete: "off", spellcheck: "false",
    "aria-label": `Find ${many}`, placeholder: `Find ${many}`, value: sought.get(name) ?? "", oninput: () => {
      sought.set(name, field.value.trim());
      clearTimeout(timer);
      timer = setTimeout(look, 150);
    },
  });
  tell({ values, hasMore });
  return [field, said];
}
