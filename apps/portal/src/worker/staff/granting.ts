import { hasCode } from "@anamnesis/core/errors";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { listGrants, type OpenedGrant } from "@anamnesis/sdk/listGrants";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { signingKey } from "@anamnesis/sdk/signingKey";
import type { GrantingPatient } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, staffKeys } from "../session.ts";
import { mergedShares, type Signing } from "./mergedShares.ts";
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
 * Patients who granted something, as far as that shows without opening a record: consents to different segments of one patient cannot be linked, but those of
 * one signing are shown together, and all to the same segment. Whose a record is, its content says (`chart`).
 */
export async function granting(): Promise<readonly GrantingPatient[]> {
  const now = browserRuntime.now();
  const bySigning = new Map<string, OpenedGrant[]>();
  for (const grant of (await grants()).values()) {
    const key = signingKey(grant);
    bySigning.set(key, [...(bySigning.get(key) ?? []), grant]);
  }
  const signings: Omit<Signing, "stands">[] = [];
  for (const together of bySigning.values()) {
    const general = together.filter(({ content }) => content.opening.kind === "general");
    // Two patients who signed the same within one second: what is not plainly one patient's stands alone.
    const groups =
      general.length === 1 ? [together] : together.map((grant): readonly OpenedGrant[] => [grant]);
    for (const group of groups) signings.push(...signingOf(group));
  }
  const first = ({ shares: [share] }: Omit<Signing, "stands">): string => share?.consent ?? "";
  const live = signings.filter(({ shares: [share] }) => share !== undefined && share.notAfter >= now);
  const stands = new Set(await standing({ consents: live.map(first) }));
  return mergedShares(signings.map((signing) => ({ ...signing, stands: stands.has(first(signing)) })));
}

/** The general one first. */
function signingOf(group: readonly OpenedGrant[]): readonly Omit<Signing, "stands">[] {
  const lead = group.find(({ content }) => content.opening.kind === "general") ?? group[0];
  if (lead === undefined) return [];
  const shares = [lead, ...group.filter((grant) => grant !== lead)].map(({ consent, content }) => {
    const { resourceTypes, purposes, dataFrom, dataTo, exceptions, notAfter } = content.consent.body;
    const { kind } = content.opening;
    const segment = segmentIdOfOpening(content.opening);
    return { consent, kind, segment, resourceTypes, purposes, dataFrom, dataTo, exceptions, notAfter };
  });
  const anchor = segmentIdOfOpening(lead.content.opening);
  return [{ shares, anchor, owner: lead.content.card.body.owner }];
}
