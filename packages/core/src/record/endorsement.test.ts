import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrganisationId } from "../ids.ts";
import { toHex } from "../encoding/bytes.ts";
import { areEndorsers, endorsement, endorsementCommitment } from "./endorsement.ts";

const organisation = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => toHex<OrganisationId>(bytes));
const salt = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("an endorsement's opening", () => {
  it("is taken with 1 to 16 distinct organisations and a threshold that they can reach, and with nothing else", () => {
    fc.assert(
      fc.property(
        fc.array(organisation, { maxLength: 18 }),
        fc.nat(17),
        salt,
        (organisations, threshold, bytes) => {
          const value = { organisations, threshold, salt: bytes };
          let decoded: unknown = null;
          try {
            decoded = endorsement.fromCbor(endorsement.toCbor(value), "");
          } catch {
            decoded = null;
          }
          expect(decoded !== null).toBe(areEndorsers(value));
        },
      ),
    );
    const one = toHex<OrganisationId>(new Uint8Array(32));
    expect(areEndorsers({ organisations: [one, one], threshold: 1 })).toBe(false);
    expect(areEndorsers({ organisations: [one], threshold: 2 })).toBe(false);
    expect(areEndorsers({ organisations: [one], threshold: 1 })).toBe(true);
  });

  it("commits to threshold, organisations, their order and the salt", () => {
    const [a, b] = [1, 2].map((byte) => toHex<OrganisationId>(new Uint8Array(32).fill(byte))) as [
      OrganisationId,
      OrganisationId,
    ];
    const base = { threshold: 1, organisations: [a, b], salt: new Uint8Array(32) };
    const all = [
      base,
      { ...base, threshold: 2 },
      { ...base, organisations: [b, a] },
      { ...base, organisations: [a] },
      { ...base, salt: new Uint8Array(32).fill(1) },
    ];
    expect(new Set(all.map(endorsementCommitment)).size).toBe(all.length);
  });
});
