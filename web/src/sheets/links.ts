import { h } from "../dom";
import { t } from "../i18n";
import { hrefOf, type Route } from "./route";

/** Links of the drawer to whole-page sheets; the address is made when one is followed, for it changes as the map moves. */
export function sheetLinks(...routes: Route[]): HTMLElement {
  const link = (r: Route): HTMLElement => h("a", { class: "plain", href: hrefOf(location.hash, r), "data-sheet-link": r.kind, click: (e) => {
    (e.currentTarget as HTMLAnchorElement).href = hrefOf(location.hash, r);
  } }, t(`sheet_${r.kind}`));
  return h("p", { class: "sheet-links" }, ...routes.map(link));
}
