import { type Decline, declinedOpened, declines, declineSigner } from "@anamnesis/core/record/decline";
import type { Consortium } from "./consortium.ts";
import type { AskedDecline } from "./listDeclines.ts";

/** Whether it is signed by a person of one of those who were to co-sign the record, about this very header. Of people who have left too: what they signed stays their word. */
export function isTheirDecline(
  { actors }: Pick<Consortium, "actors">,
  { organisation, endorsers, body, kc }: Pick<AskedDecline, "organisation" | "endorsers" | "body" | "kc">,
  value: Decline,
): boolean {
  const { decliner } = value.body;
  const actor = actors.get(decliner.actor);
  return (
    value.body.organisation === organisation &&
    endorsers.includes(decliner.organisation) &&
    actor !== undefined &&
    actor.organisation === decliner.organisation &&
    (actor.role === "practitioner" || actor.role === "staff") &&
    actor.signer === declineSigner(value) &&
    (body === null || (declines(value.body, body) && (kc === null || declinedOpened(value.body, body, kc))))
  );
}
