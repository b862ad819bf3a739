import type { BodyLabel, OrganisationId } from "@anamnesis/core/ids";
import { organisationId } from "@anamnesis/testkit/core/world";
import { expect, it } from "vitest";
import { standingOf } from "./standingOf.ts";

const [A, B, C] = ["north", "south", "west"].map(organisationId) as [
  OrganisationId,
  OrganisationId,
  OrganisationId,
];
const label = `0x${"11".repeat(32)}` as BodyLabel;
const record = { label, threshold: 2, endorsers: [A, B] };
const named = { label, threshold: 2, asked: [A, B], signed: [A, B] };

it("counts signatures of those whom the record itself names, in its order", () => {
  expect(standingOf(record, { endorsers: named })).toEqual({ state: "final", signed: [A, B] });
  expect(standingOf(record, { endorsers: { ...named, signed: [B, A] } }).signed).toEqual([A, B]);
  expect(standingOf(record, { endorsers: { ...named, signed: [B] } })).toEqual({
    state: "preliminary",
    signed: [B],
  });
  expect(standingOf(record, { endorsers: { ...named, signed: [A, C] } })).toEqual({
    state: "preliminary",
    signed: [A],
  });
});

it("is preliminary while the node says nothing of it", () => {
  for (const nothing of [null, { endorsers: null }]) {
    expect(standingOf(record, nothing)).toEqual({ state: "preliminary", signed: [] });
  }
});

it("is final by no word of a node that names others, fewer, or another header than the record does", () => {
  for (const changes of [
    { threshold: 1 },
    { asked: [A, C] },
    { asked: [B, A] },
    { asked: [A] },
    { asked: [A, B, C] },
    { label: `0x${"22".repeat(32)}` as BodyLabel },
  ]) {
    expect(standingOf(record, { endorsers: { ...named, ...changes } })).toEqual({
      state: "contradicted",
      signed: [],
    });
  }
});
