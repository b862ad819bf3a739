import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import { equalSecret } from "@anamnesis/core/encoding/bytes";
import { newestCard } from "@anamnesis/sdk/keys/patientKeys";
import { createSeed, readRecoveryKit, suspectKitGroups } from "@anamnesis/sdk/keys/recoveryKit";
import { askRotations } from "@anamnesis/sdk/owner/askRotations";
import { recoverKeys, type RecoveredKeys } from "@anamnesis/sdk/owner/recoverKeys";
import type { PasskeySecret, Who } from "../protocol.ts";
import type { FoundByKit, KitCheck } from "../protocol/keys.ts";
import { browserRuntime } from "../runtime.ts";
import { consortiumHere, organisationName, sessionOrNull } from "../session.ts";
import { who } from "../unlock.ts";
import { createVault } from "../vaultStore.ts";

/** What the paper that was typed leads to, until it is kept or another one is typed. */
let found: { readonly text: string; readonly recovered: RecoveredKeys } | null = null;

/** Whether a kit was typed right, and, where somebody is signed in, whether it is theirs. */
export async function checkKit({ text }: { readonly text: string }): Promise<KitCheck> {
  try {
    const seed = readRecoveryKit(text);
    const patient = sessionOrNull()?.vault.content.patient ?? null;
    const ours = patient === null || equalSecret(rootOfSeed(seed, patient.generation), patient.root);
    seed.fill(0);
    return ours ? "ok" : "another";
  } catch (error) {
    if (hasCode(error, "bad-recovery-kit")) return suspectKitGroups(text);
    throw error;
  }
}

/** Throws what `askRotations` and `recoverKeys` throw. */
export async function findByKit({ text }: { readonly text: string }): Promise<FoundByKit> {
  found = null;
  const runtime = browserRuntime;
  const consortium = await consortiumHere();
  const ledger = await askRotations({ runtime, consortium, recoveryKit: text });
  const recovered = await recoverKeys({ runtime, consortium, ledger, recoveryKit: text });
  found = { text, recovered };
  const silent = [...ledger.silent, ...recovered.silent].map(({ organisation }) => organisation);
  return {
    found: recovered.keys.segments.length,
    of: SEGMENT_KINDS.length,
    missing: recovered.missing,
    silent: [...new Set(silent)].map((organisation) => organisationName(consortium, organisation)),
  };
}

/**
 * Keeps what was found, the typed seed and a new one in the vault of a new account, before anything leaves. From there `finishRotation` goes on, here or
 * wherever the passkey opens the vault. Throws `nothing-found`, `vault-conflict`.
 */
export async function recover({ passkey }: { readonly passkey: PasskeySecret }): Promise<Who> {
  if (found === null) throw nothingFound();
  const { keys, newest } = found.recovered;
  const [first] = keys.segments;
  if (first === undefined) throw nothingFound();
  // A device that began a rotation holds the root after the newest one.
  const rotating = { why: "recovery", seed: readRecoveryKit(found.text), until: newest + 2 } as const;
  await createVault(
    {
      kind: "patient",
      patient: keys,
      actor: null,
      admin: null,
      homes: newestCard(first).body.homes,
      kit: createSeed(browserRuntime.random),
      rotating,
    },
    passkey,
  );
  found = null;
  return who();
}

function nothingFound(): AnamnesisError<"nothing-found"> {
  return new AnamnesisError({
    code: "nothing-found",
    rule: "What a kit leads to is looked for before it is kept.",
    fix: "Type the kit again.",
  });
}
