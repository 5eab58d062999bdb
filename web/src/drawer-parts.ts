import { h } from "./dom";

/** Pairs of name and value; pairs without a value are left out. */
export function list(pairs: [string, string | null | undefined | false][]): HTMLElement {
  const dl = h("dl", {});
  for (const [k, v] of pairs) if (v) dl.append(h("dt", {}, k), h("dd", {}, v));
  return dl;
}

export function section(title: string, ...body: (Node | null)[]): HTMLElement {
  return h("section", {}, h("h3", {}, title), ...body);
}
