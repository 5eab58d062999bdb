import { getLang, t } from "./i18n";

/** Metres for reading: below 1 km whole metres, else kilometres with one decimal. */
export function metres(m: number | null | undefined): string {
  if (m === null || m === undefined) return t("unknown");
  return m < 999.5 ? `${Math.round(m)} m` : `${number(m / 1000, 1)} km`;
}

/** The page's locale. */
export function locale(): string {
  return getLang() === "zh" ? "zh-CN" : "en-GB";
}

/** Formats by language and digits: making one costs more than many numbers. */
const FORMATS = new Map<string, Intl.NumberFormat>();

/** A number by the page's locale. */
export function number(n: number, digits = 0): string {
  const key = `${getLang()}${digits}`;
  let format = FORMATS.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
    FORMATS.set(key, format);
  }
  return format.format(n);
}

/** Money in round figures: 万 and 亿 in Chinese, k and M in English. */
export function money(n: number, currency: string): string {
  const steps: [number, string][] = getLang() === "zh" ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "bn"], [1e6, "M"], [1e3, "k"]];
  const step = steps.find(([s]) => n >= s);
  const text = step ? `${number(n / step[0], 1)} ${step[1]}` : number(n);
  return `${text} ${currency}`;
}

/** A sum that is weighed against others: two decimals of 亿 and M. */
export function sum(n: number, currency: string): string {
  const [step, unit] = getLang() === "zh" ? [1e8, "亿"] : [1e6, "M"];
  return n >= step ? `${number(n / step, 2)} ${unit} ${currency}`.trim() : money(n, currency).trim();
}

/** A measured value as a laboratory writes it: up to four significant digits. */
export function figure(n: number): string {
  return n.toLocaleString(locale(), { maximumSignificantDigits: 4 });
}

/** A value with the unit of water tests and of village records. */
export function quantity(n: number, unit: string): string {
  const u = unitOf(unit);
  return u ? `${figure(n)} ${u}` : figure(n);
}

/** A unit in the page's language; "1" is none. */
export function unitOf(unit: string): string {
  if (unit === "1") return "";
  const of: Record<string, string> = { "mg/L as N": t("unit_as_n"), "mg/L as NO3": t("unit_as_no3"), d: t("unit_days"), min: t("unit_minutes"), "CFU/100mL": "CFU/100 mL", "MPN/100mL": "MPN/100 mL" };
  return of[unit] ?? unit;
}

export function people(n: number | null | undefined): string {
  return n === null || n === undefined ? t("people_unknown") : t("people", { n: number(n) });
}

export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? t("unknown") : `${number(share * 100, 1)} %`;
}

/** A voltage as a share of the nominal one, three decimals. */
export function pu(v: number | null): string {
  return v === null ? t("unknown") : `${number(v, 3)} pu`;
}

/** Volts: below 1 kV as they are, else kilovolts. */
export function kilovolts(v: number): string {
  return v < 1000 ? `${number(v)} V` : `${number(v / 1000, v % 1000 === 0 ? 0 : 1)} kV`;
}
