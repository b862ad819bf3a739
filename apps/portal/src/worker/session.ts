import { AnamnesisError } from "@anamnesis/core/errors";
import { type Consortium, loadConsortium } from "@anamnesis/sdk/consortium";
import type { ActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { dueOf } from "./keys/dueOf.ts";
import { browserRuntime } from "./runtime.ts";
import type { OpenVault } from "./vaultStore.ts";

/** What the worker knows while somebody is signed in. One for the whole worker; `lock` throws it away. */
export interface Session {
  vault: OpenVault;
  consortium: Promise<Consortium> | null;
}

let current: Session | null = null;

export function begin(vault: OpenVault): void {
  current = { vault, consortium: null };
}

/** Forgets all, and overwrites what it can: keys that were copied on the way are left to the end of the worker. */
export function end(): void {
  const content = current?.vault.content;
  current?.vault.key.fill(0);
  content?.patient?.root.fill(0);
  for (const root of content?.patient?.earlierRoots ?? []) root.fill(0);
  for (const secret of [content?.kit, content?.rotating?.seed, content?.admin]) secret?.fill(0);
  current = null;
}

export function sessionOrNull(): Session | null {
  return current;
}

/** Throws `locked`. */
export function session(): Session {
  if (current !== null) return current;
  throw new AnamnesisError({
    code: "locked",
    rule: "Records open while you are signed in.",
    fix: "Sign in again.",
  });
}

/** Throws `locked`, `wrong-role`, and `keys-unfinished` while a kit or a change of owners is due: nothing is done with keys that could be lost. */
export function patientKeys(): PatientKeys {
  if (dueOf(session().vault.content) !== null) throw unfinished();
  return unfinishedKeys();
}

/** The same for what finishes them. Throws `locked`, `wrong-role`. */
export function unfinishedKeys(): PatientKeys {
  const { patient } = session().vault.content;
  if (patient !== null) return patient;
  throw wrongRole();
}

/** Throws `locked`, `wrong-role`. */
export function staffKeys(): ActorKeys {
  const { actor } = session().vault.content;
  if (actor !== null) return actor;
  throw wrongRole();
}

/** Who takes part, as the own node and the committee's certificate say. Throws what `loadConsortium` throws. */
export async function consortiumHere(): Promise<Consortium> {
  return loadConsortium({ runtime: browserRuntime, endpoint: self.location.origin });
}

/** The same, loaded once a sitting. */
export async function consortium(): Promise<Consortium> {
  const now = session();
  const loading = (now.consortium ??= consortiumHere());
  loading.catch(() => {
    if (now.consortium === loading) now.consortium = null;
  });
  return loading;
}

export function organisationName(all: Consortium, id: string): string {
  return all.members.get(id as never)?.name ?? "an organisation that has left";
}

function unfinished(): AnamnesisError<"keys-unfinished"> {
  return new AnamnesisError({
    code: "keys-unfinished",
    rule: "Before anything else your kit is on paper, and a change of your keys that was begun is finished.",
    fix: "Load this page again: it goes on from there.",
  });
}

function wrongRole(): AnamnesisError<"wrong-role"> {
  return new AnamnesisError({
    code: "wrong-role",
    rule: "Patients' pages open with a patient's keys, staff's with theirs.",
    fix: "Sign in as the one for whom this page is.",
  });
}
