import type { Purpose } from "@anamnesis/core/consent/terms";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ActorId, Hex } from "@anamnesis/core/ids";
import type { FhirAnswer, FhirRequest } from "@anamnesis/fhir-server/rest/exchange";
import type { NodeContext } from "../context.ts";
import { ownActor } from "../directory/ownActor.ts";
import type { FhirEndpoint } from "../fhir/fhirEndpoint.ts";
import { notAuthorised } from "../runtime/refuse.ts";

/** Name of the portal's front desk where AuditEvents name a client, and of its role in the base policy. */
const CLIENT = "portal-desk";
const ROLE = "desk";
const PURPOSE: Purpose = "HOPERAT";
const SCOPES = ["user/Patient.crs"];

/** The member of staff whose key signed. Throws `not-authorised`. */
export async function staffOf(
  context: Pick<NodeContext, "db" | "organisation">,
  signer: Hex | null,
): Promise<ActorId> {
  const found = await ownActor(context, signer);
  if (found?.role !== "staff") throw notAuthorised("staff of this organisation");
  return found.actor;
}

/**
 * Asks the own FHIR server as the front desk: what the policy does not give that role is refused, and each request is audited. Throws
 * `not-authorised`, `bad-person` and `bad-request` for what it refuses.
 */
export async function askFhirAsDesk(
  fhir: Pick<FhirEndpoint, "answer">,
  actor: ActorId,
  request: Pick<FhirRequest, "method" | "path"> & Partial<FhirRequest>,
): Promise<FhirAnswer> {
  const answer = await fhir.answer(
    {
      client: CLIENT,
      actor,
      patient: null,
      role: ROLE,
      purpose: PURPOSE,
      purposes: [PURPOSE],
      scopes: SCOPES,
    },
    { query: [], headers: {}, body: new Uint8Array(), ...request },
    null,
  );
  if (answer.status < 400) return answer;
  if (answer.status === 403) throw notAuthorised("whom the policy's role `desk` permits it");
  if (request.method === "GET") throw badSearch();
  throw badPerson();
}

function badSearch(): AnamnesisError<"bad-request"> {
  return new AnamnesisError({
    code: "bad-request",
    rule: "Patients are found by the beginnings of names, by a birth date or by their number.",
    fix: "Write it in another way, or begin the list anew.",
  });
}

function badPerson(): AnamnesisError<"bad-person"> {
  return new AnamnesisError({
    code: "bad-person",
    rule: "A person is registered with a name, and with a birth date that there was.",
    fix: "Compare what was entered with the person's papers.",
  });
}
