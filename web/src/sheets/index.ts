import { ApiError } from "../api";
import { h } from "../dom";
import { setLang, t } from "../i18n";
import type { State } from "../state";
import { county } from "./county";
import { loadCounty } from "./county-data";
import { notice } from "./notice";
import { loadNotice } from "./notice-data";
import type { Theme } from "../region";
import { formatRoute, hrefOf, parseRoute, type Route } from "./route";
import { village } from "./village";
import { loadVillage } from "./village-data";

type Change = (part: Partial<State>) => void;

/** What a sheet shows, once it has come: made anew when the page's language changes. */
interface Made {
  title: string;
  body: () => HTMLElement[];
  /** What else opens from here. */
  also: Route[];
}

let root: HTMLElement | null = null;
let shown = "";
let drawn = "";
let made: Made | null = null;
/** What had the focus in the page behind. */
let back: HTMLElement | null = null;

const BEHIND = "body > :is(#top, #notice, main, #foot, .skip)";

async function fetched(r: Route, change: Change): Promise<Made | null> {
  switch (r.kind) {
    case "village": {
      const d = await loadVillage(r.id);
      const c = d?.village.properties.county;
      return d && { title: d.village.properties.name, body: () => village(d), also: c ? [{ kind: "county", id: c }, { kind: "notice", id: c, theme: null }] : [] };
    }
    case "county": {
      const d = await loadCounty(r.id);
      return d && { title: d.card.name, body: () => county(d), also: [{ kind: "notice", id: r.id, theme: null }] };
    }
    case "notice": {
      const d = await loadNotice(r.id, r.theme);
      const turn = (theme: Theme): void => change({ sheet: formatRoute({ ...r, theme }) });
      return d && { title: d.county.name, body: () => notice(d, turn), also: [{ kind: "county", id: r.id }] };
    }
  }
}

function tools(state: State, change: Change): HTMLElement {
  const link = (r: Route): HTMLElement => h("a", { class: "plain", href: hrefOf(location.hash, r), click: (e) => {
    e.preventDefault();
    change({ sheet: formatRoute(r) });
  } }, t(`sheet_${r.kind}`));
  return h(
    "nav",
    { class: "sheet-tools", "aria-label": t("sheet_open") },
    h("button", { id: "sheet-close", class: "plain", click: () => change({ sheet: "" }) }, `← ${t("sheet_back")}`),
    ...(made?.also ?? []).map(link),
    h("span", { class: "gap" }),
    h("button", { id: "sheet-print", class: "plain", click: () => print() }, t("print")),
    h("button", { id: "sheet-lang", class: "plain", click: () => change({ lang: state.lang === "zh" ? "en" : "zh" }) }, t("language")),
    h("button", { id: "sheet-theme", class: "plain", click: () => change({ theme: state.theme === "dark" ? "light" : "dark" }) }, t(state.theme === "dark" ? "light" : "dark")),
  );
}

function waiting(): HTMLElement[] {
  return [h("p", { class: "hidden", role: "status" }, t("loading")), ...[40, 70, 100, 100, 90, 100, 60].map((w) => h("div", { class: "skeleton line", style: `width:${w}%`, "aria-hidden": "true" }))];
}

function trouble(text: string, again: (() => void) | null): HTMLElement[] {
  return [h("h1", { id: "sheet-title", tabindex: "-1" }, t("sheet_failed")), h("p", { role: "alert" }, text), ...(again ? [h("button", { id: "sheet-retry", class: "plain", click: again }, t("retry"))] : [])];
}

function put(r: Route | null, body: HTMLElement[], state: State, change: Change, busy = false): void {
  if (!root) return;
  const focus = root.contains(document.activeElement) ? document.activeElement?.id : "";
  root.replaceChildren(tools(state, change), h("article", { class: `sheet-page ${r?.kind ?? ""}`, "aria-busy": String(busy) }, ...body));
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
}

function name(): void {
  if (made) document.title = [made.title, t(`sheet_${parseRoute(shown)?.kind ?? "village"}`), t("app")].join(" · ");
}

async function open(r: Route, state: State, change: Change): Promise<void> {
  const mine = shown;
  made = null;
  put(r, waiting(), state, change, true);
  root?.scrollTo(0, 0);
  try {
    const got = await fetched(r, change);
    if (mine !== shown) return;
    made = got;
    put(r, got ? got.body() : trouble(t("sheet_missing"), null), latest ?? state, change);
  } catch (e) {
    if (mine !== shown) return;
    const why = e instanceof ApiError && e.status > 0 ? `${e.status}: ${e.message}` : t("offline");
    put(r, trouble(why, () => void open(r, latest ?? state, change)), latest ?? state, change);
  }
  name();
  document.getElementById("sheet-title")?.focus({ preventScroll: true });
}

/** What the address said last; answers come later than it changes. */
let latest: State | null = null;

/** Shows the sheet that the address asks for in front of the map, or takes it away. */
export function showSheet(state: State, change: Change): void {
  latest = state;
  setLang(state.lang);
  const behind = document.querySelectorAll<HTMLElement>(BEHIND);
  if (!state.sheet) {
    if (!root) return;
    root.remove();
    root = null;
    [shown, drawn, made] = ["", "", null];
    for (const el of behind) el.inert = false;
    back?.focus();
    back = null;
    return;
  }
  if (!root) {
    back = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    root = h("div", { id: "sheet", role: "main" });
    document.body.append(root);
  }
  for (const el of behind) el.inert = true;
  const look = `${state.lang}|${state.theme}`;
  const r = parseRoute(state.sheet);
  if (shown !== state.sheet) {
    [shown, drawn] = [state.sheet, look];
    if (r) void open(r, state, change);
    else put(null, trouble(t("sheet_missing"), null), state, change);
    return;
  }
  if (drawn === look) return;
  drawn = look;
  if (!made) return;
  put(r, made.body(), state, change);
  name();
}
