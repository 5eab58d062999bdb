/** A workbook of one sheet, written by ourselves: parts of XML in a ZIP archive without compression. */
export type Cell = string | number | null;

export interface Sheet {
  name: string;
  /** Lines above the table, over its whole width. */
  title: string[];
  head: string[];
  rows: Cell[][];
  /** Of columns, in characters. */
  widths: number[];
  /** Lines below the table. */
  foot: string[];
}

const UTF8 = new TextEncoder();

const CRCS = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const b of bytes) c = (CRCS[(c ^ b) & 0xff] ?? 0) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function le(...fields: [number, 2 | 4][]): number[] {
  return fields.flatMap(([n, size]) => Array.from({ length: size }, (_, i) => (n >>> (8 * i)) & 0xff));
}

/** 1 January 1980, for files of the same table are the same bytes. */
const DAY = 0x21;

export function zip(files: readonly [string, string][]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [path, text] of files) {
    const [name, body] = [UTF8.encode(path), UTF8.encode(text)];
    // Version 2.0, names in UTF-8, stored as it is.
    const common = le([20, 2], [0x800, 2], [0, 2], [0, 2], [DAY, 2], [crc32(body), 4], [body.length, 4], [body.length, 4], [name.length, 2], [0, 2]);
    const local = Uint8Array.from([...le([0x04034b50, 4]), ...common, ...name]);
    directory.push(Uint8Array.from([...le([0x02014b50, 4], [20, 2]), ...common, ...le([0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), ...name]));
    parts.push(local, body);
    at += local.length + body.length;
  }
  const size = directory.reduce((n, d) => n + d.length, 0);
  const end = Uint8Array.from(le([0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [at, 4], [0, 2]));
  const all = [...parts, ...directory, end];
  const out = new Uint8Array(all.reduce((n, p) => n + p.length, 0));
  let put = 0;
  for (const p of all) {
    out.set(p, put);
    put += p.length;
  }
  return out;
}

/** A text for XML, without the characters that XML has no place for. */
export function xml(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

export function column(n: number): string {
  return n < 26 ? String.fromCharCode(65 + n) : column(Math.floor(n / 26) - 1) + column(n % 26);
}

/** Lines that a text takes in a column, nearly: letters of East Asia are two characters wide. Without it rows would show one line. */
export function linesIn(text: string, width: number): number {
  const wide = (line: string): number => [...line].reduce((n, c) => n + ((c.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1), 0);
  return text.split("\n").reduce((n, line) => n + Math.max(1, Math.ceil(wide(line) / Math.max(1, width - 1))), 0);
}

const LINE_PT = 13.5;

const [PLAIN, TITLE, HEAD, CELL] = [0, 1, 2, 3];

function cell(value: Cell, row: number, col: number, style: number): string {
  const at = `r="${column(col)}${row}" s="${style}"`;
  if (value === null || value === "") return `<c ${at}/>`;
  return typeof value === "number" ? `<c ${at}><v>${value}</v></c>` : `<c ${at} t="inlineStr"><is><t xml:space="preserve">${xml(value)}</t></is></c>`;
}

function worksheet(s: Sheet): string {
  const last = column(s.head.length - 1);
  const lines: string[] = [];
  const merged: string[] = [];
  const wide = (text: string, style: number): void => {
    const r = lines.length + 1;
    lines.push(`<row r="${r}"${style === TITLE ? ' ht="26" customHeight="1"' : ""}>${cell(text, r, 0, style)}</row>`);
    merged.push(`A${r}:${last}${r}`);
  };
  s.title.forEach((x, i) => wide(x, i === 0 ? TITLE : PLAIN));
  const head = lines.length + 1;
  lines.push(`<row r="${head}">${s.head.map((x, i) => cell(x, head, i, HEAD)).join("")}</row>`);
  for (const row of s.rows) {
    const r = lines.length + 1;
    const most = Math.max(1, ...row.map((x, i) => linesIn(String(x ?? ""), s.widths[i] ?? 10)));
    // A row is at most 409 points high.
    lines.push(`<row r="${r}" ht="${Math.min(409, most * LINE_PT + 2)}" customHeight="1">${row.map((x, i) => cell(x, r, i, CELL)).join("")}</row>`);
  }
  s.foot.forEach((x) => wide(x, PLAIN));
  const cols = s.widths.map((w, i) => `<col min="${i + 1}" max="${i + 1}" width="${w}" customWidth="1"/>`).join("");
  return `${XML}<worksheet xmlns="${MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0"><pane ySplit="${head}" topLeftCell="A${head + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${cols}</cols><sheetData>${lines.join("")}</sheetData><mergeCells count="${merged.length}">${merged.map((m) => `<mergeCell ref="${m}"/>`).join("")}</mergeCells><pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="portrait" fitToWidth="1" fitToHeight="0"/><headerFooter><oddFooter>&amp;P / &amp;N</oddFooter></headerFooter></worksheet>`;
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml";

const BORDER = ["left", "right", "top", "bottom"].map((x) => `<${x} style="thin"><color auto="1"/></${x}>`).join("");
const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><fonts count="3"><font><sz val="10"/><name val="宋体"/></font><font><b/><sz val="16"/><name val="宋体"/></font><font><b/><sz val="10"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>${BORDER}<diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top"/></xf><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1"><alignment horizontal="center" vertical="center"/></xf><xf numFmtId="0" fontId="2" fillId="0" borderId="1" xfId="0" applyFont="1" applyBorder="1" applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf><xf numFmtId="0" fontId="0" fillId="0" borderId="1" xfId="0" applyBorder="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

/** The name of a sheet: 31 characters, without those that mean something in formulas. */
export function sheetName(text: string): string {
  return text.replace(/[[\]:*?/\\']/g, " ").slice(0, 31).trim() || "1";
}

export function workbook(s: Sheet): Uint8Array<ArrayBuffer> {
  const name = xml(sheetName(s.name));
  // The head of the table stands on every printed page.
  const head = s.title.length + 1;
  const titles = `'${name}'!$${head}:$${head}`;
  return zip([
    ["[Content_Types].xml", `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${KIND}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${KIND}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${KIND}.styles+xml"/></Types>`],
    ["_rels/.rels", `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ["xl/workbook.xml", `${XML}<workbook xmlns="${MAIN}" xmlns:r="${REL}"><sheets><sheet name="${name}" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">${titles}</definedName></definedNames></workbook>`],
    ["xl/_rels/workbook.xml.rels", `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${REL}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${REL}/styles" Target="styles.xml"/></Relationships>`],
    ["xl/styles.xml", STYLES],
    ["xl/worksheets/sheet1.xml", worksheet(s)],
  ]);
}

/** Text as CSV (RFC 4180) with a mark that spreadsheets know UTF-8 by. Text that a spreadsheet would take for a formula gets an apostrophe. */
export function csv(head: readonly string[], rows: readonly Cell[][]): string {
  const field = (v: Cell): string => {
    if (v === null) return "";
    const s = typeof v === "string" && /^[=+\-@\t\r]/.test(v) ? `'${v}` : String(v);
    return /[",\r\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s;
  };
  return `\ufeff${[head, ...rows].map((r) => r.map(field).join(",")).join("\r\n")}\r\n`;
}
