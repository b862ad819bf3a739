import { expect, it } from "vitest";
import type { Share } from "../worker/protocol.ts";
import { partsOf } from "./partsOf.ts";
import { startAgain } from "./startAgain.ts";

const SHARE: Share = {
  id: "0x01",
  consents: ["0x01"],
  parts: partsOf(new Set(["laboratory", "own"]), false, new Set(["genetic"])),
  granteeName: "Dr Ana Ruiz",
  organisationName: "Northside Hospital",
  purposes: ["HRESCH"],
  dataFrom: 18_000,
  dataTo: null,
  notBefore: 1000,
  notAfter: 5000,
  state: "stopped",
};

it("chooses what a share opened, and comes to the same parts", () => {
  const start = startAgain(SHARE, 2000);
  expect(start).toEqual({
    areas: new Set(["laboratory", "own"]),
    everything: false,
    sensitive: new Set(["genetic"]),
    purpose: "HRESCH",
    asked: { dataFrom: 18_000, notAfter: 5000 },
  });
  const parts = partsOf(start?.areas ?? new Set(), false, start?.sensitive ?? new Set());
  expect(new Set(parts)).toEqual(new Set(SHARE.parts));
});

it("chooses never more: no area of which a part was open, no share that has ended, no purpose that nobody can choose", () => {
  const part = { ...SHARE, parts: [{ kind: "genetic" as const, resourceTypes: ["Observation"] }] };
  expect(startAgain(part, 2000)).toMatchObject({ areas: new Set(), sensitive: new Set() });
  expect(startAgain(SHARE, 5000)).toBeNull();
  expect(startAgain({ ...SHARE, purposes: ["PUBHLTH"] }, 2000)).toBeNull();
});
