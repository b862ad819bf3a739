import { encodeJson } from "@anamnesis/api/http/jsonBody";
import { consent } from "@anamnesis/core/consent/consent";
import type { ConsentId, OrganisationId } from "@anamnesis/core/ids";
import type { Consortium } from "@anamnesis/sdk/consortium";
import { checkReceipt } from "@anamnesis/sdk/revocation/checkReceipt";
import { makeReceipt } from "@anamnesis/sdk/revocation/makeReceipt";
import { type RevocationReceipt, revocationReceiptFile } from "@anamnesis/sdk/revocation/revocationReceipt";
import { nameOf } from "../keyCards.ts";
import type { SharingMethods, StopReceipt } from "../protocol/sharing.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, patientKeys } from "../session.ts";

/** Made anew each time, and checked here as anybody else would check the file. */
export const stopReceipt: SharingMethods["stopReceipt"] = async ({ consents }) => {
  const all = await consortium();
  const value = await makeReceipt({
    runtime: browserRuntime,
    consortium: all,
    keys: patientKeys(),
    consents: consents as readonly ConsentId[],
    personOf: async (who) => (await nameOf(all, who)) ?? organisationName(all, who.organisation),
  });
  const checked = checkReceipt(value, all);
  const times = checked.consents.map(({ inForceAt }) => inForceAt);
  const [first] = value.consents;
  return {
    madeAt: value.madeAt,
    granteeName: first === undefined ? "" : consent.decode(first.signed).body.granteeName,
    inForceAt: times.some((time) => time === null) ? null : Math.max(...times.map((time) => time ?? 0)),
    clauses: checked.consents.map(({ sentence }, i) => ({
      kind: value.consents[i]?.kind ?? "general",
      sentence,
    })),
    nodes: [...all.members.keys()].map((id) => nodeOf(all, value, id)),
    read: value.read
      .map(({ person, name, when, purpose, records, proven }) => {
        return { person, organisation: name, when, purpose, records, proven };
      })
      .toSorted((a, b) => b.when - a.when),
    incomplete: value.findings.length > 0 || checked.faults.length > 0,
    file: `${encodeJson(revocationReceiptFile, value)}\n`,
  };
};

function nodeOf(all: Consortium, value: RevocationReceipt, id: OrganisationId): StopReceipt["nodes"][number] {
  const isOf = ({ organisation }: { readonly organisation: OrganisationId }): boolean => organisation === id;
  const stored = value.acknowledged.filter(isOf).map(({ storedAt }) => storedAt);
  const silent = value.unacknowledged.some(isOf);
  const destroyed = value.destroyed.filter(isOf);
  return {
    name: organisationName(all, id),
    storedAt: silent || stored.length === 0 ? null : Math.max(...stored),
    silent,
    destroyed: destroyed.length,
    destroyedAt: destroyed.length === 0 ? null : Math.max(...destroyed.map(({ destroyedAt }) => destroyedAt)),
    unheard: value.unheard.some(isOf),
  };
}
