import type { Client } from "@anamnesis/api/client";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { consentCommitment, consentIdOf, consentSigner } from "@anamnesis/core/consent/consent";
import { type Grant, type GrantContent, openGrant } from "@anamnesis/core/consent/grant";
import type { ConsentId, Digest } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { type ActorKeys, cardDigestOf } from "./keys/actorKeys.ts";
import { codeOf } from "./ourError.ts";

export interface ListGrantsParameters {
  /** The node of the practitioner's own organisation, with the practitioner as signer. */
  readonly node: Client;
  readonly keys: ActorKeys;
  readonly identity: LedgerIdentity;
}

export interface OpenedGrant {
  readonly consent: ConsentId;
  readonly content: GrantContent;
}

export interface GrantList {
  /** One per consent: the newest epoch. */
  readonly grants: readonly OpenedGrant[];
  /** Grants that do not open with these keys or are not signed by their segment's owner. */
  readonly unreadable: readonly { readonly code: string }[];
}

/** The grants that patients left for these keys. That a consent is still live, only the custodians say. Throws what the node answers. */
export async function listGrants({ node, keys, identity }: ListGrantsParameters): Promise<GrantList> {
  const digest: Digest = cardDigestOf(keys);
  const sealed = await allGrants(node, digest);
  const newest = new Map<ConsentId, GrantContent>();
  const unreadable: { code: string }[] = [];
  for (const item of sealed) {
    let content: GrantContent;
    try {
      content = await openGrant(item, keys.kem);
    } catch (error) {
      unreadable.push({ code: codeOf(error) });
      continue;
    }
    const { consent, opening, card, epoch } = content;
    const segment = segmentIdOfOpening(opening);
    const fits =
      consent.body.segment === segment &&
      card.body.segment === segment &&
      consentSigner(identity, consent) === card.body.owner;
    if (!fits) {
      unreadable.push({ code: "grant-mismatch" });
      continue;
    }
    const id = consentIdOf(identity, consent.body.revoker, consentCommitment(identity, consent.body));
    if ((newest.get(id)?.epoch ?? -1) < epoch) newest.set(id, content);
  }
  return { grants: [...newest].map(([consent, content]) => ({ consent, content })), unreadable };
}

async function allGrants(node: Client, digest: Digest): Promise<readonly Grant[]> {
  const all: Grant[] = [];
  const seen = new Set<string>();
  let after = "";
  for (;;) {
    const page = await node.call(exchangeRoutes.listGrants, { digest }, undefined, { query: { after } });
    all.push(...page.grants);
    // A node that gives the same page for ever would hold the reader for ever.
    if (page.next === null || seen.has(page.next)) return all;
    seen.add(page.next);
    after = page.next;
  }
}
