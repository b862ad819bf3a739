import type { CborValue } from "@anamnesis/core/encoding/cbor";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Body } from "../route.ts";

type JsonBody<T> = Extract<Body<T>, { type: "json" }>;

/** Text of a value in the form of its body. */
export function encodeJson<T>({ codec }: JsonBody<T>, value: T): string {
  return JSON.stringify(codec === null ? value : codec.toCbor(value));
}

/** Throws `bad-json` for what is no JSON, and what the body's codec throws. */
export function decodeJson<T>({ codec }: JsonBody<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AnamnesisError({
      code: "bad-json",
      rule: "The body is JSON (RFC 8259).",
      fix: "See docs/api.md for the route's fields.",
    });
  }
  return codec === null ? (value as T) : codec.fromCbor(value as CborValue, "body");
}
