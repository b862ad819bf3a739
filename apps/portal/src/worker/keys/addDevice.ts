import { deviceRoutes } from "@anamnesis/api/routes/portalDevices";
import { AnamnesisError } from "@anamnesis/core/errors";
import {
  createDeviceCode,
  deviceDigits,
  deviceLocator,
  openDeviceClaim,
  readDeviceCode,
  sealDeviceAnswer,
} from "@anamnesis/sdk/keys/deviceOffer";
import { callPortal } from "../../api/portal.ts";
import type { OfferedDevice } from "../protocol/keys.ts";
import { browserRuntime } from "../runtime.ts";
import { patientKeys, session } from "../session.ts";

/** On the device that is signed in. */
interface Offer {
  readonly secret: Uint8Array;
  /** Of the device that came: what it left, and its public key. */
  came: { readonly claim: Uint8Array; readonly publicKey: Uint8Array } | null;
  answered: boolean;
}

let offer: Offer | null = null;

/** Begins anew; a code that was shown before counts no more. Throws `keys-unfinished`, `busy`. */
export async function offerDevice(): Promise<{ readonly code: string; readonly expires: number }> {
  patientKeys();
  const code = createDeviceCode(browserRuntime.random);
  const secret = readDeviceCode(code);
  const { expires } = await callPortal(deviceRoutes.offerDevice, { locator: deviceLocator(secret) });
  offer = { secret, came: null, answered: false };
  return { code, expires };
}

/** Throws `device-not-ours` when something else than a device with the code came. */
export async function offeredDevice(): Promise<OfferedDevice> {
  if (offer === null) return { state: "over", digits: null };
  const { state, claim } = await callPortal(deviceRoutes.offeredDevice, undefined);
  if (state === "none") return { state: offer.answered ? "answered" : "over", digits: null };
  if (state === "open" || claim === undefined) return { state: "open", digits: null };
  offer.came ??= { claim, publicKey: await openDeviceClaim(offer.secret, claim) };
  return {
    state: offer.answered ? "answered" : "claimed",
    digits: deviceDigits(offer.secret, offer.came.publicKey),
  };
}

/** The person has compared the digits: the vault's key goes to the device that came, and to no other. Throws `not-found` when it is too late. */
export async function answerDevice(): Promise<void> {
  if (offer === null || offer.came === null) throw noDevice();
  const { account, key } = session().vault;
  const { claim, publicKey } = offer.came;
  const answer = await sealDeviceAnswer(offer.secret, publicKey, { account, vaultKey: key });
  await callPortal(deviceRoutes.answerDevice, { claim, answer });
  offer.answered = true;
}

export async function withdrawDevice(): Promise<void> {
  offer?.secret.fill(0);
  offer = null;
  await callPortal(deviceRoutes.withdrawDevice, {});
}

function noDevice(): AnamnesisError<"no-device"> {
  return new AnamnesisError({
    code: "no-device",
    rule: "A device is let in when it has come with the code.",
    fix: "Open the link on the new device first.",
  });
}
