import { NOTHING, ONE_FAILED, type Counts } from "../test/counts.ts";
import { runPython } from "./runPython.ts";

/** Fails on any finding of medium or high impact whose line does not say why it is none (contracts/slither.config.json). */
export async function runSlither(): Promise<Counts> {
  return (await runPython("slither", [".", "--fail-medium"], "slither")) === 0 ? NOTHING : ONE_FAILED;
}
