import { concatBytes, fromHex, toHex } from "../encoding/bytes.ts";
import type { BodyLabel, OrganisationId, RecordId } from "../ids.ts";

/** Bytes of a leaf: record id (32) ‖ blabel (32) ‖ organisation id (32); fixed width, so that a contract checks it cheaply. */
export const LEAF_BYTES = 96;

export interface Leaf {
  readonly record: RecordId;
  readonly label: BodyLabel;
  readonly organisation: OrganisationId;
}

export function encodeLeaf(leaf: Leaf): Uint8Array {
  return concatBytes(fromHex(leaf.record), fromHex(leaf.label), fromHex(leaf.organisation));
}

/** @param bytes exactly `LEAF_BYTES` of a manifest. */
export function decodeLeaf(bytes: Uint8Array): Leaf {
  return {
    record: toHex<RecordId>(bytes.subarray(0, 32)),
    label: toHex<BodyLabel>(bytes.subarray(32, 64)),
    organisation: toHex<OrganisationId>(bytes.subarray(64, 96)),
  };
}
