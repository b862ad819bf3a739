import type { Consortium } from "@anamnesis/sdk/consortium";
import { keptConsentId, type KeptConsent, type PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import type { Share, SharedPart } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, patientKeys } from "../session.ts";

/** Everything that was ever shared, newest first; consents of one signing are one share. */
export async function shares(): Promise<readonly Share[]> {
  return sharesOf(await consortium(), patientKeys(), browserRuntime.now());
}

export function sharesOf(all: Consortium, keys: PatientKeys, now: number): readonly Share[] {
  const groups = new Map<
    string,
    { readonly kept: KeptConsent; readonly parts: SharedPart[]; readonly consents: string[] }
  >();
  for (const segment of keys.segments) {
    for (const kept of segment.consents) {
      const key = signingOf(kept);
      const group = groups.get(key) ?? { kept, parts: [], consents: [] };
      group.parts.push({ kind: segment.opening.kind, resourceTypes: kept.consent.body.resourceTypes });
      group.consents.push(keptConsentId(all.identity, kept));
      groups.set(key, group);
    }
  }
  return [...groups.values()]
    .map(({ kept, parts, consents }): Share => {
      const { body } = kept.consent;
      return {
        id: consents[0] as string,
        consents,
        parts,
        granteeName: body.granteeName,
        organisationName: organisationName(all, kept.organisation),
        purposes: body.purposes,
        dataFrom: body.dataFrom,
        dataTo: body.dataTo,
        notBefore: body.notBefore,
        notAfter: body.notAfter,
        state: stateOf(kept, now),
      };
    })
    .sort((a, b) => b.notBefore - a.notBefore);
}

/** Consents of one signing differ in segment, types and salt alone. */
function signingOf({ consent: { body }, status }: KeptConsent): string {
  const { granteeKeys, purposes, dataFrom, dataTo, notBefore, notAfter } = body;
  return JSON.stringify([granteeKeys, purposes, dataFrom, dataTo, notBefore, notAfter, status]);
}

function stateOf({ status, consent: { body } }: KeptConsent, now: number): Share["state"] {
  switch (status) {
    case "prepared":
      return "unfinished";
    case "granted":
      return body.notAfter < now ? "expired" : "live";
    case "revoking":
      return "stopping";
    case "revoked":
    case "ended":
      return "stopped";
  }
}
