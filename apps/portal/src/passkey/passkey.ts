import type { JsonObject } from "@anamnesis/api/routes/portal";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { PasskeySecret } from "../worker/protocol.ts";

/** The browser's own WebAuthn (Level 3), whose options and answers are JSON on the wire. */

export interface Answered {
  /** `RegistrationResponseJSON` or `AuthenticationResponseJSON`, without what the PRF gave: that stays here. */
  readonly response: JsonObject;
  readonly credential: Uint8Array;
  /** 32 bytes; `null` when the authenticator has no PRF, or gives none at this step. */
  readonly prf: Uint8Array | null;
}

export function hasPasskeys(): boolean {
  return (
    typeof PublicKeyCredential === "function" &&
    typeof PublicKeyCredential.parseCreationOptionsFromJSON === "function"
  );
}

/** Makes a passkey. Throws `passkey-cancelled`. */
export async function createPasskey(options: JsonObject): Promise<Answered> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as never);
  return answered(await navigator.credentials.create({ publicKey }).catch(cancelled));
}

/** Asks for a passkey of this node. Throws `passkey-cancelled`. */
export async function getPasskey(options: JsonObject): Promise<Answered> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as never);
  return answered(await navigator.credentials.get({ publicKey }).catch(cancelled));
}

/** What opens the vault. Throws `no-prf`. */
export function secretOf({ credential, prf }: Answered): PasskeySecret {
  if (prf !== null) return { credential, prf };
  throw new AnamnesisError({
    code: "no-prf",
    rule: "A passkey keeps your keys if its authenticator has the PRF extension.",
    fix: "Use another device or browser, or a security key that has it.",
  });
}

function answered(credential: Credential | null): Answered {
  if (!(credential instanceof PublicKeyCredential)) throw noPasskey();
  const { prf, ...extensions } = credential.getClientExtensionResults() as {
    readonly prf?: { readonly results?: { readonly first?: ArrayBuffer } };
  };
  const first = prf?.results?.first;
  const json = credential.toJSON() as unknown as JsonObject;
  return {
    // The PRF's output is the key to everything: the node never gets it.
    response: { ...json, clientExtensionResults: extensions },
    credential: new Uint8Array(credential.rawId),
    prf: first === undefined || first.byteLength !== 32 ? null : new Uint8Array(first),
  };
}

function cancelled(): never {
  throw noPasskey();
}

function noPasskey(): AnamnesisError<"passkey-cancelled"> {
  return new AnamnesisError({
    code: "passkey-cancelled",
    rule: "You sign in with a passkey of yours.",
    fix: "Try again when you are ready.",
  });
}
