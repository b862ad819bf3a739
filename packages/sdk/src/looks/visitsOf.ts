import type { ConsentId, Digest, UnixSeconds } from "@anamnesis/core/ids";
import type { LogAccess } from "../receipts.ts";

/** One visit of somebody to a patient's records: requests that belong together, as a person would count them. */
export interface Visit extends Pick<LogAccess, "who" | "purpose"> {
  /** Its earliest request: the same when more of it comes. It names no area, since it stands in addresses of pages. */
  readonly id: Digest;
  /** A device of an organisation and no person: everything that it opened on one day (UTC) is one visit. */
  readonly machine: boolean;
  /** Time of its first and of its last request. */
  readonly began: UnixSeconds;
  readonly when: UnixSeconds;
  /** `none` when everything was refused. */
  readonly basis: LogAccess["basis"];
  /** The patient's consents that were shown. */
  readonly consents: readonly ConsentId[];
  /** Records, each once. */
  readonly opened: number;
  readonly refused: number;
  /** Of the rules that refused, each once. */
  readonly codes: readonly string[];
  /** Newest first. */
  readonly accesses: readonly LogAccess[];
}

/** Seconds within which requests of one person for one reason are one visit. */
const TOGETHER = 300;
const DAY = 86_400;

/**
 * Requests as visits, newest first; no request is lost, and none is in two.
 *
 * @param isMachine whether who asked is a device, as the directory says.
 */
export function visitsOf(accesses: readonly LogAccess[], isMachine: IsMachine): readonly Visit[] {
  const open = new Map<string, LogAccess[]>();
  const groups: { readonly machine: boolean; readonly requests: LogAccess[] }[] = [];
  for (const access of accesses.toSorted((a, b) => b.when - a.when)) {
    const { who, when } = access;
    const machine = who !== null && isMachine(who);
    const key = keyOf(access, machine);
    const group = open.get(key);
    const last = group?.at(-1);
    if (group !== undefined && last !== undefined && (machine || last.when - when <= TOGETHER)) {
      group.push(access);
      continue;
    }
    const requests = [access];
    open.set(key, requests);
    groups.push({ machine, requests });
  }
  return groups.map(({ machine, requests }) => visitOf(requests, machine));
}

type IsMachine = (who: NonNullable<LogAccess["who"]>) => boolean;

/** What requests of one visit have in common. */
function keyOf({ who, purpose, basis, when, records }: LogAccess, machine: boolean): string {
  const opened = records.some(({ outcome }) => outcome === "released");
  const day = machine ? Math.floor(when / DAY) : null;
  return JSON.stringify([who?.actor, who?.organisation, purpose, basis, opened, day]);
}

function visitOf(group: readonly LogAccess[], machine: boolean): Visit {
  const [newest, earliest] = [group[0], group.at(-1)] as [LogAccess, LogAccess];
  const released = new Set<string>();
  const refused = new Set<string>();
  const codes = new Set<string>();
  for (const { record, outcome } of group.flatMap(({ records }) => records)) {
    if (outcome === "released") released.add(record);
    else {
      refused.add(record);
      codes.add(outcome);
    }
  }
  const { who, purpose, basis } = newest;
  return {
    id: earliest.request,
    who,
    purpose,
    basis,
    machine,
    began: earliest.when,
    when: newest.when,
    consents: [...new Set(group.flatMap(({ consent }) => consent ?? []))],
    opened: released.size,
    refused: refused.size,
    codes: [...codes],
    accesses: group,
  };
}
