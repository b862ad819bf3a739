import { relative, sep } from "node:path";

const MEASURES = ["lines", "functions", "branches"] as const;

interface Covered {
  readonly covered: number;
  readonly total: number;
}

/** What is read of istanbul's json-summary: measures by absolute path, and their sum as `total`. */
export type CoverageReport = Readonly<Record<string, Readonly<Record<(typeof MEASURES)[number], Covered>>>>;

/** Sums by folder of the workspaces (`packages/core/crypto`), sorted by name, each in the order of MEASURES. */
export type FolderCoverage = readonly (readonly [folder: string, sums: readonly Covered[]])[];

export function coverageByFolder(report: CoverageReport, root: string): FolderCoverage {
  const folders = new Map<string, Covered[]>();
  for (const [file, measured] of Object.entries(report)) {
    if (file === "total") continue;
    const name = folderOf(relative(root, file));
    const before = folders.get(name);
    folders.set(
      name,
      MEASURES.map((measure, index) => add(measured[measure], before?.[index])),
    );
  }
  return [...folders].sort(([a], [b]) => (a < b ? -1 : 1));
}

const add = (one: Covered, other: Covered = { covered: 0, total: 0 }): Covered => ({
  covered: one.covered + other.covered,
  total: one.total + other.total,
});

/** `packages/core/src/crypto/dkg/x.ts` -> `packages/core/crypto`; `packages/core/src/x.ts` -> `packages/core`. */
function folderOf(file: string): string {
  const [kind, workspace, , ...rest] = file.split(sep);
  return [kind, workspace, ...(rest.length > 1 ? rest.slice(0, 1) : [])].join("/");
}

/** The table as text: one line by folder, percent of each measure, `-` where there is nothing to cover. */
export function coverageTable(folders: FolderCoverage): string {
  const percent = ({ covered, total }: Covered): string =>
    total === 0 ? "-" : ((100 * covered) / total).toFixed(1);
  const all = MEASURES.map((_, index) =>
    folders.reduce<Covered>((sum, [, sums]) => add(sum, sums[index]), { covered: 0, total: 0 }),
  );
  const width = Math.max(20, ...folders.map(([name]) => name.length));
  const line = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(width)}${cells.map((cell) => cell.padStart(11)).join("")}`;
  return [
    line("coverage, %", MEASURES),
    ...folders.map(([name, sums]) => line(name, sums.map(percent))),
    line("all", all.map(percent)),
  ].join("\n");
}
