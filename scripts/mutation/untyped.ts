import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PROGRAMS, ROOT } from "../test/paths.ts";
import { runProgram } from "../test/runProgram.ts";

/** A text in place of a part of a file; lines and columns from 1, the end is not part of it. */
export interface Change {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly replacement: string;
}

const WORK = join(ROOT, ".stryker", "types");

/**
 * Which of these changes of one file do not type-check, and are therefore no programs that the project could have: places in the list.
 * All are checked at once, each as a file of its own beside the one that it changes.
 * @param file from the root of the repository, below `packages/core/src`.
 */
export async function untyped(
  file: string,
  source: string,
  changes: readonly Change[],
): Promise<ReadonlySet<number>> {
  await rm(WORK, { recursive: true, force: true });
  await mkdir(WORK, { recursive: true });
  await cp(join(ROOT, "packages", "core", "src"), join(WORK, "packages", "core", "src"), { recursive: true });
  const nameOf = (place: number | "control"): string => file.replace(/\.ts$/, `.${place}.ts`);
  await writeFile(join(WORK, nameOf("control")), source);
  for (const [place, change] of changes.entries()) {
    await writeFile(join(WORK, nameOf(place)), changed(source, change));
  }
  const include = [nameOf("control"), ...changes.map((_, place) => nameOf(place))];
  await writeFile(
    join(WORK, "tsconfig.json"),
    JSON.stringify({ extends: join(ROOT, "tsconfig.json"), include: [], files: include }),
  );
  const { output } = await runProgram(PROGRAMS.tsc, ["-p", WORK, "--pretty", "false"], {
    capture: true,
    cwd: WORK,
  });
  const stem = file.slice(0, -".ts".length).replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const wrong = [...output.matchAll(new RegExp(`${stem}\\.(control|[0-9]+)\\.ts\\(`, "g"))].map(
    ([, place]) => place,
  );
  if (wrong.includes("control")) throw new TypeError(`${file} does not type-check as it is.`);
  await rm(WORK, { recursive: true, force: true });
  return new Set(wrong.map(Number));
}

function changed(source: string, { line, column, endLine, endColumn, replacement }: Change): string {
  const starts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const at = (row: number, place: number): number => (starts[row - 1] ?? 0) + place - 1;
  return source.slice(0, at(line, column)) + replacement + source.slice(at(endLine, endColumn));
}
