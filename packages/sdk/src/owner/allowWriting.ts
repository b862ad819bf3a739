import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { publishCards } from "../cards/publishCards.ts";
import { membersOf } from "../cards/publishToAll.ts";
import { concurrently } from "../concurrently.ts";
import type { Consortium } from "../consortium.ts";
import type { PatientKeys } from "../keys/patientKeys.ts";
import { patientClient } from "../patientClient.ts";
import { permitOrganisation } from "../permit.ts";
import type { Runtime } from "../runtime.ts";

/**
 * Lets an organisation append to every segment until a date, and brings cards and permits to its own node: nobody has to be at its desk. An organisation that
 * has a permit already gets another one. Throws `unknown-home` when it is no member, `cards-not-published`, and what its node answers; a repetition does no harm.
 */
export async function allowWriting(parameters: {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  readonly organisation: OrganisationId;
  readonly notAfter: UnixSeconds;
}): Promise<void> {
  const { runtime, consortium, keys, organisation, notAfter } = parameters;
  const { identity } = consortium;
  const [member] = membersOf(consortium, [organisation]);
  const endpoint = member?.endpoint ?? "";
  const { random, wallet } = runtime;
  const { segments } = await permitOrganisation({ keys, identity, organisation, notAfter, random, wallet });
  await concurrently(segments, 2, async ({ permit, cards }) => {
    const { segment } = permit.body;
    const client = patientClient(runtime, keys, segment, endpoint);
    const { code } = await publishCards(client, organisation, segment, cards);
    // A node that has newer cards says so, and takes the permit all the same.
    if (code !== null && code !== "card-conflict") throw notPublished(code);
    await client.call(exchangeRoutes.renewPermits, {}, { permits: [permit] });
  });
}

function notPublished(code: string): AnamnesisError<"cards-not-published"> {
  return new AnamnesisError({
    code: "cards-not-published",
    rule: "An organisation writes into a segment of which its node has the cards.",
    fix: "Do it again when the organisation's node is up.",
    meta: { code },
  });
}
