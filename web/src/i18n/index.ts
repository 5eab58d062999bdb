import { en } from "./en";
import { zh, type Key } from "./zh";

export type Lang = "zh" | "en";
export type { Key };
export interface Bilingual {
  zh: string;
  en: string;
}

let lang: Lang = "zh";

export function setLang(l: Lang): void {
  lang = l;
  document.documentElement.lang = l;
}

export function getLang(): Lang {
  return lang;
}

/** The text of `key` in the page's language, with {names} filled in. */
export function t(key: Key, fill: Record<string, string> = {}): string {
  const text = lang === "zh" ? zh[key] : en[key];
  return text.replace(/\{(\w+)\}/g, (_, name: string) => fill[name] ?? "");
}

/** The page language's side of a text that comes in both. */
export function pick(b: Bilingual): string {
  return b[lang];
}

/** A text made in the page's language, where both are asked for. */
export function same(text: string): Bilingual {
  return { zh: text, en: text };
}

export function isKey(k: string): k is Key {
  return k in zh;
}

/** The text of a key made at run time, or the raw word where there is none. */
export function word(prefix: string, value: string): string {
  const key = `${prefix}_${value}`;
  return isKey(key) ? t(key) : value;
}
