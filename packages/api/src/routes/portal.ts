import type { CborValue } from "@anamnesis/core/encoding/cbor";
import {
  array,
  badField,
  bool,
  type Codec,
  type Infer,
  oneOf,
  optional,
  struct,
  text,
  uint,
} from "@anamnesis/core/encoding/codec";
import type { Address, OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { base64url } from "../http/base64url.ts";
import { json, none, route } from "../route.ts";
import { putRegistration } from "./registrations.ts";

/** Bytes of an account's id, of the ids of ceremonies and of those of wrappers. */
export const ACCOUNT_BYTES = 16;
/** Most bytes of a sealed vault. */
export const MAX_VAULT = 4 * 1024 * 1024;
/** Most wrappers of one vault, and passkeys of one account. */
export const MAX_WRAPPERS = 32;
/** Most wallets of one account. */
export const MAX_WALLETS = 8;
/** Most bytes of a credential's id (WebAuthn Level 3 section 4). */
export const MAX_CREDENTIAL = 1023;
/** Most bytes of a request that carries an authenticator's answer. */
const MAX_CEREMONY = 64 * 1024;
/** Bytes of JSON around a vault in base64url. */
export const MAX_VAULT_JSON = Math.ceil((MAX_VAULT * 4) / 3) + 128 * 1024;

export const ACCOUNT_KINDS = ["patient", "staff"] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];
export const SIGN_INS = ["passkey", "wallet", "oidc", "demo", "device"] as const;
/** How somebody signs in; `device`: let in by another device of the account, to make a passkey. */
export type SignIn = (typeof SIGN_INS)[number];
export const WRAPPER_KINDS = ["passkey", "device", "kit"] as const;
export type WrapperKind = (typeof WRAPPER_KINDS)[number];
export const DEMO_ROLES = ["patient", "doctor", "laboratory", "administrator"] as const;

const accountKind = oneOf(ACCOUNT_KINDS);
const seconds = uint<UnixSeconds>();
const credential = base64url({ max: MAX_CREDENTIAL });

/** What WebAuthn defines and the authenticator's makers extend: a JSON object that goes through as it is. */
export type JsonObject = Readonly<Record<string, unknown>>;
const anyObject: Codec<JsonObject> = {
  toCbor: (value) => value as unknown as CborValue,
  fromCbor: (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw badField(path, "an object");
    return value as unknown as JsonObject;
  },
};

const nothing = struct({});

/** What the pages of a node have to know before anybody signs in. */
export const portalConfig = struct({
  organisation: text<OrganisationId>(66, /^0x[0-9a-f]{64}$/),
  name: text(256),
  chainId: uint(),
  /** The Consents contract: in its domain wallets sign. */
  contract: text<Address>(42, /^0x[0-9a-f]{40}$/),
  demo: bool,
  signIn: array(oneOf(SIGN_INS), SIGN_INS.length),
  version: text(64),
});
export type PortalConfig = Infer<typeof portalConfig>;

/** Who is signed in. */
const sessionFields = {
  account: base64url({ length: ACCOUNT_BYTES }),
  kind: accountKind,
  how: oneOf(SIGN_INS),
  created: seconds,
  /** When it ends unless it is used before; it never lasts longer than 12 hours. */
  expires: seconds,
  passkeys: array(struct({ credential, created: seconds, used: seconds }), MAX_WRAPPERS),
  /** Wallets that sign in to it, each by the SHA-256 under which the node knows it: `walletLogin` makes it of an address. */
  wallets: array(struct({ wallet: base64url({ length: 32 }), created: seconds }), MAX_WALLETS),
  /** Since when the login of the person's organisation signs in to it; not there: it does not. */
  organisationLogin: optional(seconds),
};
export const portalSession = struct(sessionFields);
export type PortalSession = Infer<typeof portalSession>;

const wrapperFields = {
  kind: oneOf(WRAPPER_KINDS),
  /** Whose output opens it: of kind `passkey` alone. */
  credential: optional(credential),
  salt: base64url({ length: 32 }),
  /** The vault's key, see `wrapVaultKey` in the SDK. */
  wrapped: base64url({ max: 1024 }),
};
export const newWrapper = struct(wrapperFields);
export type NewWrapper = Infer<typeof newWrapper>;

const keptWrapper = struct({ id: base64url({ length: 16 }), ...wrapperFields, created: seconds });
export type KeptWrapper = Infer<typeof keptWrapper>;

export const sealed = base64url({ max: MAX_VAULT });

/** A vault as the node has it: what it protects is sealed before it comes. */
export const keptVault = struct({ version: uint(), sealed, wrappers: array(keptWrapper, MAX_WRAPPERS) });
export type KeptVault = Infer<typeof keptVault>;

