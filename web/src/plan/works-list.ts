import { h } from "../dom";
import { metres, money, number, people } from "../format";
import { t, word } from "../i18n";
import { fifth } from "./curve";
import { colourOf } from "./plan-map";
import type { Place, Plan, Work } from "./plan-api";

const ROW_PX = 64;

export interface WorksEvents {
  select: (id: string) => void;
  hover: (id: string | null) => void;
}

/** What a piece of work is, in words. */
export function kindOf(w: Work): string {
  return w.surface ? word("plan_work", w.surface) : word("topic", w.theme);
}

/** Whom a piece of work connects; pieces of a longer way connect nobody alone. */
export function servedBy(w: Work, names: (id: string) => string): string {
  if (w.villages.length === 0) return t("plan_part_of_way");
  const some = w.villages.slice(0, 3).map(names).join(t("comma"));
  return w.villages.length > 3 ? t("plan_and_more", { names: some, n: number(w.villages.length - 3) }) : some;
}

/** The works in order, drawn only where they show. It scrolls with the panel that it stands in. */
export class WorksList {
  readonly el: HTMLElement;
  private rows: Work[] = [];
  private count = 0;
  private currency = "";
  private step: number | null = null;
  private selected = "";
  private hot = "";
  private places: ReadonlyMap<string, Place> = new Map();
  /** Rows that show, and what they were made of. */
  private readonly drawn = new Map<string, HTMLElement>();
  private plan: Plan | null = null;
  private text = "";
  private named: ReadonlyMap<string, Place> | null = null;

  constructor(
    private readonly scroller: HTMLElement,
    private readonly on: WorksEvents,
  ) {
    this.el = h("div", { class: "works", role: "list", "aria-label": t("plan_works"), keydown: (e) => this.keys(e as KeyboardEvent) });
    scroller.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(scroller);
  }

  private readonly name = (id: string): string => this.places.get(id)?.name ?? id;

  /** Shows a plan's works whose villages' names have `q` in them. */
  update(plan: Plan, places: ReadonlyMap<string, Place>, q: string, step: number | null, selected: string): void {
    this.places = places;
    const text = q.trim().toLowerCase();
    this.rows = text ? plan.works.filter((w) => w.villages.some((v) => v.includes(text) || this.name(v).toLowerCase().includes(text))) : plan.works;
    this.count = plan.works.length;
    this.currency = plan.currency;
    this.selected = selected;
    this.step = step;
    if (plan !== this.plan || text !== this.text || places !== this.named) {
      this.drawn.clear();
      this.el.replaceChildren();
      [this.plan, this.text, this.named] = [plan, text, places];
    }
    this.el.style.height = `${String(this.rows.length * ROW_PX)}px`;
    this.draw();
  }

  get shown(): number {
    return this.rows.length;
  }

  /** Works that stand; the rest is pale. */
  built(step: number | null): void {
    this.step = step;
    this.draw();
  }

  /** The pointer is on this work on the map. */
  light(id: string | null): void {
    if (this.hot === (id ?? "")) return;
    this.hot = id ?? "";
    this.draw();
  }

  /** Scrolls to a work. */
  show(id: string): void {
    const i = this.rows.findIndex((w) => w.id === id);
    this.selected = id;
    if (i >= 0) {
      const y = this.el.offsetTop + i * ROW_PX;
      const [from, to] = [this.scroller.scrollTop + 96, this.scroller.scrollTop + this.scroller.clientHeight - ROW_PX];
      if (y < from || y > to) this.scroller.scrollTop = y - this.scroller.clientHeight / 2;
    }
    this.draw();
  }

  private draw(): void {
    const from = this.scroller.scrollTop - this.el.offsetTop;
    const first = Math.max(0, Math.floor(from / ROW_PX) - 4);
    // Some are always there, so that the keyboard finds the list.
    const last = Math.min(this.rows.length, Math.max(4, Math.ceil((from + this.scroller.clientHeight) / ROW_PX) + 4));
    const shown = this.rows.slice(first, last);
    const kept = new Set(shown.map((w) => w.id));
    for (const [id, el] of this.drawn) {
      if (kept.has(id)) continue;
      el.remove();
      this.drawn.delete(id);
    }
    // Rows that stay are not touched: one of them may have the focus or be under a finger.
    let next = this.el.firstElementChild;
    shown.forEach((w, i) => {
      const el = this.drawn.get(w.id) ?? this.row(w, first + i);
      this.drawn.set(w.id, el);
      this.mark(w, el);
      if (el === next) next = next.nextElementSibling;
      else this.el.insertBefore(el, next);
    });
  }

  private mark(w: Work, el: HTMLElement): void {
    const button = el.firstElementChild;
    button?.classList.toggle("on", w.id === this.selected);
    button?.classList.toggle("hot", w.id === this.hot);
    button?.classList.toggle("later", this.step !== null && w.order > this.step);
  }

  private row(w: Work, i: number): HTMLElement {
    const hover = (): void => this.on.hover(w.id);
    const leave = (): void => this.on.hover(null);
    return h(
      "div",
      { role: "listitem", style: `top:${String(i * ROW_PX)}px`, "aria-setsize": String(this.rows.length), "aria-posinset": String(i + 1) },
      h(
        "button",
        { class: "work", "data-work": w.id, tabindex: "0", click: () => this.on.select(w.id), mouseenter: hover, mouseleave: leave, focus: hover, blur: leave },
        h("span", { class: "order" }, h("i", { style: `background:${colourOf(fifth(w.order, this.count))}` }), number(w.order)),
        h("span", { class: "what" }, [kindOf(w), w.length_m !== null && w.length_m > 0 && metres(w.length_m)].filter(Boolean).join(" · ")),
        h("b", { class: "cost" }, money(w.cost, this.currency)),
        h("span", { class: "whom" }, servedBy(w, this.name), w.people !== null && w.people > 0 && h("span", { class: "n" }, ` ${people(w.people)}`), w.double_financed > 0 && h("i", { class: "twice", title: t("plan_twice_row") }, t("plan_twice_mark"))),
        h("span", { class: "sum" }, `Σ ${money(w.cost_so_far, "").trim()} · ${number(w.so_far)}`),
      ),
    );
  }

  /** Arrows move through the rows. */
  private keys(e: KeyboardEvent): void {
    if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
    const now = this.rows.findIndex((w) => w.id === (document.activeElement as HTMLElement | null)?.dataset["work"]);
    const next = this.rows[now + (e.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    e.preventDefault();
    const y = this.el.offsetTop + this.rows.indexOf(next) * ROW_PX;
    if (y < this.scroller.scrollTop + 96) this.scroller.scrollTop = y - 96;
    if (y + ROW_PX > this.scroller.scrollTop + this.scroller.clientHeight) this.scroller.scrollTop = y + ROW_PX - this.scroller.clientHeight;
    this.draw();
    this.el.querySelector<HTMLElement>(`[data-work="${CSS.escape(next.id)}"]`)?.focus({ preventScroll: true });
  }
}
