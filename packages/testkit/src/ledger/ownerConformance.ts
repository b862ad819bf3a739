import { publicKeyOf } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Address, Hash32 } from "@anamnesis/core/ids";
import type { Intent } from "@anamnesis/core/ledger/intents";
import { nextOwnerDigest, segmentIdOf } from "@anamnesis/core/segment/segmentId";
import { expect, test } from "vitest";
import { named, type Signer, signerNamed } from "./cast.ts";
import { ALREADY, APPLIED, type LedgerTest, refused } from "./ledgerTest.ts";

type Rotation = Extract<Intent, { type: "RotateOwner" }>;

/** The owners of one segment, one after the other. */
const owners = [0, 1, 2, 3].map((generation) => signerNamed(`owner ${generation}`)) as [
  Signer,
  Signer,
  Signer,
  Signer,
];
const stranger = signerNamed("stranger");
const publicKey = ({ secret }: Signer): Uint8Array => publicKeyOf(secret);
const digestOf = (signer: Signer): Hash32 => nextOwnerDigest(publicKey(signer));
const opening = { owner: owners[0].address, nextOwner: digestOf(owners[1]), kind: named<Hash32>("kind") };
const segment = segmentIdOf(opening.owner, opening.nextOwner, opening.kind);

/** The owner of this generation takes over from the one before and names the digest of the next. */
function rotation(generation: 1 | 2, change: Partial<Rotation> = {}): Rotation {
  const owner = owners[generation];
  return {
    type: "RotateOwner",
    segment,
    generation,
    newOwner: owner.address,
    newNextOwner: digestOf(owners[generation + 1] as Signer),
    shown: { publicKey: toHex(publicKey(owner)), opening: generation === 1 ? opening : null },
    ...change,
  };
}

/** Rotation of a segment's owner: by the key behind the next digest, once and in order. */
export function describeOwners(ledger: () => LedgerTest): void {
  test("RotateOwner", async () => {
    const { sign, submit, events } = ledger();
    const [, second, third] = owners;
    const shown = rotation(1).shown;
    const wrong: readonly (readonly [Rotation, Signer, string])[] = [
      [rotation(2), third, "rotation-gap"],
      [rotation(1, { generation: 0 }), second, "rotation-past"],
      [rotation(1, { shown: { ...shown, opening: null } }), second, "opening-misplaced"],
      [
        rotation(1, { shown: { ...shown, opening: { ...opening, owner: stranger.address } } }),
        second,
        "wrong-opening",
      ],
      [rotation(1, { newOwner: `0x${"0".repeat(40)}` as Address }), second, "incomplete-rotation"],
      [rotation(1, { newNextOwner: `0x${"0".repeat(64)}` }), second, "incomplete-rotation"],
      [
        rotation(1, { shown: { ...shown, publicKey: toHex(publicKey(stranger)) } }),
        stranger,
        "wrong-next-key",
      ],
      [rotation(1, { shown: { ...shown, publicKey: `0x05${"1".repeat(64)}` } }), stranger, "wrong-next-key"],
      [rotation(1, { shown: { ...shown, publicKey: "0x02" } }), second, "malformed-intent"],
      // Who has the present owner's key, a thief for one, cannot rotate.
      [rotation(1), owners[0], "bad-signature"],
      [rotation(1), stranger, "bad-signature"],
    ];
    expect(await submit(...wrong.map(([intent, signer]) => sign(intent, signer)))).toEqual(
      wrong.map(([, , code]) => refused(code)),
    );
    const first = sign(rotation(1), second);
    expect(await submit(first, first)).toEqual([APPLIED, ALREADY]);
    expect(
      await submit(
        sign(rotation(1, { newOwner: stranger.address }), second),
        sign(rotation(2, { shown: { ...rotation(2).shown, opening } }), third),
        sign(rotation(2), second),
        sign(rotation(2), third),
        first,
      ),
    ).toEqual([
      refused("rotation-conflict"),
      refused("opening-misplaced"),
      refused("bad-signature"),
      APPLIED,
      refused("rotation-past"),
    ]);
    expect(await events()).toEqual(
      [rotation(1), rotation(2)].map(({ type: _, shown: _shown, ...fields }) => ({
        type: "owner-rotated",
        ...fields,
      })),
    );
  });
}
