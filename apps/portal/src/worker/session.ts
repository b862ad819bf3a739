import { AnamnesisError } from "@anamnesis/core/errors";
import { type Consortium, loadConsortium } from "@anamnesis/sdk/consortium";
import type { ActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
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

export function end(): void {
  current = null;
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

/** Throws `locked`, `wrong-role`. */
export function patientKeys(): PatientKeys {
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

function wrongRole(): AnamnesisError<"wrong-role"> {
  return new AnamnesisError({
    code: "wrong-role",
    rule: "Patients' pages open with a patient's keys, staff's with theirs.",
    fix: "Sign in as the one for whom this page is.",
  });
}
