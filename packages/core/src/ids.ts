import type { Brand } from "./brand.ts";
import { AnamnesisError } from "./errors.ts";

/** Lower-case hexadecimal with the prefix `0x`. */
export type Hex = `0x${string}`;

/** 32 bytes as `0x` and 64 lower-case hexadecimal digits. */
export type Hash32 = Hex;

/** SHA-256("anamnesis/record-id/1" ‖ U), 32 bytes. */
export type RecordId = Brand<Hash32, "RecordId">;
/** SHA-256 of a record's body; the TDH2 label, 32 bytes. */
export type BodyLabel = Brand<Hash32, "BodyLabel">;
/** Self-certifying id of a segment, 32 bytes. */
export type SegmentId = Brand<Hash32, "SegmentId">;
/** A member organisation: digest of its first key card, 32 bytes. */
export type OrganisationId = Brand<Hash32, "OrganisationId">;
/** A practitioner, staff member or device: digest of its first key card, 32 bytes. */
export type ActorId = Brand<Hash32, "ActorId">;
/** keccak256(abi.encode(chain, contract, revoker, commitment)), 32 bytes. */
export type ConsentId = Brand<Hash32, "ConsentId">;
/** SHA-256 over the committee's public key and its members, 32 bytes. */
export type CommitteeKeyId = Brand<Hash32, "CommitteeKeyId">;
/** SHA-256 of a structure's deterministic CBOR, 32 bytes. */
export type Digest = Brand<Hash32, "Digest">;
/** 20 bytes: the last 20 of keccak256 of an uncompressed secp256k1 key (EVM address), lower case. */
export type Address = Brand<Hex, "Address">;
/** CIDv1, sha2-256, base32 lower case. */
export type Cid = Brand<string, "Cid">;
/** Seconds since 1970-01-01T00:00:00Z, a non-negative safe integer. */
export type UnixSeconds = Brand<number, "UnixSeconds">;
/** Days since 1970-01-01 (UTC); negative before. */
export type Day = Brand<number, "Day">;

const HASH32 = /^0x[0-9a-f]{64}$/;
const ADDRESS = /^0x[0-9a-f]{40}$/;
/** 2^40 seconds: the year 36812. Above it, somebody passed milliseconds. */
const LATEST = 2 ** 40;

function badId(what: string): AnamnesisError<"bad-id"> {
  return new AnamnesisError({
    code: "bad-id",
    rule: `A ${what} has one fixed form.`,
    fix:
      what === "address"
        ? "Give 0x and 40 hexadecimal digits."
        : "Give 0x and 64 lower-case hexadecimal digits.",
    meta: { what },
  });
}

function hash32Parser<T extends Hash32>(what: string): (value: string) => T {
  return (value) => {
    if (typeof value !== "string" || !HASH32.test(value)) throw badId(what);
    return value as T;
  };
}

export const parseRecordId: (value: string) => RecordId = hash32Parser("record id");
export const parseBodyLabel: (value: string) => BodyLabel = hash32Parser("body label");
export const parseSegmentId: (value: string) => SegmentId = hash32Parser("segment id");
export const parseOrganisationId: (value: string) => OrganisationId = hash32Parser("organisation id");
export const parseActorId: (value: string) => ActorId = hash32Parser("actor id");
export const parseConsentId: (value: string) => ConsentId = hash32Parser("consent id");
export const parseCommitteeKeyId: (value: string) => CommitteeKeyId = hash32Parser("committee key id");
export const parseDigest: (value: string) => Digest = hash32Parser("digest");

/** Takes any letter case (EIP-55 included) and gives lower case. Throws `bad-id`. */
export function parseAddress(value: string): Address {
  const lower = typeof value === "string" ? value.toLowerCase() : "";
  if (!ADDRESS.test(lower)) throw badId("address");
  return lower as Address;
}

/** Throws `bad-time` unless `value` is a whole number of seconds from 0 to 2^40. */
export function parseUnixSeconds(value: number): UnixSeconds {
  if (!Number.isSafeInteger(value) || value < 0 || value > LATEST) {
    throw new AnamnesisError({
      code: "bad-time",
      rule: "A time is a whole number of seconds since 1970.",
      fix: "Divide milliseconds by 1000 and round down.",
    });
  }
  return value as UnixSeconds;
}

/** Throws `bad-time` unless `value` is a whole number of days within ±2^24. */
export function parseDay(value: number): Day {
  if (!Number.isSafeInteger(value) || Math.abs(value) > 2 ** 24) {
    throw new AnamnesisError({
      code: "bad-time",
      rule: "A day is a whole number of days since 1970.",
      fix: "Give the date as days since 1970-01-01.",
    });
  }
  return value as Day;
}

export function dayOf(time: UnixSeconds): Day {
  return Math.floor(time / 86_400) as Day;
}
