import type { Cosigning, SaidNo } from "../worker/protocol/cosign.ts";

/** How far one entry has come, which may stand for several records. */
export interface Stand {
  readonly state: "final" | "preliminary" | "declined" | "contradicted";
  /** Names, each once. Of those who signed only whoever signed all that is not final counts. */
  readonly signed: readonly string[];
  readonly missing: readonly string[];
  readonly declined: readonly SaidNo[];
}

/** The least of what these records have come to: an entry is final when all of it is. `null` when nobody was asked to sign any of them. */
export function standOf(records: readonly Cosigning[]): Stand | null {
  if (records.length === 0) return null;
  const open = records.filter(({ state }) => state !== "final");
  const counted = open.length === 0 ? records : open;
  const declined = open.flatMap((one) => one.declined);
  const missing = names(open.flatMap((one) => one.missing));
  const signed = names(counted.flatMap((one) => one.signed)).filter((name) =>
    counted.every((one) => one.signed.includes(name)),
  );
  if (open.length === 0) return { state: "final", signed, missing: [], declined: [] };
  const state = open.some((one) => one.state === "contradicted")
    ? "contradicted"
    : declined.length > 0
      ? "declined"
      : "preliminary";
  return { state, signed, missing, declined };
}

function names(all: readonly string[]): readonly string[] {
  return [...new Set(all)];
}
