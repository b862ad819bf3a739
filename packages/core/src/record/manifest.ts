import {
  hash32,
  mapped,
  struct,
  uint,
  varBytes,
  badField,
  type Codec,
  type Infer,
} from "../encoding/codec.ts";
import { concatBytes } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import type { OrganisationId } from "../ids.ts";
import { decodeLeaf, encodeLeaf, LEAF_BYTES, type Leaf } from "./leaf.ts";

/** Most leaves of one batch: 2^17, a manifest of 12 MiB. */
export const MAX_BATCH = 2 ** 17;

const leaves: Codec<readonly Leaf[]> = mapped(
  varBytes(MAX_BATCH * LEAF_BYTES),
  (bytes, path) => {
    if (bytes.length === 0 || bytes.length % LEAF_BYTES !== 0)
      throw badField(path, `n × ${LEAF_BYTES} bytes, n ≥ 1`);
    return Array.from({ length: bytes.length / LEAF_BYTES }, (_, i) =>
      decodeLeaf(bytes.subarray(i * LEAF_BYTES, (i + 1) * LEAF_BYTES)),
    );
  },
  (value) => concatBytes(...value.map(encodeLeaf)),
);

/**
 * The leaves of one anchored batch in the order of its tree, shuffled by the author so that the order of
 * writing does not show. Every node keeps every manifest.
 */
export const manifest = defineFormat(
  "manifest",
  struct({
    organisation: hash32<OrganisationId>(),
    /** The batch's number on the ledger. */
    sequence: uint(),
    leaves,
  }),
  MAX_BATCH * LEAF_BYTES + 256,
);
export type Manifest = Infer<typeof manifest>;
