/** Search of names by their Pinyin: full (`dazhepingcun`), initials (`dzpc`), or any mixture of beginnings (`dazhep`). */

/** Syllables of a name, each in all its readings, from the service's `da/dai zhe ping cun`. */
export function syllables(pinyin: string): string[][] {
  return pinyin.split(" ").map((s) => s.split("/"));
}

/** Whether what was typed spells beginnings of syllables in a row, from any syllable of the name on. */
export function spells(typed: string, name: string[][]): boolean {
  return name.some((_, at) => from(typed, name, at));
}

function from(rest: string, name: string[][], at: number): boolean {
  if (rest === "") return true;
  const readings = name[at];
  if (!readings) return false;
  return readings.some((r) => {
    for (let n = Math.min(r.length, rest.length); n > 0; n--) {
      if (rest.startsWith(r.slice(0, n)) && from(rest.slice(n), name, at + 1)) return true;
    }
    return false;
  });
}

/** What was typed, if it can be Pinyin: Latin letters and figures, with blanks and apostrophes left out; else nothing. */
export function typedPinyin(q: string): string {
  const bare = q.toLowerCase().replace(/[\s'’]/g, "");
  return /^[a-z][a-z0-9]*$/.test(bare) ? bare : "";
}
