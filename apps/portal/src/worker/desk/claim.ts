import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import { newestCard, type PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { createSeed, printRecoveryKit } from "@anamnesis/sdk/keys/recoveryKit";
import { checkHandOver } from "@anamnesis/sdk/owner/checkHandOver";
import { type HandOver, handOverLocator, openHandOver } from "@anamnesis/sdk/owner/handOver";
import { takeOver } from "@anamnesis/sdk/owner/takeOver";
import { connect } from "@anamnesis/sdk/runtime";
import { cardDigest } from "@anamnesis/core/segment/card";
import { httpSigner } from "@anamnesis/sdk/runtime";
import type { DeskMethods } from "../protocol/desk.ts";
import { browserRuntime } from "../runtime.ts";
import { consortiumHere, organisationName } from "../session.ts";
import { createVault, savePatient } from "../vaultStore.ts";

/** What the code opened, and the kit for it: in memory alone until the person takes it over. */
let found: { readonly handOver: HandOver; kit: string | null } | null = null;

/**
 * Opens what a one-time code names and checks that nothing was kept back. Throws `bad-hand-over-code`, `claim-not-found` for a code that is over or was never made, `claim-used`,
 * `bad-hand-over`.
 */
export const lookAtClaim: DeskMethods["lookAtClaim"] = async ({ code }) => {
  const locator = handOverLocator(code);
  const { sealed } = await connect(browserRuntime, self.location.origin, null)
    .call(exchangeRoutes.getHandOver, { locator }, undefined)
    .catch((error: unknown) => {
      throw hasCode(error, "not-found") ? notFound() : error;
    });
  const handOver = await openHandOver(code, sealed);
  const all = await consortiumHere();
  await checkHandOver(all, handOver);
  await requireUnused(handOver);
  found = { handOver, kit: null };
  const { provisional } = newestCard(firstOf(handOver.keys)).body;
  return { organisation: organisationName(all, provisional ?? "") };
};

export const claimKit: DeskMethods["claimKit"] = async () => {
  const now = requireFound();
  now.kit ??= printRecoveryKit(createSeed(browserRuntime.random));
  return { kit: now.kit };
};

/**
 * The owner is rotated to keys from the kit. They are in the vault before anything leaves this browser, so that the next visit ends what this one began (`goOn`).
 */
export const claim: DeskMethods["claim"] = async ({ passkey }) => {
  const { handOver, kit } = requireFound();
  if (kit === null) throw nothingFound();
  const { homes } = newestCard(firstOf(handOver.keys)).body;
  let kept = false;
  const save = async (patient: PatientKeys): Promise<void> => {
    if (kept) return savePatient(patient);
    await createVault({ kind: "patient", patient, actor: null, admin: null, homes }, passkey);
    kept = true;
  };
  await takeOver({
    runtime: browserRuntime,
    consortium: await consortiumHere(),
    handOver,
    recoveryKit: kit,
    save,
  });
  found = null;
};

/** A code stays where it is until it is over, so that a device that dies may try again; whoever was first is who counts. */
async function requireUnused({ keys }: HandOver): Promise<void> {
  const first = firstOf(keys);
  const node = connect(browserRuntime, self.location.origin, httpSigner(browserRuntime.random(32)));
  const { segments } = await node.call(exchangeRoutes.segmentStates, {}, { segments: [first.id] });
  const newest = segments[0]?.newestCard ?? null;
  if (newest !== null && newest !== cardDigest(newestCard(first).body)) throw used();
}

function firstOf({ segments }: PatientKeys): PatientKeys["segments"][number] {
  const [first] = segments;
  if (first === undefined) throw nothingFound();
  return first;
}

function requireFound(): NonNullable<typeof found> {
  if (found === null) throw nothingFound();
  return found;
}

function notFound(): AnamnesisError<"claim-not-found"> {
  return new AnamnesisError({
    code: "claim-not-found",
    rule: "A code opens within a day, at the portal of the hospital that gave it.",
    fix: "Ask at the reception desk for a new one.",
  });
}

function used(): AnamnesisError<"claim-used"> {
  return new AnamnesisError({
    code: "claim-used",
    rule: "A code is used once, and this one was.",
    fix: "If that was you, sign in with your passkey or use your printed kit. If not, tell the reception desk at once.",
  });
}

function nothingFound(): AnamnesisError<"claim-not-begun"> {
  return new AnamnesisError({
    code: "claim-not-begun",
    rule: "Records are taken over with the code from the reception desk.",
    fix: "Open the link again, or type the code.",
  });
}
