import { useMemo, useSyncExternalStore } from "react";
import type { Draft, Form } from "./drafts.ts";

type Drafts = Readonly<Partial<Record<Form, Draft>>>;

const NONE: Drafts = {};
/** By patient; in the page's memory alone, as all that was opened. */
const kept = new Map<string, Drafts>();
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The drafts about one patient, and how to keep or drop one. They outlive the panel and go with the page. */
export function useDrafts(patient: string): {
  readonly drafts: Drafts;
  readonly keep: (draft: Draft) => void;
  readonly drop: (form: Form) => void;
} {
  const drafts = useSyncExternalStore(subscribe, () => kept.get(patient) ?? NONE);
  return useMemo(() => {
    const set = (changed: Drafts): void => {
      kept.set(patient, changed);
      for (const listener of listeners) listener();
    };
    return {
      drafts,
      keep: (draft) => set({ ...kept.get(patient), [draft.form]: draft }),
      drop: (form) => {
        const { [form]: _gone, ...rest } = kept.get(patient) ?? NONE;
        set(rest);
      },
    };
  }, [patient, drafts]);
}

/** At sign-out: nobody who comes after finds them. */
export function dropAllDrafts(): void {
  kept.clear();
  for (const listener of listeners) listener();
}
