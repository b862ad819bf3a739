import { consentTypedData } from "@anamnesis/core/consent/consent";
import { segmentOf } from "@anamnesis/sdk/keys/patientKeys";
import { beginJourney } from "@anamnesis/sdk/testing/journey";
import { expect, it } from "vitest";
import type { NewShare } from "../worker/protocol.ts";
import { partsOf } from "./partsOf.ts";
import { signedSentences } from "./signedSentences.ts";
import { termsOf } from "./termsOf.ts";

it("shows before signing what is signed and what a wallet shows first, word for word, for each part", async () => {
  const { grant, keys, world, doctor } = await beginJourney();
  const share: NewShare = {
    grantee: "0x00",
    parts: partsOf(new Set(["laboratory", "own"]), false, new Set(["genetic"])),
    purpose: "HRESCH",
    dataFrom: 18_000,
    notBefore: world.time - (world.time % 60),
    notAfter: world.time + 86_400,
  };
  const shown = signedSentences(share, doctor.card.name);
  expect(shown.map(({ kind }) => kind).toSorted()).toEqual(["general", "genetic", "personal"]);
  for (const part of share.parts) await grant({ kinds: [part.kind], ...termsOf(share, part) });
  for (const { kind, sentence } of shown) {
    const signed = segmentOf(keys(), kind).consents.at(-1);
    if (signed === undefined) expect.unreachable("a consent of each part");
    const { fields, message } = consentTypedData(world.identity, signed.consent.body);
    expect(fields[0]).toEqual({ type: "string", name: "statement" });
    expect(message["statement"]).toBe(sentence);
    expect(sentence).toContain(doctor.card.name);
    expect(sentence).not.toMatch(/Observation|HRESCH|\d{4}-\d\d/);
  }
});
