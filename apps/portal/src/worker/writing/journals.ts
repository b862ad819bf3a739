import { type ImportJournal, memoryJournal } from "@anamnesis/sdk/journal";
import { session } from "../session.ts";

interface Lane {
  readonly journal: ImportJournal;
  /** Home that took the first. */
  home: string | null;
  turn: Promise<unknown>;
}

const lanes = new WeakMap<object, Map<string, Lane>>();

/**
 * What a sitting has written into one place, so that what is sent again is no second record; one after the other, since each header names the one before it. In memory alone: a draft that was
 * sent when the page went says so when it is shown again.
 */
export async function inLane<T>(name: string, work: (lane: Lane) => Promise<T>): Promise<T> {
  const sitting = session();
  const known = lanes.get(sitting) ?? new Map<string, Lane>();
  lanes.set(sitting, known);
  const lane = known.get(name) ?? { journal: memoryJournal(), home: null, turn: Promise.resolve() };
  known.set(name, lane);
  const run = async (): Promise<T> => work(lane);
  const result = lane.turn.then(run, run);
  lane.turn = result.catch(() => undefined);
  return result;
}
