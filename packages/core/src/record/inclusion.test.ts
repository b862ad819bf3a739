import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { inclusionVectors } from "@anamnesis/testkit/core/inclusionVectors";
import { leafHash, verifyInclusion } from "../audit/merkleTree.ts";
import { fromHex, toHex } from "../encoding/bytes.ts";
import { encodeLeaf } from "./leaf.ts";

const { cases } = inclusionVectors();

it("proves leaves of batches as vectors/inclusion.json has them", () => {
  const file = new URL("../../../../vectors/inclusion.json", import.meta.url);
  expect(inclusionVectors()).toEqual(JSON.parse(readFileSync(file, "utf8")));
});

it.each(cases)("$name: $valid", (claim) => {
  expect(toHex(leafHash(encodeLeaf(claim)))).toBe(claim.leafHash);
  const { index, size, path, root } = claim;
  const proof = { index, size, path: path.map((hash) => fromHex(hash)), root: fromHex(root) };
  expect(verifyInclusion({ leafHash: fromHex(claim.leafHash), ...proof })).toBe(claim.valid);
});
