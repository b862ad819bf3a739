import { hasCode } from "@anamnesis/core/errors";
import { listGrants, type OpenedGrant } from "@anamnesis/sdk/listGrants";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import type { GrantingPatient } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, staffKeys } from "../session.ts";
import { standing } from "./standing.ts";

/** Grants that patients left for these keys, by consent. Throws what the node answers. */
export async function grants(): Promise<ReadonlyMap<string, OpenedGrant>> {
  const keys = staffKeys();
  const { identity } = await consortium();
  const node = connect(browserRuntime, self.location.origin, httpSigner(keys.ed25519));
  const list = await listGrants({ node, keys, identity }).catch((error: unknown) => {
    // Nobody can have shared with keys that the directory does not know.
    if (hasCode(error, "not-found")) return { grants: [] };
    throw error;
  });
  return new Map(list.grants.map((grant) => [grant.consent, grant]));
}

/**
 * Patients who granted something, as far as that shows without opening a record: consents to segments of one patient cannot be linked, but those of
 * one signing are shown together. Whose a record is, its content says (`chart`).
 */
export async function granting(): Promise<readonly GrantingPatient[]> {
  const now = browserRuntime.now();
  const bySigning = new Map<string, OpenedGrant[]>();
  for (const grant of (await grants()).values()) {
    const { body } = grant.content.consent;
    if (body.notAfter < now) continue;
    const { purposes, dataFrom, dataTo, notBefore, notAfter } = body;
    const key = JSON.stringify([purposes, dataFrom, dataTo, notBefore, notAfter]);
    bySigning.set(key, [...(bySigning.get(key) ?? []), grant]);
  }
  const patients: GrantingPatient[] = [];
  for (const together of bySigning.values()) {
    const general = together.filter(({ content }) => content.opening.kind === "general");
    // Two patients who signed the same within one second: what is not plainly one patient's stands alone.
    const groups =
      general.length === 1 ? [together] : together.map((grant): readonly OpenedGrant[] => [grant]);
    for (const group of groups) patients.push(patientOf(group));
  }
  const stands = new Set(await standing({ consents: patients.map(({ id }) => id) }));
  return patients
    .filter(({ id }) => stands.has(id))
    .sort((a, b) => (b.shares[0]?.notAfter ?? 0) - (a.shares[0]?.notAfter ?? 0));
}

function patientOf(group: readonly OpenedGrant[]): GrantingPatient {
  const shares = group.map(({ consent, content }) => {
    const { resourceTypes, purposes, dataFrom, dataTo, notAfter } = content.consent.body;
    return { consent, kind: content.opening.kind, resourceTypes, purposes, dataFrom, dataTo, notAfter };
  });
  const first = shares.find(({ kind }) => kind === "general") ?? shares[0];
  return { id: first?.consent ?? "", consents: shares.map(({ consent }) => consent), shares };
}
