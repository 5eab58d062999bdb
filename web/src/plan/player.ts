import { h } from "../dom";
import { number } from "../format";
import { t } from "../i18n";

/** Builds the works up one after another: a slider, steps and, where motion is welcome, a button that plays them. */
export class Player {
  readonly el: HTMLElement;
  private readonly slider: HTMLInputElement;
  private readonly said: HTMLElement;
  private readonly button: HTMLElement;
  private timer = 0;
  private count = 0;

  constructor(
    private readonly tell: (step: number) => string,
    private readonly changed: (step: number | null) => void,
  ) {
    this.slider = h("input", { id: "plan-step", type: "range", min: "0", max: "0", step: "1", "aria-label": t("plan_step"), input: () => this.go(Number(this.slider.value)) });
    this.said = h("output", { for: "plan-step" });
    const by = (d: number): HTMLElement => h("button", { class: "plain", "aria-label": t(d < 0 ? "plan_step_back" : "plan_step_on"), click: () => this.go(Number(this.slider.value) + d) }, d < 0 ? "−" : "+");
    this.button = h("button", { id: "plan-play", class: "plain", "aria-label": t("plan_play"), click: () => this.play() }, "▶");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.el = h("div", { class: "player" }, still ? null : this.button, by(-1), this.slider, by(1), this.said);
  }

  /** Shows a step of so many. */
  update(count: number, step: number | null): void {
    this.count = count;
    this.slider.max = String(count);
    this.slider.value = String(step === null ? count : Math.min(step, count));
    this.say();
  }

  private say(): void {
    const step = Number(this.slider.value);
    const text = this.tell(step);
    this.said.textContent = `${number(step)} / ${number(this.count)}${text ? ` · ${text}` : ""}`;
    this.slider.setAttribute("aria-valuetext", this.said.textContent);
  }

  private go(step: number): void {
    const to = Math.max(0, Math.min(this.count, step));
    this.slider.value = String(to);
    this.say();
    this.changed(to === this.count ? null : to);
  }

  private play(): void {
    if (this.timer) {
      this.stop();
      return;
    }
    if (Number(this.slider.value) >= this.count) this.go(0);
    this.button.textContent = "❚❚";
    this.button.setAttribute("aria-label", t("plan_pause"));
    const by = Math.max(1, Math.round(this.count / 80));
    this.timer = window.setInterval(() => {
      this.go(Number(this.slider.value) + by);
      if (Number(this.slider.value) >= this.count) this.stop();
    }, 200);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = 0;
    this.button.textContent = "▶";
    this.button.setAttribute("aria-label", t("plan_play"));
  }
}
