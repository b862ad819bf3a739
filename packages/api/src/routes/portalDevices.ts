import { array, oneOf, optional, struct, uint } from "@anamnesis/core/encoding/codec";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { base64url } from "../http/base64url.ts";
import { json, none, route } from "../route.ts";
import { MAX_CREDENTIAL, MAX_VAULT_JSON, MAX_WRAPPERS, newWrapper, portalSession, sealed } from "./portal.ts";

/** Seconds for which the two devices have to find each other. */
export const DEVICE_OFFER_TIME = 300;
/** States of an offer: nobody came; one did, and waits; it was let in. */
export const OFFER_STATES = ["none", "open", "claimed", "answered"] as const;

const seconds = uint<UnixSeconds>();
const locator = base64url({ length: 32 });
const ticket = base64url({ length: 32 });
/** Most bytes of what one device leaves for the other: sealed, the node cannot read it. */
const message = base64url({ max: 4096 });

/**
 * Devices of an account: one leaves a message for another one that is to be added, and all but one are shut out. The node is a letter box; what the two devices say is sealed under a
 * secret that goes from screen to screen and never here.
 */
export const deviceRoutes = {
  /** Opens the letter box of an account, one at a time: a new one takes the place of one that was. */
  offerDevice: route({
    name: "offerDevice",
    method: "POST",
    path: "/portal/v1/devices/offer",
    signed: false,
    session: "required",
    request: json(struct({ locator })),
    answer: json(struct({ expires: seconds })),
    codes: ["busy"],
  }),
  offeredDevice: route({
    name: "offeredDevice",
    method: "GET",
    path: "/portal/v1/devices/offer",
    signed: false,
    session: "required",
    request: none,
    answer: json(struct({ state: oneOf(OFFER_STATES), claim: optional(message) })),
    codes: [],
  }),
  withdrawDevice: route({
    name: "withdrawDevice",
    method: "POST",
    path: "/portal/v1/devices/withdrawal",
    signed: false,
    session: "required",
    request: json(struct({})),
    answer: json(struct({})),
    codes: [],
  }),
  /** Lets the device in that came: it gets the message, and a session of this account to make its passkey with. */
  answerDevice: route({
    name: "answerDevice",
    method: "POST",
    path: "/portal/v1/devices/answer",
    signed: false,
    session: "required",
    request: json(struct({ claim: message, answer: message })),
    answer: json(struct({})),
    codes: ["not-found"],
  }),
  /** The new device comes, once. Without a session: it has none yet. */
  claimDevice: route({
    name: "claimDevice",
    method: "POST",
    path: "/portal/v1/devices/claim",
    signed: false,
    session: "optional",
    request: json(struct({ locator, claim: message })),
    answer: json(struct({ ticket, expires: seconds })),
    codes: ["sign-in-failed"],
  }),
  /** Asked again until it has an answer, which is given once, with a session. */
  takeDevice: route({
    name: "takeDevice",
    method: "POST",
    path: "/portal/v1/devices/taking",
    signed: false,
    session: "optional",
    request: json(struct({ ticket })),
    answer: json(struct({ answer: optional(message) })),
    codes: ["sign-in-failed"],
  }),
  /**
   * Ends every session and every other passkey of the account, and puts the vault under its new key, all in one step. The passkey that stays has just signed in.
   */
  shutOutDevices: route({
    name: "shutOutDevices",
    method: "POST",
    path: "/portal/v1/devices/shut-out",
    signed: false,
    session: "required",
    request: json(
      struct({
        keep: base64url({ max: MAX_CREDENTIAL }),
        version: uint(),
        sealed,
        wrappers: array(newWrapper, MAX_WRAPPERS, 1),
      }),
      MAX_VAULT_JSON,
    ),
    answer: json(struct({ version: uint(), session: portalSession })),
    codes: ["not-found", "sign-in-again", "vault-conflict", "bad-wrapper"],
  }),
} as const;
