import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { errors, type SaidError } from "./errors.ts";

const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
const START = ["apps/portal/src/main.tsx", "apps/portal/src/worker/keys.worker.ts"];
/** Routes whose errors no page meets: of the committee's ceremony, of witnesses, of who audits logs from outside. */
const NOT_OURS = /^packages\/api\/src\/routes\/(?:custody|audit)\.ts$/;
/** A decision's reasons: a page that opens counts refusals, and shows no error of this kind. */
const REASONS = "packages/core/src/consent/decide.ts";
/** Codes of SNOMED CT, LOINC and FHIR in what is written. */
const CODINGS = /^packages\/fhir\/src\/(?:write|generate)\//;
const IMPORT = /(?:import|export)\s+(?!type\b)(?:[^"';]*?\bfrom\s+)?"([^"]+)"|import\(\s*"([^"]+)"\s*\)/g;
const CODE =
  /\bcode: "([a-z][a-z0-9]*(?:-[a-z0-9]+)+|busy|internal|locked|defect|erased)"|AnamnesisError<"([a-z0-9-]+)">/g;

/** Every file that the pages and the worker load. */
function loaded(): readonly string[] {
  const found = new Set<string>();
  const next = [...START];
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    if (found.has(file) || !existsSync(join(ROOT, file))) continue;
    found.add(file);
    for (const [, plain, lazy] of readFileSync(join(ROOT, file), "utf8").matchAll(IMPORT)) {
      const path = pathOf(plain ?? lazy ?? "", file);
      if (path !== null) next.push(path);
    }
  }
  return [...found];
}

function pathOf(specifier: string, from: string): string | null {
  if (specifier.startsWith("."))
    return /\.tsx?$/.test(specifier) ? normalize(join(dirname(from), specifier)) : null;
  const [, workspace, rest] = /^@anamnesis\/([^/]+)\/(.+)$/.exec(specifier) ?? [];
  return workspace === undefined ? null : `packages/${workspace}/src/${rest}.ts`;
}

/** Codes that a file throws, or that a route's node answers with. */
function codesIn(file: string): readonly string[] {
  if (NOT_OURS.test(file) || CODINGS.test(file) || file === REASONS) return [];
  const text = readFileSync(join(ROOT, file), "utf8");
  const thrown = [...text.matchAll(CODE)].map(([, literal, typed]) => literal ?? typed ?? "");
  const answered = [...text.matchAll(/\bcodes: \[([^\]]*)\]/g)].flatMap(([, listed = ""]) =>
    [...listed.matchAll(/"([a-z0-9-]+)"/g)].map(([, code = ""]) => code),
  );
  return [...thrown, ...answered];
}

/** Every code that has a status of its own on the wire. */
function codesOnTheWire(): readonly string[] {
  const text = readFileSync(join(ROOT, "packages/api/src/errorStatus.ts"), "utf8");
  const table = /const STATUS[^{]*{([^}]*)}/.exec(text)?.[1] ?? "";
  return [...table.matchAll(/"?([a-z-]+)"?: \d/g)].map(([, code = ""]) => code);
}

const textOf = (said: SaidError): readonly string[] =>
  typeof said === "string" ? [said] : [said([]), said(["Hospital Northbank"]), said(["One", "Two"])];

describe("words for what failed", () => {
  it("has some for every code that the pages, the worker and their routes can bring", () => {
    const files = loaded();
    expect(files.length).toBeGreaterThan(400);
    const wire = codesOnTheWire();
    expect(wire.length).toBeGreaterThan(50);
    const codes = new Set([...files.flatMap(codesIn), ...wire]);
    expect(codes.size).toBeGreaterThan(150);
    const unsaid = [...codes].filter((code) => !(code in errors.forAll) && !(code in errors.forStaff));
    expect(unsaid).toEqual([]);
  });

  it("says each code once, in whole sentences", () => {
    const both = Object.keys(errors.forAll).filter((code) => code in errors.forStaff);
    expect(both).toEqual([]);
    for (const said of [...Object.values(errors.forAll), ...Object.values(errors.forStaff)]) {
      for (const text of textOf(said)) expect(text).toMatch(/^[A-Z“][^]*\.$/);
    }
  });

  it("says nothing of the machinery to a patient", () => {
    const { other, notLoaded, broken, details, title, page, reload } = errors;
    const general = [other, notLoaded, broken, details, title, page, reload];
    for (const text of [...general, ...Object.values(errors.forAll).flatMap(textOf)]) {
      expect(text).not.toMatch(
        /blockchain|\bhash|\bkeys?\b|\btokens?\b|\bresources?\b|custodian|segment|\bgas\b|undefined|\bepoch|\bnode/i,
      );
    }
  });
});
