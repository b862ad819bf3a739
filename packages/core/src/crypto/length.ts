import { AnamnesisError } from "../errors.ts";

/** Throws `bad-length` unless `bytes` is a byte array of exactly `length` bytes. */
export function expectLength(bytes: Uint8Array, length: number, what: string): void {
  if (bytes instanceof Uint8Array && bytes.length === length) return;
  throw badLength(what, length);
}

export function badLength(what: string, expected: number | string): AnamnesisError<"bad-length"> {
  return new AnamnesisError({
    code: "bad-length",
    rule: "Keys, nonces, points and proofs have fixed lengths.",
    fix: "Pass the bytes exactly as the format gives them.",
    meta: { what, expected },
  });
}
