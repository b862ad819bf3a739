import type { OrganisationId } from "@anamnesis/core/ids";
import { concurrently } from "./concurrently.ts";
import { codeOf } from "./ourError.ts";
import type { Patience } from "./patience.ts";
import type { Runtime } from "./runtime.ts";
import { within } from "./within.ts";

export interface GatherParameters<Item, Answer> {
  readonly runtime: Pick<Runtime, "sleep">;
  readonly items: readonly Item[];
  readonly organisationOf: (item: Item) => OrganisationId;
  /** An error of ours counts as an answer that is none. `giveUp` is aborted when nobody waits any more. */
  readonly ask: (item: Item, giveUp: AbortSignal) => Promise<Answer>;
  readonly isEnough: (answers: readonly Answer[]) => boolean;
  /** How many are asked at a time; all by default. */
  readonly atOnce?: number;
}

export interface Gathered<Item, Answer> {
  /** In the order in which they came. */
  readonly answers: readonly Answer[];
  /** With the code of why there is no answer. */
  readonly silent: readonly { readonly item: Item; readonly code: string }[];
}

/** Questions on their way to several nodes. */
export interface Gathering<Item, Answer> {
  /** Resolves as soon as there are enough answers, or when there are not and all have answered. */
  readonly decided: Promise<void>;
  /** Until now. */
  readonly soFar: () => Gathered<Item, Answer>;
  /**
   * Of all. With `patience`, who has not answered when it is over is given up and silent by `node-unreachable`, and who was waited for in vain before is not waited for; without, each has the time that its call has.
   */
  readonly all: (patience?: Patience) => Promise<Gathered<Item, Answer>>;
}

/** Asks several nodes, of which some are needed and the others may answer too. */
export function gatherAnswers<Item, Answer>({
  runtime,
  items,
  organisationOf,
  ask,
  isEnough,
  atOnce = items.length,
}: GatherParameters<Item, Answer>): Gathering<Item, Answer> {
  const answers: Answer[] = [];
  const silent: Gathered<Item, Answer>["silent"][number][] = [];
  const open = new Set(items);
  const giveUp = new AbortController();
  const decision = Promise.withResolvers<void>();
  /** Called after each answer. */
  let heard: () => void = () => undefined;
  const whole = concurrently(items, atOnce, async (item) => {
    if (giveUp.signal.aborted) return;
    try {
      answers.push(await ask(item, giveUp.signal));
    } catch (error) {
      silent.push({ item, code: codeOf(error) });
    }
    open.delete(item);
    if (isEnough(answers)) decision.resolve();
    heard();
  });
  whole.then(() => decision.resolve(), decision.reject);
  decision.promise.catch(() => undefined);
  const soFar = (): Gathered<Item, Answer> => ({ answers: [...answers], silent: [...silent] });

  const waitFor = async (patience: Patience): Promise<void> => {
    const isAwaited = (): boolean => [...open].some((item) => !patience.isOverFor(organisationOf(item)));
    if (!isAwaited()) return;
    const rest = new Promise<void>((resolve, reject) => {
      whole.then(() => resolve(), reject);
      heard = () => {
        if (!isAwaited()) resolve();
      };
    });
    await within(runtime, rest, patience.milliseconds);
  };
  return {
    decided: decision.promise,
    soFar,
    all: async (patience) => {
      if (patience === undefined) await whole;
      else await waitFor(patience);
      const gathered = soFar();
      giveUp.abort();
      for (const item of open) patience?.lose(organisationOf(item));
      const late = [...open].map((item) => ({ item, code: "node-unreachable" }));
      return { ...gathered, silent: [...gathered.silent, ...late] };
    },
  };
}
