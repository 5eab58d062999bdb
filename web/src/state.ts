import { LISTS, TOPICS, type ListKind } from "./themes";

/** What the address bar remembers, so that a link shows the same page. */
export interface State {
  lang: "zh" | "en";
  theme: "light" | "dark";
  list: ListKind;
  q: string;
  county: string;
  kind: string;
  verdict: "" | "gap" | "unknown";
  priority: boolean;
  /** `collection/id` of what the drawer shows. */
  selected: string;
  /** The whole-page sheet in front of the map, as `village/ID`. */
  sheet: string;
  view: [number, number, number] | null;
  layers: string[];
}

export function defaults(): State {
  const dark = typeof matchMedia === "function" && matchMedia("(prefers-color-scheme: dark)").matches;
  return {
    lang: "zh",
    theme: dark ? "dark" : "light",
    list: "villages",
    q: "",
    county: "",
    kind: "",
    verdict: "",
    priority: false,
    selected: "",
    sheet: "",
    view: null,
    layers: [],
  };
}

export function parse(hash: string): State {
  const s = defaults();
  const p = new URLSearchParams(hash.replace(/^#/, ""));
  if (p.get("lang") === "en") s.lang = "en";
  const theme = p.get("theme");
  if (theme === "dark" || theme === "light") s.theme = theme;
  const list = TOPICS.flatMap((topic): ListKind[] => [...LISTS[topic]]).find((l) => l === p.get("list"));
  if (list) s.list = list;
  s.q = p.get("q") ?? "";
  s.county = p.get("county") ?? "";
  s.kind = p.get("kind") ?? "";
  const verdict = p.get("verdict");
  if (verdict === "gap" || verdict === "unknown") s.verdict = verdict;
  s.priority = p.get("priority") === "1";
  s.selected = p.get("sel") ?? "";
  s.sheet = p.get("sheet") ?? "";
  const view = (p.get("view") ?? "").split("/").map(Number);
  const [lng, lat, zoom] = view;
  if (view.length === 3 && view.every(Number.isFinite) && lng !== undefined && lat !== undefined && zoom !== undefined) {
    if (Math.abs(lat) <= 85 && Math.abs(lng) <= 180 && zoom >= 0 && zoom <= 22) s.view = [lng, lat, zoom];
  }
  s.layers = (p.get("layers") ?? "").split(",").filter(Boolean);
  return s;
}

export function format(s: State): string {
  const d = defaults();
  const p = new URLSearchParams();
  if (s.lang !== "zh") p.set("lang", s.lang);
  if (s.theme !== d.theme) p.set("theme", s.theme);
  if (s.list !== "villages") p.set("list", s.list);
  for (const key of ["q", "county", "kind", "verdict"] as const) if (s[key]) p.set(key, s[key]);
  if (s.priority) p.set("priority", "1");
  if (s.selected) p.set("sel", s.selected);
  if (s.sheet) p.set("sheet", s.sheet);
  if (s.view) p.set("view", `${s.view[0].toFixed(5)}/${s.view[1].toFixed(5)}/${s.view[2].toFixed(2)}`);
  if (s.layers.length > 0) p.set("layers", s.layers.join(","));
  return p.toString();
}
