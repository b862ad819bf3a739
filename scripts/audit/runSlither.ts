import { oneNameForEachFile } from "../../contracts/scripts/oneNameForEachFile.mjs";
import { NOTHING, ONE_FAILED, type Counts } from "../test/counts.ts";
import { runPython } from "./runPython.ts";

/** Slither goes on when it did not understand a contract, and then says nothing of it. */
const NOT_UNDERSTOOD = /Failed to resolve|Missing inheritance|Impossible to generate IR/;

/** Fails on any finding of medium or high impact that is not explained in the source (docs/contracts.md). */
export async function runSlither(): Promise<Counts> {
  const { code, errors } = await runPython(
    "slither",
    [".", "--fail-medium"],
    "slither",
    oneNameForEachFile(),
  );
  if (NOT_UNDERSTOOD.test(errors)) {
    console.error("Slither did not understand all contracts: what it found is not all.");
    return ONE_FAILED;
  }
  return code === 0 ? NOTHING : ONE_FAILED;
}
