import { writeFileSync } from "node:fs";
import { formatVectors } from "@anamnesis/testkit/core/formatVectors";
import { derivationVectors } from "@anamnesis/testkit/core/derivationVectors";
import { decisionVectors } from "@anamnesis/testkit/core/decisionVectors";
import { inclusionVectors } from "@anamnesis/testkit/core/inclusionVectors";
import { ownerVectors } from "@anamnesis/testkit/core/ownerVectors";

/** Writes the vectors that are computed from examples: `npm run vectors`. A test compares them. */
for (const [name, make] of [
  ["formats", formatVectors],
  ["decide", decisionVectors],
  ["derivations", derivationVectors],
  ["inclusion", inclusionVectors],
  ["owners", ownerVectors],
] as const) {
  const file = new URL(`../vectors/${name}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(await make(), null, 2)}\n`);
  process.stdout.write(`vectors/${name}.json\n`);
}
