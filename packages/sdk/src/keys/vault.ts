import { aesGcmOpen, aesGcmSeal } from "@anamnesis/core/crypto/aead";
import { hkdf } from "@anamnesis/core/crypto/kdf";
import { concatBytes, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import {
  array,
  fixedBytes,
  hash32,
  type Infer,
  nullable,
  oneOf,
  optional,
  struct,
  uint,
} from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import { actorKeys } from "./actorKeys.ts";
import { patientKeys } from "./patientKeys.ts";

const NONCE_BYTES = 12;
const VAULT_LABEL = utf8ToBytes("anamnesis-portal-vault");
const WRAPPER_LABEL = utf8ToBytes("anamnesis-portal-wrapper");

/** What a person keeps at a node's portal, and nobody there can read: it is sealed in the browser. */
export const portalVault = defineFormat(
  "portal-vault",
  struct({
    kind: oneOf(["patient", "staff"]),
    /** Of a patient. */
    patient: nullable(patientKeys),
    /** Of a practitioner, staff member or device. */
    actor: nullable(actorKeys),
    /** Ed25519 secret (32 bytes) with which an administrator's requests are signed. */
    admin: nullable(fixedBytes(32)),
    /** Members whose nodes keep this person's segments. */
    homes: array(hash32<OrganisationId>(), 255),
    /** Seed (32 bytes) of a kit that is not known to be on paper: it goes when the person has it. */
    kit: optional(fixedBytes(32)),
    /** A change of owners that was begun: it goes on from here, and the seed goes with its end. */
    rotating: optional(
      struct({
        why: oneOf(["recovery", "theft"]),
        /** Of the paper that was typed, 32 bytes. */
        seed: fixedBytes(32),
        /** Generation of that seed to reach. */
        until: uint(0xffff_ffff),
      }),
    ),
  }),
  4 * 1024 * 1024,
);
export type PortalVault = Infer<typeof portalVault>;

/** Key and account of a vault. */
export interface VaultKey {
  /** Random, 32 bytes. */
  readonly key: Uint8Array;
  /** Id of the account that keeps the vault, 16 bytes: a vault of one account opens in no other. */
  readonly account: Uint8Array;
}

/** The vault sealed with AES-256-GCM: nonce (12 bytes, random) ‖ ciphertext ‖ tag. Throws `bad-length`. */
export async function sealVault(
  parameters: VaultKey & {
    readonly vault: PortalVault;
    readonly random: (length: number) => Uint8Array;
  },
): Promise<Uint8Array> {
  const { vault, key, account, random } = parameters;
  const plaintext = portalVault.encode(vault);
  const nonce = random(NONCE_BYTES);
  const sealed = await aesGcmSeal(key, nonce, plaintext, concatBytes(VAULT_LABEL, account));
  plaintext.fill(0);
  return concatBytes(nonce, sealed);
}

/** What `sealVault` sealed. Throws `vault-closed` and a decoder's error. */
export async function openVault(
  parameters: VaultKey & { readonly sealed: Uint8Array },
): Promise<PortalVault> {
  const { sealed, key, account } = parameters;
  return portalVault.decode(await openBehindNonce(key, sealed, concatBytes(VAULT_LABEL, account)));
}

/** What a vault's key is wrapped under. */
export interface WrapSecret {
  /** Output of the passkey's PRF extension, of a device's own key or of the kit: at least 32 bytes that nobody can guess. */
  readonly secret: Uint8Array;
  /** The wrapper's own, random, 32 bytes. */
  readonly salt: Uint8Array;
  readonly account: Uint8Array;
}

/** A vault's key under HKDF-SHA256 of a secret, with AES-256-GCM: 60 bytes, nonce first. Throws `bad-length`. */
export async function wrapVaultKey(
  parameters: WrapSecret & { readonly key: Uint8Array; readonly random: (length: number) => Uint8Array },
): Promise<Uint8Array> {
  const { key, account, random } = parameters;
  const nonce = random(NONCE_BYTES);
  const wrapped = await aesGcmSeal(wrappingKey(parameters), nonce, key, concatBytes(WRAPPER_LABEL, account));
  return concatBytes(nonce, wrapped);
}

/** What `wrapVaultKey` wrapped, 32 bytes. Throws `vault-closed`. */
export async function unwrapVaultKey(
  parameters: WrapSecret & { readonly wrapped: Uint8Array },
): Promise<Uint8Array> {
  const { wrapped, account } = parameters;
  return openBehindNonce(wrappingKey(parameters), wrapped, concatBytes(WRAPPER_LABEL, account));
}

function wrappingKey({ secret, salt }: WrapSecret): Uint8Array {
  if (secret.length < 32) throw closed();
  return hkdf(secret, { salt, info: WRAPPER_LABEL, length: 32 });
}

async function openBehindNonce(key: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Promise<Uint8Array> {
  if (sealed.length < NONCE_BYTES) throw closed();
  try {
    return await aesGcmOpen(key, sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES), aad);
  } catch {
    throw closed();
  }
}

function closed(): AnamnesisError<"vault-closed"> {
  return new AnamnesisError({
    code: "vault-closed",
    rule: "A vault opens with its own key, in the account that keeps it.",
    fix: "Sign in with the passkey or device that was added to this account, or use the printed kit.",
  });
}
