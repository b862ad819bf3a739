import { AnamnesisError } from "@anamnesis/core/errors";

export interface ErrorReport {
  readonly code: string;
  readonly rule: string;
  readonly fix: string;
  readonly meta: AnamnesisError["meta"];
}

/** Every error as code, rule, fix and facts that are safe to print. What is none of ours shows its place, never its message. */
export function errorReport(error: unknown): ErrorReport {
  if (error instanceof AnamnesisError) return error.toJSON();
  const place = placeOf(error);
  return {
    code: "internal",
    rule: "The program met a defect of its own.",
    fix: "Report it with the command and the place.",
    meta: place === null ? {} : { place },
  };
}

/** The lines for standard error. */
export function errorLines({ code, rule, fix, meta }: ErrorReport): string {
  const facts = Object.entries(meta)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name} ${value}`);
  const about = facts.length === 0 ? "" : `  about: ${facts.join(", ")}\n`;
  return `error: ${rule}\n  fix: ${fix}\n${about}  code: ${code}\n`;
}

/** File and line of the topmost frame of this project's own code: a message could quote input, a place cannot. */
function placeOf(error: unknown): string | null {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return /((?:apps|packages)\/[\w-]+\/src\/[\w/.-]+:\d+)/.exec(stack)?.[1] ?? null;
}
