import { secp256k1 } from "@noble/curves/secp256k1.js";

const { Fn } = secp256k1.Point;

/** Lagrange coefficient of `index` for the value at `x`, among distinct small `indexes` that include it; mod n. */
export function lagrangeAt(x: number, index: number, indexes: readonly number[]): bigint {
  let numerator = 1n;
  let denominator = 1n;
  for (const other of indexes) {
    if (other === index) continue;
    numerator = Fn.mul(numerator, Fn.create(BigInt(x - other)));
    denominator = Fn.mul(denominator, Fn.create(BigInt(index - other)));
  }
  return Fn.div(numerator, denominator);
}
