import { elementNames } from "../definitions/structureDefinitions.ts";

let names: ReadonlySet<string> | undefined;

/** The path as far as its names are elements of R4: the name of an unknown one comes from the resource. */
export function safePath(path: string, type: string): string {
  names ??= elementNames();
  const kept: string[] = [];
  for (const part of path.split(".")) {
    const name = part.replace(/^_/, "").replace(/(?:\[(?:x|\d+)\])+$/, "");
    const choice = /\[x\]/.test(part);
    if (kept.length === 0 ? name !== type : !names.has(name) && !choice) break;
    kept.push(part);
  }
  return kept.length === 0 ? type : kept.join(".");
}
