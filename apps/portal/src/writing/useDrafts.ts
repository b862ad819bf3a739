import { useEffect, useMemo, useSyncExternalStore } from "react";
import { ask } from "../worker/client.ts";
import type { Draft } from "../worker/protocol/writing.ts";
import { type Form, isEmpty } from "./drafts.ts";

type Drafts = Readonly<Partial<Record<Form, Draft>>>;

interface AboutOne {
  readonly drafts: Drafts;
  /** Whether what this browser keeps was read: before, nothing is kept over it. */
  readonly isRead: boolean;
  /** Whether this browser keeps all of it. */
  readonly isKept: boolean;
}

const NONE: AboutOne = { drafts: {}, isRead: false, isKept: false };
/** Milliseconds without a change after which the browser keeps what was typed. */
const KEEP_AFTER = 300;

/** By patient; in the page's memory, and sealed in the browser's. */
const kept = new Map<string, AboutOne>();
const listeners = new Set<() => void>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
let current = crypto.randomUUID();

/** From one sign-in to the next sign-out or load of the page: as long as the worker knows what it has sent. */
export function sitting(): string {
  return current;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function set(patient: string, changed: AboutOne): void {
  kept.set(patient, changed);
  for (const listener of listeners) listener();
}

function change(patient: string, drafts: Drafts): void {
  set(patient, { ...(kept.get(patient) ?? NONE), drafts, isKept: false });
  keepSoon(patient);
}

function keepSoon(patient: string): void {
  clearTimeout(timers.get(patient));
  timers.set(
    patient,
    setTimeout(() => void keepNow(patient), KEEP_AFTER),
  );
}

/** Without a place in the browser, as in a private window, drafts are in the page's memory alone. */
async function keepNow(patient: string): Promise<void> {
  clearTimeout(timers.get(patient));
  timers.delete(patient);
  const about = kept.get(patient) ?? NONE;
  if (!about.isRead) return;
  const drafts = Object.values(about.drafts).filter((draft) => !isEmpty(draft));
  try {
    await ask("keepDrafts", { patient, drafts });
  } catch {
    return;
  }
  if (kept.get(patient) === about) set(patient, { ...about, isKept: true });
}

async function read(patient: string): Promise<void> {
  const asked = current;
  const found = await ask("keptDrafts", { patient }).catch(() => null);
  const now = kept.get(patient) ?? NONE;
  if (found === null || now.isRead || asked !== current) return;
  // What was typed meanwhile is newer.
  const older = found.filter(({ form }) => now.drafts[form] === undefined || isEmpty(now.drafts[form]));
  const drafts = { ...now.drafts, ...Object.fromEntries(older.map((draft) => [draft.form, draft])) };
  const isKept = Object.keys(now.drafts).length === 0;
  set(patient, { drafts, isRead: true, isKept });
  if (!isKept) keepSoon(patient);
}

/** The drafts about one patient, and how to keep or drop one. They outlive the panel, the page and a lock, in this browser. */
export function useDrafts(patient: string): {
  readonly drafts: Drafts;
  readonly isKept: boolean;
  readonly keep: (draft: Draft) => void;
  readonly drop: (form: Form) => void;
} {
  const { drafts, isRead, isKept } = useSyncExternalStore(subscribe, () => kept.get(patient) ?? NONE);
  useEffect(() => {
    if (!isRead) void read(patient);
  }, [patient, isRead]);
  return useMemo(
    () => ({
      drafts,
      isKept,
      keep: (draft) => change(patient, { ...kept.get(patient)?.drafts, [draft.form]: draft }),
      drop: (form) => {
        const { [form]: _gone, ...rest } = kept.get(patient)?.drafts ?? {};
        change(patient, rest);
      },
    }),
    [patient, drafts, isKept],
  );
}

/** Before the keys go, or something is sent: what was typed a moment ago is kept too. */
export async function keepAllDrafts(): Promise<void> {
  await Promise.all([...timers.keys()].map(keepNow));
}

/** At sign-out: nobody who comes after finds them; who signs in again has them back. */
export function dropAllDrafts(): void {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  kept.clear();
  current = crypto.randomUUID();
  for (const listener of listeners) listener();
}
