import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hex } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import type { FhirEndpoint } from "../fhir/fhirEndpoint.ts";
import { notFound } from "../runtime/refuse.ts";
import { askFhirAsDesk, staffOf } from "./asDesk.ts";
import { forgetClaimed } from "./forgetClaimed.ts";
import { ownershipOf } from "./ownershipOf.ts";

/** What the desk sealed to itself for a person, audited as a look at their Patient. Throws `not-authorised`, `not-found`, `patient-claimed`. */
export async function keptPatient(
  context: Pick<NodeContext, "db" | "durable" | "organisation">,
  fhir: Pick<FhirEndpoint, "answer">,
  signer: Hex | null,
  patient: string,
): Promise<{ readonly kept: Uint8Array }> {
  const actor = await staffOf(context, signer);
  const rows = await context.db.query<{ readonly kept: Uint8Array | null }>(
    "select kept from desk_patients where patient = $1",
    [patient],
  );
  if (rows[0] === undefined) throw notFound();
  await askFhirAsDesk(fhir, actor, { method: "GET", path: "Patient", query: [["_id", patient]] });
  const states = await ownershipOf(context, [patient]);
  if (states.get(patient) === "own") {
    await forgetClaimed(context, [patient]);
    throw claimed();
  }
  const { kept } = rows[0];
  if (kept === null) throw notFound();
  return { kept };
}

function claimed(): AnamnesisError<"patient-claimed"> {
  return new AnamnesisError({
    code: "patient-claimed",
    rule: "Who holds their own keys gets no code for them.",
    fix: "The person signs in with their passkey, or uses the printed kit.",
  });
}
