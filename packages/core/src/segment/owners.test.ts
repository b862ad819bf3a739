import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ownerVectors } from "@anamnesis/testkit/core/ownerVectors";

it("derives segments and the keys that rotate them as vectors/owners.json has them", () => {
  const file = new URL("../../../../vectors/owners.json", import.meta.url);
  expect(ownerVectors()).toEqual(JSON.parse(readFileSync(file, "utf8")));
});
