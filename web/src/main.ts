import "maplibre-gl/dist/maplibre-gl.css";
import "./style.css";
// Sheets are dressed beforehand: a style that fails to come with their code is not asked for again.
import "./sheets/sheets.css";
import { scorecard, type Summary } from "./api";
import { code, mapCode } from "./code";
import { PALETTES } from "./colours";
import { Connection } from "./connection";
import { byId, h } from "./dom";
import { drawer } from "./drawer";
import { money, number, percent } from "./format";
import { pick, setLang, t } from "./i18n";
import { legend } from "./legend";
import { List } from "./list";
import type { Atlas } from "./map";
import { PlanMap } from "./plan/plan-map";
import { isStep } from "./plan/plan-state";
import { PlanTab } from "./plan/plan-tab";
import { format, parse, type State } from "./state";
import { counted, fetchPart, fetchWhole, isWhole, load, partsOf, type Data, type Part } from "./store";
import { firstList, isChanges, toggled, TOPICS, topicOf, topicsOf, type Topic } from "./themes";
import { since } from "./themes/changes-drawer";
import { units } from "./zooms";

let state: State = parse(location.hash);
let data: Data | null = null;
let list: List | null = null;
let atlas: Atlas | null = null;
let plan: PlanTab | null = null;
let back: HTMLElement | null = null;
/** The code of the map did not come. */
let lost = false;

const connection = new Connection({
  begun: () => data !== null,
  remark: () => (data && data.summary.provenance !== "real" ? t(data.summary.provenance) : null),
  again: async () => {
    await showSheet();
    if (!begun) {
      connection.plain();
      return;
    }
    if (!data || lost) return start();
    atlas?.reload();
    relist();
    return fetchTopic();
  },
});

/** Changes the state, the address, and whatever shows it. A selection is a step of the back button. */
function change(part: Partial<State>): void {
  const before = state;
  state = { ...state, ...part };
  const hash = format(state);
  const url = hash ? `#${hash}` : location.pathname;
  if (state.selected !== before.selected || state.sheet !== before.sheet || isStep(before.plan, state.plan)) history.pushState(null, "", url);
  else history.replaceState(null, "", url);
  show(before);
}

addEventListener("popstate", () => {
  const before = state;
  state = { ...parse(location.hash), view: state.view };
  show(before);
});

function select(key: string): void {
  if (document.activeElement instanceof HTMLElement && byId("drawer").hidden) back = document.activeElement;
  change({ selected: key });
}

/** The open theme, for what styles need to know of it. */
function mood(): void {
  document.documentElement.dataset["theme"] = state.theme;
  document.body.dataset["topic"] = topic();
  document.body.toggleAttribute("data-sheet", state.sheet !== "");
}

let sheets: typeof import("./sheets") | null = null;
/** The whole-page sheet in front of the map; its code comes when one is asked for first. */
async function showSheet(): Promise<void> {
  if (!state.sheet && !sheets) return;
  sheets ??= await code(() => import("./sheets"));
  sheets.showSheet(state, change);
}

/** The sheet, or why it does not come. */
function trySheet(): void {
  showSheet().catch((e: unknown) => {
    // Without the map, nothing has made the heading yet.
    if (!begun) frame();
    connection.trouble(e);
  });
}

function show(before: State): void {
  setLang(state.lang);
  mood();
  const turned = topicOf(before.list) !== topicOf(state.list);
  if (before.lang !== state.lang || before.theme !== state.theme || turned) frame();
  if (topic() !== "plan") {
    plan?.leave();
    list?.update(state, turned);
  }
  atlas?.update(state);
  if (topic() === "plan") plan?.update(state);
  if (before.list !== state.list || before.selected !== state.selected || before.layers !== state.layers || before.plan.theme !== state.plan.theme) void fetchTopic();
  if (before.selected !== state.selected || before.lang !== state.lang || isChanges(before.list) !== isChanges(state.list)) showDrawer(before.selected !== state.selected);
  showLegend();
  if (before.sheet && !state.sheet) title();
  begin();
  trySheet();
}

function topic(): Topic {
  return topicOf(state.list) ?? "roads";
}

