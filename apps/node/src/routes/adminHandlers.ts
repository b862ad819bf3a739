import { adminRoutes as routes } from "@anamnesis/api/routes/admin";
import type { Hex } from "@anamnesis/core/ids";
import { formCommittee } from "../committee/formCommittee.ts";
import { consortiumStatus } from "../consortium/consortiumStatus.ts";
import { propose } from "../consortium/propose.ts";
import { relayJoinRequest } from "../consortium/relayJoinRequest.ts";
import { settle } from "../consortium/settle.ts";
import { vote } from "../consortium/vote.ts";
import type { NodeContext } from "../context.ts";
import { setActor } from "../directory/setActor.ts";
import { bindPatient } from "../fhir/seal/bindPatient.ts";
import { fhirPatients } from "../fhir/seal/fhirPatients.ts";
import { getRegistration } from "../portal/registrations/registrationStore.ts";
import { notAuthorised } from "../runtime/refuse.ts";
import { BlobCount } from "../status/blobCount.ts";
import { type DiskSpace, nodeStatus } from "../status/nodeStatus.ts";
import { handler, type Handler } from "./handler.ts";

/** What the keys do that the configuration names as administrators. None of it opens a record. @param disk of the data folder. */
export function adminHandlers(
  context: NodeContext,
  disk: () => Promise<DiskSpace | null> = () => Promise.resolve(null),
): readonly Handler[] {
  const blobs = new BlobCount(context);
  const admit = (signer: Hex | null): void => {
    if (signer === null || !context.settings.admins.includes(signer))
      throw notAuthorised("administrators of this node");
  };
  return [
    handler(routes.setActor, async ({ request, signer }) => {
      admit(signer);
      await setActor(context, request);
    }),
    handler(routes.nodeStatus, async ({ signer }) => {
      admit(signer);
      return nodeStatus(context, blobs, disk);
    }),
    handler(routes.registration, async ({ request, signer }) => {
      admit(signer);
      return getRegistration(context, request.locator);
    }),
    handler(routes.bindPatient, async ({ request, signer }) => {
      admit(signer);
      await bindPatient(context, request.patient, request.admission, request.replace);
    }),
    handler(routes.fhirPatients, async ({ request, signer }) => {
      admit(signer);
      return fhirPatients(context.db, request);
    }),
    handler(routes.consortiumStatus, async ({ signer }) => {
      admit(signer);
      return consortiumStatus(context);
    }),
    handler(routes.relayJoinRequest, async ({ request, signer }) => {
      admit(signer);
      await relayJoinRequest(context, request);
    }),
    handler(routes.propose, async ({ request, signer }) => {
      admit(signer);
      return { proposal: await propose(context, request.action) };
    }),
    handler(routes.settle, async ({ request, signer }) => {
      admit(signer);
      await settle(context, request);
    }),
    handler(routes.vote, async ({ request, signer }) => {
      admit(signer);
      await vote(context, request);
    }),
    handler(routes.formCommittee, async ({ request, signer }) => {
      admit(signer);
      await formCommittee(context, request.threshold);
    }),
  ];
}
