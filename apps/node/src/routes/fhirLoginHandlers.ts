import { fhirLoginRoutes as routes } from "@anamnesis/api/routes/fhirLogin";
import type { Hex } from "@anamnesis/core/ids";
import type { SoftwareKeyLogin } from "../oauth/softwareKeyLogin.ts";
import { handler, type Handler } from "./handler.ts";

/** Answers to logins at the authorisation server. */
export function fhirLoginHandlers(login: Pick<SoftwareKeyLogin, "take" | "takePatient">): readonly Handler[] {
  return [
    handler(routes.fhirLogin, ({ request, signer }) => login.take(signer, request)),
    handler(routes.patientLogin, ({ request, signer }) => login.takePatient(signer as Hex, request)),
  ];
}
