import type {
  ActorId,
  Address,
  Digest,
  Hash32,
  OrganisationId,
  RecordId,
  UnixSeconds,
} from "@anamnesis/core/ids";
import type { NewMember } from "@anamnesis/core/ledger/newMember";
import type { BlockRef, LedgerEvent, LedgerPort, MemberStatus } from "@anamnesis/core/ports/ledger";
import { AnamnesisError } from "@anamnesis/core/errors";

type EventOf<T extends LedgerEvent["type"]> = Extract<LedgerEvent, { type: T }>;

/** A member as the ledger has it; signer and key card are the present ones. */
export interface MemberView extends NewMember {
  readonly status: MemberStatus;
  /** The ledger's time from which the present key counts. */
  readonly keySince: UnixSeconds;
  /** Keys that were replaced, newest first, with the time from which each counted: what they signed stays valid for its time. */
  readonly earlierKeys: readonly {
    readonly signer: Address;
    readonly keyCard: Digest;
    readonly since: UnixSeconds;
  }[];
}

/** What the ledger itself says, read without trusting any node. */
export interface LedgerView {
  /** All that ever were: those that were removed too. */
  readonly members: ReadonlyMap<OrganisationId, MemberView>;
  readonly actors: ReadonlyMap<ActorId, EventOf<"actor-set">>;
  /** The newest one. */
  readonly committee: EventOf<"committee-adopted"> | null;
  /** By organisation, then by sequence. */
  readonly batches: ReadonlyMap<OrganisationId, ReadonlyMap<number, EventOf<"batch-anchored">>>;
  /** Rotations of segments' owners, oldest first. */
  readonly rotations: readonly EventOf<"owner-rotated">[];
  /** By organisation, oldest first. */
  readonly logHeads: ReadonlyMap<OrganisationId, readonly { readonly size: number; readonly root: Hash32 }[]>;
  /** Of whichever author. */
  readonly erased: ReadonlySet<RecordId>;
  /** These by `recordName`. */
  readonly retracted: ReadonlySet<string>;
  /** `successorOf` salt and record in whose favour. */
  readonly amendments: ReadonlyMap<string, Hash32>;
  readonly endorsers: ReadonlyMap<string, EventOf<"endorsers-named">>;
  /** Oldest first. */
  readonly endorsements: ReadonlyMap<string, readonly EventOf<"record-endorsed">[]>;
}

/** A record as its author's: two authors may have anchored one record id. */
export function recordName(organisation: OrganisationId, record: RecordId): string {
  return `${organisation}${record}`;
}

const BLOCKS_PER_CALL = 10_000;
/** A chain that reorganises more often than this while it is read is not read to its end. */
const MOST_ATTEMPTS = 5;

/** Reads all events up to the head. Throws `ledger-unavailable`, `ledger-unsettled`. */
export async function readLedger(ledger: Pick<LedgerPort, "head" | "events">): Promise<LedgerView> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const events = await readEvents(ledger);
    if (events !== null) return viewOf(events);
  }
  throw new AnamnesisError({
    code: "ledger-unsettled",
    rule: "The ledger is read from its beginning to its head without a reorganisation in between.",
    fix: "Try again when the engine has settled.",
  });
}

async function readEvents(
  ledger: Pick<LedgerPort, "head" | "events">,
): Promise<readonly LedgerEvent[] | null> {
  const head = await ledger.head();
  const events: LedgerEvent[] = [];
  let after: BlockRef | null = null;
  while (after === null || after.number < head.number) {
    const page = await ledger.events(after, BLOCKS_PER_CALL);
    if (page.status === "reorganised") return null;
    events.push(...page.events);
    after = { number: page.upTo.number, hash: page.upTo.hash };
  }
  return events;
}

function viewOf(events: readonly LedgerEvent[]): LedgerView {
  const members = new Map<OrganisationId, MemberView>();
  const actors = new Map<ActorId, EventOf<"actor-set">>();
  const batches = new Map<OrganisationId, Map<number, EventOf<"batch-anchored">>>();
  const logHeads = new Map<OrganisationId, { size: number; root: Hash32 }[]>();
  const rotations: EventOf<"owner-rotated">[] = [];
  const erased = new Set<RecordId>();
  const retracted = new Set<string>();
  const amendments = new Map<string, Hash32>();
  const endorsers = new Map<string, EventOf<"endorsers-named">>();
  const endorsements = new Map<string, EventOf<"record-endorsed">[]>();
  let committee: EventOf<"committee-adopted"> | null = null;
  for (const event of events) {
    if (isAboutMember(event)) {
      const changed = memberAfter(members.get(event.organisation), event);
      if (changed !== null) members.set(event.organisation, changed);
    } else if (event.type === "actor-set") actors.set(event.actor, event);
    else if (event.type === "committee-adopted") committee = event;
    else if (event.type === "owner-rotated") rotations.push(event);
    else if (event.type === "batch-anchored") {
      const own = batches.get(event.organisation) ?? new Map<number, EventOf<"batch-anchored">>();
      batches.set(event.organisation, own.set(event.sequence, event));
    } else if (event.type === "log-head-anchored") {
      const { organisation, size, root } = event;
      logHeads.set(organisation, [...(logHeads.get(organisation) ?? []), { size, root }]);
    } else if (event.type === "record-erased") erased.add(event.record);
    else if (event.type === "record-retracted") retracted.add(recordName(event.organisation, event.record));
    else if (event.type === "record-amended") {
      amendments.set(recordName(event.organisation, event.record), event.successor);
    } else if (event.type === "endorsers-named") {
      endorsers.set(recordName(event.organisation, event.record), event);
    } else if (event.type === "record-endorsed") {
      const name = recordName(event.organisation, event.record);
      endorsements.set(name, [...(endorsements.get(name) ?? []), event]);
    }
  }
  const words = { erased, retracted, amendments, endorsers, endorsements };
  return { members, actors, committee, batches, rotations, logHeads, ...words };
}

const STATUS_AFTER = {
  "member-suspended": "suspended",
  "member-reinstated": "active",
  "member-removed": "removed",
} as const satisfies { readonly [T in LedgerEvent["type"]]?: MemberStatus };

type MemberEvent = EventOf<
  keyof typeof STATUS_AFTER | "member-admitted" | "member-key-rotated" | "endpoint-set"
>;

function isAboutMember(event: LedgerEvent): event is MemberEvent {
  return (
    ["member-admitted", "member-key-rotated", "endpoint-set"].includes(event.type) ||
    event.type in STATUS_AFTER
  );
}

/** `null` for a change of somebody who was never admitted, which no ledger makes. */
function memberAfter(before: MemberView | undefined, event: MemberEvent): MemberView | null {
  if (event.type === "member-admitted") {
    const { organisation, kind, signer, keyCard, custodian, name, endpoint } = event;
    const admitted: NewMember = { organisation, kind, signer, keyCard, custodian, name, endpoint };
    return { ...admitted, status: "active", keySince: event.time, earlierKeys: [] };
  }
  if (before === undefined) return null;
  if (event.type === "endpoint-set") return { ...before, endpoint: event.endpoint };
  if (event.type !== "member-key-rotated") return { ...before, status: STATUS_AFTER[event.type] };
  const { signer, keyCard, keySince: since, earlierKeys } = before;
  const earlier = [{ signer, keyCard, since }, ...earlierKeys];
  const { signer: next, keyCard: card, time } = event;
  return { ...before, signer: next, keyCard: card, keySince: time, earlierKeys: earlier };
}
