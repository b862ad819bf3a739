import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { derivationVectors } from "@anamnesis/testkit/core/derivationVectors";

it("derives keys, ids, digests and commitments as vectors/derivations.json has them", async () => {
  const file = new URL("../../../../vectors/derivations.json", import.meta.url);
  expect(await derivationVectors()).toEqual(JSON.parse(readFileSync(file, "utf8")));
});
