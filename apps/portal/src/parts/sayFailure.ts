import { isAnamnesisError } from "@anamnesis/core/errors";
import type { Words } from "../words/useWords.tsx";

/** What a page says of what failed, and what one can do there. */
export interface SaidFailure {
  readonly text: string;
  /** What helps: signing in again, loading the page again, or trying what failed again. */
  readonly way: "sign-in" | "reload" | "again";
  /** In the terms of the program, for who is asked for help: folded away. */
  readonly support: { readonly code: string; readonly rule: string | null } | null;
}

/** As browsers and bundlers say that a part of the page did not come. */
const NOT_LOADED =
  /dynamically imported module|importing a module script failed|unable to preload|failed to fetch|error loading/i;
const SIGNED_OUT: ReadonlySet<string> = new Set(["locked", "not-signed-in"]);
/** What trying again in this page does not mend. */
const STOPPED: ReadonlySet<string> = new Set(["worker-failed", "internal"]);

/** Pure. The developers' rule and fix are never the sentence itself: they speak of what patients do not know. @param staff has words of the work before those for all. */
export function sayFailure(error: unknown, { errors: said }: Words, staff: boolean): SaidFailure {
  if (!isAnamnesisError(error)) {
    const notLoaded = error instanceof Error && NOT_LOADED.test(error.message);
    return {
      text: notLoaded ? said.notLoaded : said.broken,
      way: "reload",
      support: error instanceof Error && !notLoaded ? { code: error.name, rule: null } : null,
    };
  }
  const { code, rule, fix } = error;
  const own = staff ? said.forStaff[code] : undefined;
  // What only staff meet is still better said than not, whoever meets it.
  const found = own ?? said.forAll[code] ?? said.forStaff[code] ?? said.other;
  if (SIGNED_OUT.has(code)) return { text: textOf(found, error.meta), way: "sign-in", support: null };
  return {
    text: textOf(found, error.meta),
    way: STOPPED.has(code) ? "reload" : "again",
    support: { code, rule: `${rule} ${fix}` },
  };
}

/** Names come from the consortium's directory, in one text: the SDK has them where somebody is silent. */
function textOf(
  said: Words["errors"]["forAll"][string],
  { missing }: Readonly<Record<string, unknown>>,
): string {
  if (typeof said === "string") return said;
  return said(typeof missing === "string" && missing !== "" ? missing.split(", ") : []);
}
