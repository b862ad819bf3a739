import { AnamnesisError } from "@anamnesis/core/errors";
import { errorReport } from "../output/reportError.ts";

type Figures = Readonly<Record<string, string | number | boolean>>;

/** Stops the demo unless what it is to prove holds. `what` says it as a fact; `meta` has figures, never data. */
export function expectThat(holds: boolean, what: string, meta: Figures = {}): asserts holds {
  if (!holds) throw demoFailed(what, meta);
}

/** The error of work that is to fail, and must fail with this code. */
export async function expectRefusal(
  code: string,
  what: string,
  work: () => Promise<unknown>,
): Promise<AnamnesisError> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AnamnesisError)) throw error;
    if (error.code === code) return error;
    throw demoFailed(what, { wanted: code, found: errorReport(error).code });
  }
  throw demoFailed(what, { wanted: code, found: "no error" });
}

function demoFailed(what: string, meta: Figures): AnamnesisError<"demo-failed"> {
  return new AnamnesisError({
    code: "demo-failed",
    rule: "Every step of the demo proves what it says.",
    fix: "Report this as a defect with the report that --json writes.",
    meta: { expected: what, ...meta },
  });
}