/** Parts that tell of what is selected, whatever tab is open. */
const TELLING: [RegExp, Part][] = [
  [/^(low_voltage_areas|transformers|tie_lines)\//, "power"],
  [/^(water_|contamination)/, "water"],
  [/^(broadband_|fibre_links\/)/, "broadband"],
  [/^(service_gaps|facilities|schools|seats)\//, "services"],
  [/^changes\//, "changes"],
];

/** What the open list, the layers and the selection need and is not there yet. */
function missing(d: Data): Part[] {
  const village = state.selected.startsWith("villages/") || /^[a-z_]*gaps\//.test(state.selected);
  const themes = topicsOf(d.summary.themes);
  const told = TELLING.filter(([of]) => of.test(state.selected)).map(([, part]) => part);
  // A village is told with all its themes: its source, its places of service.
  const beside: Part[] = village ? (["water", "broadband", "services"] as const).filter((x) => themes.includes(x)) : [];
  // What-if pairs clicks with the works of its theme.
  const edited = state.list === "whatif" ? ["roads" as const, ...(state.plan.theme === "all" ? [] : [state.plan.theme])] : [];
  const all = [...partsOf(state.list, state.layers), ...told, ...beside, ...edited];
  return [...new Set(all)].filter((p) => !d[p] && (p !== "changes" || d.since) && (p === "roads" || !isTopic(p) || themes.includes(p)));
}

function isTopic(p: Part): p is Part & Topic {
  return (TOPICS as readonly string[]).includes(p);
}

/** The list anew, unless the plan has its place. */
function relist(): void {
  if (topic() !== "plan") list?.update(state, true);
}

/** Fetches what is missing; each part shows as soon as it is there. */
async function fetchTopic(): Promise<void> {
  const d = data;
  if (!d) return;
  const came = (): void => {
    relist();
    atlas?.refresh();
    legendKey = "";
    showLegend();
    if (state.selected) showDrawer(false);
  };
  try {
    const parts: Promise<void>[] = missing(d).map((p) => fetchPart(d, p).then(came));
    if (!d.scorecard && (topic() === "scorecard" || state.selected.startsWith("counties/"))) {
      parts.push(scorecard().then((s) => {
        d.scorecard = s;
        came();
      }));
    }
    const key = state.selected;
    if (key && !isWhole(d, key)) parts.push(fetchWhole(d, key).then(() => {
      if (state.selected !== key) return;
      atlas?.reselect();
      showDrawer(false);
    }));
    await Promise.all(parts);
  } catch (e) {
    connection.trouble(e);
  }
}

/** Moves between the themes with the arrow keys, as in every tab list. */
function topicKeys(e: KeyboardEvent, there: Topic[]): void {
  const step = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return;
  e.preventDefault();
  const next = there[(there.indexOf(topic()) + step + there.length) % there.length] ?? "roads";
  change({ list: firstList(next), kind: "", selected: "" });
  document.getElementById(`topic-${next}`)?.focus();
}

/** Whether there are counties with villages to hold against one another. */
function hasCounties(d: Data | null): boolean {
  return d?.region.counties.some((c) => c.villages > 0 && d.county.has(c.id)) ?? false;
}

function topics(): HTMLElement[] {
  const there = topicsOf(data?.summary.themes, hasCounties(data));
  if (there.length < 2) return [];
  const tab = (name: Topic): HTMLElement =>
    h(
      "button",
      {
        id: `topic-${name}`,
        role: "tab",
        "aria-selected": String(name === topic()),
        tabindex: name === topic() ? "0" : "-1",
        click: () => change({ list: firstList(name), kind: "", selected: "" }),
      },
      t(`topic_${name}`),
      data && name !== "scorecard" && name !== "plan" ? h("span", { class: "n" }, number(counted(name, data).gap)) : null,
    );
  const keys = (e: Event): void => topicKeys(e as KeyboardEvent, there);
  return [h("div", { class: "topics", role: "tablist", "aria-label": t("topics"), keydown: keys }, ...there.map(tab))];
}

function showDrawer(focus: boolean): void {
  const el = byId("drawer");
  if (!data || !state.selected) {
    const was = !el.hidden;
    el.hidden = true;
    if (was && focus) back?.focus();
    return;
  }
  const close = (): void => change({ selected: "" });
  const own = plan?.drawer(state.selected, close);
  const [head, ...body] = own ?? drawer(data, state.selected, topic(), select, close, (key, list) => change({ list, kind: "", selected: key }));
  // Beside that list, what became of it comes first.
  const became = isChanges(state.list) ? since(data, state.selected, select) : [];
  el.replaceChildren(...(head ? [head] : []), ...became, ...body);
  el.hidden = false;
  el.scrollTop = 0;
  if (focus) document.getElementById("drawer-title")?.focus({ preventScroll: true });
}

addEventListener("keydown", (e) => {
  if (e.key === "Escape" && state.sheet) change({ sheet: "" });
  else if (e.key === "Escape" && state.selected) change({ selected: "" });
  if (e.key === "/" && !(e.target instanceof HTMLInputElement)) {
    e.preventDefault();
    document.getElementById("search")?.focus();
  }
});

function toggleLayer(l: string): void {
  change({ layers: toggled(state.layers, l) });
}

let legendKey = "";
function showLegend(): void {
  if (!data) return;
  const zoom = atlas?.map.getZoom() ?? 10;
  // Rebuilt only when it would say something else, so that nothing jumps while the map moves.
  const key = `${JSON.stringify(state.weights)}|${topic()}|${state.lang}|${state.theme}|${units(zoom)}|${state.layers.join()}|${state.list}|${state.list === "contamination" ? state.selected : ""}`;
  if (key === legendKey) return;
  legendKey = key;
  const focus = document.activeElement?.id;
  byId("legend").replaceChildren(...legend(data, topic(), zoom, PALETTES[state.theme], state, toggleLayer));
  if (focus) document.getElementById(focus)?.focus();
}

/** The figures of the open theme; what is less urgent shows on wide screens alone. */
function figures(s: Summary | undefined): HTMLElement[] {
  const c = s?.counts;
  if (!c) return [h("span", { class: "skeleton" }), h("span", { class: "skeleton" })];
  const figure = (label: string, value: string, cls: string): HTMLElement => h("span", { class: `figure ${cls}` }, h("b", {}, value), h("span", {}, label));
  const { gap, unknown } = data ? counted(topic(), data) : { gap: 0, unknown: 0 };
  const all = figure(t("figure_villages"), number(c.villages), "");
  if (topic() === "scorecard" || topic() === "plan") return [all];
  // What is not known is told wherever the gaps are.
  const first = [h("span", { class: "figure-key" }, all, figure(t("figure_gap"), number(gap), "gap"), figure(t("unknown"), number(unknown), "unknown"))];
  if (topic() === "power" && c.power) return [...first, figure(t("figure_areas"), number(c.power.areas), "wide"), figure(t("points_under"), number(c.power.under_limit), "wide")];
  if (topic() === "water" && c.water) return [...first, figure(t("figure_unsafe"), number(c.water.unsafe), "wide"), figure(t("figure_untested"), number(c.water.untested), "wide")];
  if (topic() === "broadband" && c.broadband) return [...first, figure(t("figure_none"), number(c.broadband.none), "wide"), figure(t("figure_slow"), number(c.broadband.slow), "wide")];
  if (topic() === "services" || topic() === "all") return first;
  if (c.rai.share !== null) first.push(figure("RAI", percent(c.rai.share), "wide"));
  if (c.village_link_cost > 0) first.push(figure(t("works"), money(c.village_link_cost, s.currency), "wide"));
  return first;
}

/** The name of the window; a sheet gives it its own. */
function title(): void {
  if (!state.sheet) document.title = [t("app"), data ? pick(data.summary.title) : ""].filter(Boolean).join(" · ");
}

/** Header, footer and banners: everything that is words. */
function frame(): void {
  for (const el of document.querySelectorAll<HTMLElement>("[data-t]")) el.textContent = t("skip");
  byId("map-title").textContent = t("map");
  const s = data?.summary;
  title();
  byId("top").replaceChildren(
    h("h1", { title: s ? pick(s.title) : "" }, t("app"), s ? h("span", {}, pick(s.title)) : null),
    ...topics(),
    h("div", { class: "figures" }, ...figures(s)),
    h("input", {
      id: "search",
      type: "search",
      placeholder: t(topic() === "scorecard" ? "search_county" : "search"),
      "aria-label": t(topic() === "scorecard" ? "search_county" : "search"),
      value: state.q,
      input: (e) => change({ q: (e.target as HTMLInputElement).value }),
    }),
    h("button", { id: "lang", class: "plain", click: () => change({ lang: state.lang === "zh" ? "en" : "zh" }) }, t("language")),
    h(
      "button",
      { id: "theme", class: "plain", click: () => change({ theme: state.theme === "dark" ? "light" : "dark" }) },
      t(state.theme === "dark" ? "light" : "dark"),
    ),
  );
  if (!s) return;
  connection.words();
  byId("foot").replaceChildren(h("span", {}, [...s.attribution, s.basemap?.attribution].filter(Boolean).join(" · ")), h("span", {}, t("version", { v: s.data_version })));
}

function skeleton(): void {
  byId("side").replaceChildren(
    h("h2", { id: "list-title", class: "hidden" }, t("list")),
    h("div", { id: "list", class: "rows", "aria-busy": "true" }, ...Array.from({ length: 8 }, () => h("div", { class: "skeleton row-skeleton" }))),
  );
}

let begun = false;
/** Fetches what the map shows; an address of a sheet needs none of it until the sheet is closed. */
function begin(): void {
  if (begun || state.sheet) return;
  begun = true;
  void start();
}

/** The list waits so long for the code of the map, in milliseconds from the start on. */
const TOGETHER_MS = 1000;
/** A map that has not come by then holds up nothing, in milliseconds. */
const PATIENCE_MS = 8000;
let drawn = (): void => undefined;
const mapDrawn = new Promise<void>((done) => (drawn = done));

type MapCode = typeof import("./map");

/** Makes the map, unless it is there. */
function draw(code: MapCode, d: Data): void {
  if (atlas) return;
  try {
    atlas = new code.Atlas(byId("map"), d, state, {
      select,
      moved: (view) => {
        change({ view });
      },
      error: (e) => connection.trouble(e),
      filled: () => plan?.filled(),
      drawn,
      clicked: (e) => plan?.clicked(e) ?? false,
    });
    atlas.map.on("zoom", showLegend);
  } catch {
    drawn();
    const box = byId("map-error");
    box.textContent = t("no_webgl");
    box.hidden = false;
  }
}

async function start(): Promise<void> {
  // The largest part of the code comes beside the data.
  const coming = mapCode();
  const inTime = Promise.race([coming.catch(() => null), new Promise<null>((late) => setTimeout(late, TOGETHER_MS, null))]);
  frame();
  if (!data) skeleton();
  try {
    data = await load();
  } catch (e) {
    connection.trouble(e);
    return;
  }
  connection.plain();
  // Where one theme is all there is, its list is the first.
  const tabs = topicsOf(data.summary.themes, hasCounties(data));
  if (!tabs.includes(topic())) state = { ...state, list: firstList(tabs[0] ?? "roads") };
  mood();
  frame();
  // The map's own threads are at work while the list is made.
  const early = await inTime;
  if (early) draw(early, data);
  list = new List(byId("side"), data, state, { change, select, hover: (k) => atlas?.hover(k), drawn: mapDrawn });
  plan?.leave();
  plan = new PlanTab(byId("side"), data, state, { change, select, arrived: () => showDrawer(false) });
  if (topic() === "plan") plan.update(state);
  showDrawer(false);
  setTimeout(drawn, PATIENCE_MS);
  const made = await coming.catch((e: unknown) => {
    connection.trouble(e);
    return null;
  });
  lost = !made;
  if (made && !early) draw(made, data);
  if (atlas) plan.attach(new PlanMap(atlas.map));
  showLegend();
  await fetchTopic();
}

setLang(state.lang);
mood();
trySheet();
begin();
