import { consortium, organisationName } from "../session.ts";
import type { WorkerMethods } from "../protocol.ts";
import { admission, ownOrganisation } from "./admission.ts";

export const writable: WorkerMethods["writable"] = async ({ consents }) => {
  const all = await consortium();
  const organisation = ownOrganisation();
  const admitted = (await admission(consents))?.segments ?? [];
  const ends = admitted.map(({ permit }) => permit.body.notAfter);
  return {
    kinds: admitted.map(({ opening }) => opening.kind),
    organisation,
    organisationName: organisationName(all, organisation),
    until: ends.length === 0 ? null : Math.min(...ends),
  };
};
