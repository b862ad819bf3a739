import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeProgram } from "./program.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const named = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
const foundIn = (pattern: string, expression: RegExp): ReadonlySet<string> =>
  new Set(
    globSync(pattern, { cwd: ROOT }).flatMap((path) =>
      [...read(path).matchAll(expression)].map(([, name = ""]) => name),
    ),
  );

const [, section = ""] = /\n## The same by API and command\n([^]*?)\n## /.exec(read("docs/portal.md")) ?? [];
const rows = section
  .split("\n")
  .filter((line) => line.startsWith("| ") && line.includes("`"))
  .map((line) => line.split("|").slice(1, 4));
const column = (at: number): readonly string[] => rows.flatMap((row) => named(row[at] ?? ""));

describe("the table of what the portal does", () => {
  it("has every method of the portal's worker, or says that it is of a browser alone", () => {
    const methods = foundIn("apps/portal/src/worker/protocol{.ts,/*.ts}", /^ {2}(?:readonly )?(\w+): \(/gm);
    const [, alone = ""] = /\nOf a browser alone are ([^]*)$/.exec(section) ?? [];
    const told = [...column(0), ...named(alone)];
    expect(methods.size).toBeGreaterThan(90);
    expect([...methods].toSorted()).toEqual(told.toSorted());
  });

  it("names routes that nodes have", () => {
    const routes = foundIn("packages/api/src/routes/*.ts", /name: "(\w+)",\s*method:/g);
    expect(column(1).filter((name) => !routes.has(name))).toEqual([]);
    expect(rows.every(([, cell = ""]) => named(cell).length > 0)).toBe(true);
  });

  it("names commands that there are", () => {
    const exists = (words: string): boolean => {
      let command = makeProgram();
      for (const word of words.split(" ")) {
        const next = command.commands.find((one) => one.name() === word);
        if (next === undefined) return false;
        command = next;
      }
      return true;
    };
    expect(exists("record forget")).toBe(false);
    expect(column(2).filter((words) => !exists(words))).toEqual([]);
    expect(rows.every(([, , cell = ""]) => named(cell).length > 0)).toBe(true);
  });
});
