import { THEMES, type Theme } from "../region";

/** Which whole-page sheet the address asks for: `village/ID`, `county/ID`, `notice/ID` or `notice/ID@theme`. */
export type Route = { kind: "village" | "county"; id: string } | { kind: "notice"; id: string; theme: Theme | null };

export function parseRoute(text: string): Route | null {
  const cut = text.indexOf("/");
  const [kind, id] = [text.slice(0, cut), text.slice(cut + 1)];
  if (cut < 0 || !id) return null;
  if (kind === "village" || kind === "county") return { kind, id };
  if (kind !== "notice") return null;
  // Ids are the user's own and may hold an @, so only the name of a theme after the last one counts.
  const at = id.lastIndexOf("@");
  const theme = THEMES.find((x) => at > 0 && x === id.slice(at + 1)) ?? null;
  return { kind, id: theme ? id.slice(0, at) : id, theme };
}

export function formatRoute(r: Route): string {
  return `${r.kind}/${r.id}${r.kind === "notice" && r.theme ? `@${r.theme}` : ""}`;
}

/** The address of a sheet, with all else that the address remembers. */
export function hrefOf(hash: string, r: Route): string {
  const p = new URLSearchParams(hash.replace(/^#/, ""));
  p.set("sheet", formatRoute(r));
  return `#${p.toString()}`;
}
