import { secp256k1, secp256k1_hasher } from "@noble/curves/secp256k1.js";
import { utf8ToBytes } from "../encoding/bytes.ts";

/** Domain of ḡ's derivation, see `GBAR`. */
export const GBAR_DST = "anamnesis/tdh2/gbar/1";

const gbarPoint = secp256k1_hasher.hashToCurve(new Uint8Array(), { DST: utf8ToBytes(GBAR_DST) });

/** g of secp256k1 (SEC 2), compressed SEC1, 33 bytes. */
export const G: Uint8Array = secp256k1.Point.BASE.toBytes(true);

/**
 * ḡ, compressed SEC1, 33 bytes: RFC 9380 hash_to_curve, suite secp256k1_XMD:SHA-256_SSWU_RO_, of the empty message
 * under `GBAR_DST`, so that nobody knows its discrete logarithm to the base g.
 */
export const GBAR: Uint8Array = gbarPoint.toBytes(true);
