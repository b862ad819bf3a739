import type { ConsentState, DecisionAuthority, LedgerState } from "@anamnesis/core/consent/decide";
import type { Address, ConsentId, SegmentId } from "@anamnesis/core/ids";
import { confirmedBefore } from "../clock/confirmedBefore.ts";
import type { NodeContext } from "../context.ts";
import { custodyNotReady } from "../runtime/refuse.ts";
import { resharerOf, revocableIds } from "./requesterState.ts";

/** What is asked about: documents that were shown for a segment, and the owner with whom the segment began. */
export interface LookedAt {
  readonly segment: SegmentId;
  readonly owner: Address;
  readonly authority: DecisionAuthority;
}

/** What this node knows of many authorities at one moment. */
export interface Looked {
  readonly base: Pick<LedgerState, "ledgerTime" | "localTime" | "confirmedAt" | "staleAfter">;
  readonly owners: ReadonlyMap<SegmentId, Address>;
  readonly consents: ReadonlyMap<ConsentId, ConsentState>;
  readonly resharers: ReadonlyMap<ConsentId, LedgerState["resharer"]>;
}

/** As `ledgerState` for many at once, with one question each about owners and consents. Throws `custody-not-ready`. */
export async function lookUp(
  context: Pick<NodeContext, "db" | "copy" | "clock" | "settings">,
  asked: readonly LookedAt[],
): Promise<Looked> {
  const head = context.copy.head();
  if (head === null) throw custodyNotReady("ledger");
  const ids = [...new Set(asked.flatMap(({ authority }) => revocableIds(authority)))];
  const segments = [...new Set(asked.map(({ segment }) => segment))];
  const rotations = await context.copy.rotations(segments);
  const resharers = new Map<ConsentId, LedgerState["resharer"]>();
  for (const { authority } of asked) {
    const { parent } = authority;
    if (parent !== null && !resharers.has(parent.id))
      resharers.set(parent.id, await resharerOf(context, parent));
  }
  const consents = await consentStates(context, ids);
  // Last, so that nothing above was read later than the clock says.
  const localTime = context.clock.now();
  return {
    base: {
      ledgerTime: head.time,
      localTime,
      confirmedAt: confirmedBefore(head.confirmedAt, localTime),
      staleAfter: context.settings.staleAfter,
    },
    // A segment's id says with whom it began, the ledger who came after: its card need not be here.
    owners: new Map(asked.map(({ segment, owner }) => [segment, rotations.get(segment)?.owner ?? owner])),
    consents,
    resharers,
  };
}

export function stateFrom(
  { base, owners, consents, resharers }: Looked,
  { segment, owner, authority: { consent, parent, delegation } }: LookedAt,
  actor: LedgerState["actor"],
): LedgerState {
  const stateOf = (shown: { readonly id: ConsentId } | null): ConsentState =>
    shown === null ? "none" : (consents.get(shown.id) ?? "none");
  return {
    ...base,
    owner: owners.get(segment) ?? owner,
    consent: stateOf(consent),
    parent: stateOf(parent),
    delegation: stateOf(delegation),
    actor,
    resharer: parent === null ? null : (resharers.get(parent.id) ?? null),
    cosigners: [null, null],
  };
}

async function consentStates(
  { db }: Pick<NodeContext, "db">,
  ids: readonly ConsentId[],
): Promise<ReadonlyMap<ConsentId, ConsentState>> {
  if (ids.length === 0) return new Map();
  const rows = await db.query<{ readonly consent: ConsentId; readonly status: ConsentState }>(
    `select consent, 'revoked' as status from sticky_revocations where consent = any($1)
     union select consent, status from ledger_consents where consent = any($1)`,
    [ids],
  );
  const states = new Map<ConsentId, ConsentState>();
  for (const { consent, status } of rows)
    if (status === "revoked" || !states.has(consent)) states.set(consent, status);
  return states;
}
