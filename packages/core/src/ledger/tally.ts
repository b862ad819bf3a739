/** Votes on a proposal as they count now. */
export interface Tally {
  /** Members that agreed and are active. */
  readonly yes: number;
  readonly no: number;
  /** Active members, without the one whose suspension or removal it is. */
  readonly voters: number;
  readonly required: number;
}

export interface TallyInput<Id> {
  /** Members that are active now. */
  readonly active: ReadonlySet<Id>;
  readonly votes: ReadonlyMap<Id, boolean>;
  /** From `excludedFrom`. */
  readonly excluded: Id | null;
  /** Hundredths of a per cent. */
  readonly quorum: number;
}

const WHOLE = 10_000;

/** Only active members' votes count, so the same votes can mean something else after a suspension. As the contract counts. */
export function tallyOf<Id>({ active, votes, excluded, quorum }: TallyInput<Id>): Tally {
  let [yes, no] = [0, 0];
  for (const [member, support] of votes) {
    if (!active.has(member)) continue;
    if (support) yes++;
    else no++;
  }
  const voters = active.size - (excluded !== null && active.has(excluded) ? 1 : 0);
  const more = Math.floor((active.size * quorum) / WHOLE) + 1;
  // With no voter left it cannot be reached.
  return { yes, no, voters, required: Math.max(1, Math.min(more, voters)) };
}

/** What the votes decide by now; `null` while it is open. */
export function decidedBy({ yes, no, voters, required }: Tally): "carried" | "rejected" | null {
  if (yes >= required) return "carried";
  return voters - no < required ? "rejected" : null;
}
