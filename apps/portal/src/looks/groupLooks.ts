import type { Look } from "../worker/protocol.ts";

/** One visit of somebody to one's records: requests that belong together, as a person would count them. */
export interface LookGroup extends Pick<Look, "who" | "when" | "purpose" | "basis"> {
  readonly key: string;
  readonly opened: number;
  readonly refused: number;
  readonly requests: readonly Look[];
}

/** Seconds within which requests of one asker for one reason are one visit. */
const TOGETHER = 300;

/** @param looks newest first. */
export function groupLooks(looks: readonly Look[]): readonly LookGroup[] {
  const groups: LookGroup[] = [];
  const open = new Map<string, number>();
  for (const look of looks) {
    const outcome = look.released.length > 0 ? "opened" : "refused";
    const asker = JSON.stringify([look.who, look.purpose, look.basis === "none", outcome]);
    const at = open.get(asker);
    const group = at === undefined ? undefined : groups[at];
    if (at === undefined || group === undefined || lastOf(group).when - look.when > TOGETHER) {
      open.set(asker, groups.length);
      groups.push({ ...start(look), requests: [look] });
      continue;
    }
    groups[at] = {
      ...group,
      opened: group.opened + look.released.length,
      refused: group.refused + look.refused.length,
      requests: [...group.requests, look],
    };
  }
  return groups;
}

function start(look: Look): Omit<LookGroup, "requests"> {
  const { request, kind, who, when, purpose, basis, released, refused } = look;
  return {
    key: `${kind} ${request}`,
    who,
    when,
    purpose,
    basis,
    opened: released.length,
    refused: refused.length,
  };
}

function lastOf({ requests }: LookGroup): Look {
  return requests.at(-1) as Look;
}
