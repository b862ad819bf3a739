import type { Client } from "@anamnesis/api/client";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import type { KeyCard } from "@anamnesis/core/actor/keyCard";
import { AnamnesisError } from "@anamnesis/core/errors";
import { isNamedBy, readRegistrationCode } from "./keys/registrationCode.ts";

/**
 * The key card that a new member of staff left at the own node, by the code that this person's page shows. The node's word is not taken for it: the
 * code is of the card, name and role with it.
 * @param node the own organisation's, with an administrator as signer.
 *
 * Throws `bad-registration-code`, `not-found`, `not-authorised`, `wrong-card`.
 */
export async function fetchRegistration(node: Client, code: string): Promise<KeyCard> {
  const locator = readRegistrationCode(code);
  const { keyCard } = await node.call(adminRoutes.registration, {}, { locator });
  if (isNamedBy(locator, keyCard)) return keyCard;
  throw new AnamnesisError({
    code: "wrong-card",
    rule: "A registration code names one key card.",
    fix: "Do not register it: the node answered with another card. Have the person show the code again.",
  });
}
