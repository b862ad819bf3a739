import { readdirSync } from "node:fs";
import { join } from "node:path";
import { CONTRACTS } from "./forge.mjs";

/** The contracts that are deployed: one for each file directly in `src`, and named as it. */
export function contractNames() {
  return readdirSync(join(CONTRACTS, "src"))
    .filter((file) => file.endsWith(".sol"))
    .map((file) => file.slice(0, -".sol".length))
    .sort();
}
