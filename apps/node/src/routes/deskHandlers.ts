import { deskRoutes as routes } from "@anamnesis/api/routes/desk";
import type { NodeContext } from "../context.ts";
import { admitPatient } from "../desk/admitPatient.ts";
import { deskPatients } from "../desk/deskPatients.ts";
import { keptPatient } from "../desk/keptPatient.ts";
import { registerPatient } from "../desk/registerPatient.ts";
import type { FhirEndpoint } from "../fhir/fhirEndpoint.ts";
import { handler, type Handler } from "./handler.ts";

/** What staff do at the front desk. None of it opens a record. */
export function deskHandlers(context: NodeContext, fhir: Pick<FhirEndpoint, "answer">): readonly Handler[] {
  return [
    handler(routes.registerPatient, ({ request, signer }) => registerPatient(context, fhir, signer, request)),
    handler(routes.admitPatient, ({ request, signer }) =>
      admitPatient(context, signer, request.patient, request.admission),
    ),
    handler(routes.deskPatients, ({ request, signer }) => deskPatients(context, fhir, signer, request)),
    handler(routes.keptPatient, ({ request, signer }) => keptPatient(context, fhir, signer, request.patient)),
  ];
}
