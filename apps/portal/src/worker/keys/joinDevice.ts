import { portalRoutes } from "@anamnesis/api/routes/portal";
import { deviceRoutes } from "@anamnesis/api/routes/portalDevices";
import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import {
  type DeviceAnswer,
  deviceDigits,
  deviceLocator,
  openDeviceAnswer,
  readDeviceCode,
  sealDeviceClaim,
} from "@anamnesis/sdk/keys/deviceOffer";
import { openVault } from "@anamnesis/sdk/keys/vault";
import { callPortal } from "../../api/portal.ts";
import { keepKey } from "../keyStore.ts";
import type { PasskeySecret, Who } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { begin } from "../session.ts";
import { who } from "../unlock.ts";
import { wrapFor } from "../vaultStore.ts";

/** On the device that is new. */
interface Joining {
  readonly secret: Uint8Array;
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly ticket: Uint8Array;
  answer: DeviceAnswer | null;
}

let joining: Joining | null = null;

/** Attempts to put a wrapper beside what another device saves at the same time. */
const ATTEMPTS = 5;

/** Throws `bad-device-code`, and `sign-in-failed` for a code that is over or was used. */
export async function claimDevice({ code }: { readonly code: string }): Promise<{ readonly digits: string }> {
  const { random } = browserRuntime;
  const secret = readDeviceCode(code);
  const seed = random(32);
  const { publicKey } = await kemKeyPair(seed);
  const claim = await sealDeviceClaim(secret, publicKey, random);
  const { ticket } = await callPortal(deviceRoutes.claimDevice, { locator: deviceLocator(secret), claim });
  joining = { secret, seed, publicKey, ticket, answer: null };
  return { digits: deviceDigits(secret, publicKey) };
}

/** Throws `sign-in-failed` when it is too late, `device-not-ours`. */
export async function takeDevice(): Promise<boolean> {
  if (joining === null) throw notLetIn();
  if (joining.answer !== null) return true;
  const { answer } = await callPortal(deviceRoutes.takeDevice, { ticket: joining.ticket });
  if (answer === undefined) return false;
  joining.answer = await openDeviceAnswer(joining.secret, joining, answer);
  return true;
}

/** Adds the wrapper of this device's passkey to those that are there. Throws `not-let-in`, `vault-closed`. */
export async function joinDevice({ passkey }: { readonly passkey: PasskeySecret }): Promise<Who> {
  const answer = joining?.answer ?? null;
  const { account } = await callPortal(portalRoutes.portalSession, undefined);
  if (answer === null || !equalBytes(answer.account, account)) throw notLetIn();
  const key = answer.vaultKey;
  const { credential } = passkey;
  const added = await wrapFor({ account, key, passkey });
  for (let attempt = 1; ; attempt++) {
    const { version, sealed, wrappers } = await callPortal(portalRoutes.portalVault, undefined);
    const content = await openVault({ sealed, key, account });
    const kept = wrappers.map(({ id: _id, created: _created, ...wrapper }) => wrapper);
    try {
      const saved = await callPortal(portalRoutes.putPortalVault, {
        version,
        sealed,
        wrappers: [...kept, added],
      });
      begin({ account, content, key, version: saved.version });
      break;
    } catch (error) {
      if (!hasCode(error, "vault-conflict") || attempt === ATTEMPTS) throw error;
    }
  }
  await keepKey({ account, key, credential });
  joining?.seed.fill(0);
  joining = null;
  return who();
}

function notLetIn(): AnamnesisError<"not-let-in"> {
  return new AnamnesisError({
    code: "not-let-in",
    rule: "A new device is let in by one that is signed in.",
    fix: "Begin again on the device that is signed in.",
  });
}
