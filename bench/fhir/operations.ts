import { observation, patientBundle } from "./fhirPatients.ts";

/** Whatever is asked: a server in this process or one behind HTTP. */
export type AskAny = (
  method: string,
  url: string,
  body?: object,
) => Promise<{ readonly body: string | null }>;

/** Ids of what was there before anything is measured. */
export interface Loaded {
  readonly patients: readonly string[];
  readonly observations: readonly string[];
}

export interface Operation {
  readonly what: string;
  readonly ask: (ask: AskAny, of: Loaded, i: number) => Promise<unknown>;
}

interface Answered {
  readonly entry: readonly { readonly response: { readonly location: string } }[];
}

/** Writes patients of 20 resources each, a transaction for each. */
export async function load(
  ask: AskAny,
  patients: number,
  set: (done: number, of: number) => void,
): Promise<Loaded> {
  const loaded = { patients: [] as string[], observations: [] as string[] };
  for (let i = 0; i < patients; i++) {
    const { body } = await ask("POST", "", patientBundle(i));
    for (const { response } of (JSON.parse(body ?? "{}") as Answered).entry) {
      const [, type, id = ""] = /(Patient|Observation)\/([\w-]+)/.exec(response.location) ?? [];
      (type === "Patient" ? loaded.patients : loaded.observations).push(id);
    }
    set(i + 1, patients);
  }
  return loaded;
}

const at = (list: readonly string[], i: number): string => list[i % list.length] ?? "";
let next = 1_000_000;

export const READ: Operation = {
  what: "read",
  ask: (ask, { observations }, i) => ask("GET", `Observation/${at(observations, i)}`),
};

export const OPERATIONS: readonly Operation[] = [
  READ,
  {
    what: "search by patient, a page of 20",
    ask: (ask, { patients }, i) => ask("GET", `Observation?subject=Patient/${at(patients, i)}`),
  },
  {
    what: "search by patient, code and day",
    ask: (ask, { patients }, i) =>
      ask(
        "GET",
        `Observation?subject=Patient/${at(patients, i)}&code=http://loinc.org|8302-2&date=ge2026-03-10&_sort=-date`,
      ),
  },
  {
    what: "create",
    ask: (ask, { patients }, i) => ask("POST", "Observation", observation(`Patient/${at(patients, i)}`, i)),
  },
  {
    what: "update",
    ask: (ask, { patients, observations }, i) => {
      const id = at(observations, i);
      return ask("PUT", `Observation/${id}`, { ...observation(`Patient/${at(patients, 0)}`, next++), id });
    },
  },
  { what: "transaction of 20 creates", ask: (ask) => ask("POST", "", patientBundle(next++)) },
];
