import { columns } from "@anamnesis/cli/output/format";

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

/** What one sub-bench found: rows with the same keys, and what has to be known to read them. */
export interface Table {
  readonly bench: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly notes?: readonly string[];
}

function cell(value: Value | undefined): string {
  if (value === null || value === undefined) return "-";
  if (typeof value === "string") return value;
  if (!Number.isFinite(value)) return "-";
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en-US");
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value
    .toPrecision(3)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
}

/** Title, aligned columns, notes. */
export function tableText({ title, rows, notes = [] }: Table): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = columns([
    names,
    names.map((name) => "-".repeat(name.length)),
    ...rows.map((row) => names.map((name) => cell(row[name]))),
  ]);
  return [
    `\n${title}\n`,
    ...lines.map((line) => `  ${line}`),
    ...notes.map((note) => `  * ${note}`),
    "",
  ].join("\n");
}