const putVault = struct({
  /** The version that it replaces; 0 for the first. */
  version: uint(),
  sealed,
  /** All of them, in place of those that were; without them those stay. */
  wrappers: optional(array(newWrapper, MAX_WRAPPERS, 1)),
});
export type PutVault = Infer<typeof putVault>;

const ceremony = base64url({ length: 16 });
const ceremonyOptions = struct({ ceremony, options: anyObject });
const ceremonyAnswer = struct({ ceremony, response: anyObject });

/** Somebody whom the demo made: with synthetic records, for trying. */
export const demoIdentity = struct({
  id: text(64, /^[a-z0-9-]+$/),
  name: text(256),
  role: oneOf(DEMO_ROLES),
  sentence: text(1024),
});
export type DemoIdentity = Infer<typeof demoIdentity>;

/** The pages' own routes: JSON, a session's cookie, never from another origin. */
export const portalRoutes = {
  portalConfig: route({
    name: "portalConfig",
    method: "GET",
    path: "/portal/v1/config",
    signed: false,
    session: "none",
    request: none,
    answer: json(portalConfig),
    codes: [],
  }),
  /** Without a session: for a new account. With one: for another passkey of it, of whatever kind is said. */
  passkeyRegistrationOptions: route({
    name: "passkeyRegistrationOptions",
    method: "POST",
    path: "/portal/v1/passkeys/registration-options",
    signed: false,
    session: "optional",
    request: json(struct({ kind: accountKind })),
    answer: json(ceremonyOptions),
    codes: ["too-many-passkeys", "not-offered"],
  }),
  passkeyRegistration: route({
    name: "passkeyRegistration",
    method: "POST",
    path: "/portal/v1/passkeys/registration",
    signed: false,
    session: "optional",
    request: json(ceremonyAnswer, MAX_CEREMONY),
    answer: json(portalSession),
    codes: ["sign-in-failed", "too-many-passkeys", "not-offered"],
  }),
  passkeySignInOptions: route({
    name: "passkeySignInOptions",
    method: "POST",
    path: "/portal/v1/passkeys/sign-in-options",
    signed: false,
    session: "none",
    request: json(nothing),
    answer: json(ceremonyOptions),
    codes: ["not-offered"],
  }),
  passkeySignIn: route({
    name: "passkeySignIn",
    method: "POST",
    path: "/portal/v1/passkeys/sign-in",
    signed: false,
    session: "optional",
    request: json(ceremonyAnswer, MAX_CEREMONY),
    answer: json(portalSession),
    codes: ["sign-in-failed", "not-offered"],
  }),
  /** Takes a passkey and its wrapper away; never the last one. */
  passkeyRemoval: route({
    name: "passkeyRemoval",
    method: "POST",
    path: "/portal/v1/passkeys/removal",
    signed: false,
    session: "required",
    request: json(struct({ credential })),
    answer: json(portalSession),
    codes: ["not-found", "last-passkey"],
  }),
  portalSession: route({
    name: "portalSession",
    method: "GET",
    path: "/portal/v1/session",
    signed: false,
    session: "required",
    request: none,
    answer: json(portalSession),
    codes: [],
  }),
  endPortalSession: route({
    name: "endPortalSession",
    method: "POST",
    path: "/portal/v1/session/end",
    signed: false,
    session: "required",
    request: json(struct({ everywhere: bool })),
    /** `next`: where the organisation's own login is ended, of who came by it. */
    answer: json(struct({ next: optional(text(8192, /^https?:\/\//)) })),
    codes: [],
  }),
  portalVault: route({
    name: "portalVault",
    method: "GET",
    path: "/portal/v1/vault",
    signed: false,
    session: "required",
    request: none,
    answer: json(keptVault),
    codes: ["not-found"],
  }),
  putPortalVault: route({
    name: "putPortalVault",
    method: "PUT",
    path: "/portal/v1/vault",
    signed: false,
    session: "required",
    request: json(putVault, MAX_VAULT_JSON),
    answer: json(struct({ version: uint() })),
    codes: ["vault-conflict", "bad-wrapper"],
  }),
  putRegistration,
  demoIdentities: route({
    name: "demoIdentities",
    method: "GET",
    path: "/portal/v1/demo/identities",
    signed: false,
    session: "none",
    request: none,
    answer: json(array(demoIdentity, 64)),
    codes: ["not-found"],
  }),
  /** A session and the key of the vault: the demo's people have nothing to protect. */
  demoSignIn: route({
    name: "demoSignIn",
    method: "POST",
    path: "/portal/v1/demo/sign-in",
    signed: false,
    session: "optional",
    request: json(struct({ id: text(64) })),
    answer: json(struct({ ...sessionFields, vaultKey: base64url({ length: 32 }) })),
    codes: ["not-found"],
  }),
} as const;
