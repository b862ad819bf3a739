import { join } from "node:path";
import { AnamnesisError } from "@anamnesis/core/errors";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import type { CaseWriting, Writing } from "@anamnesis/fhir/write/writing";
import { granteeAccess } from "@anamnesis/sdk/access";
import { admissionFor } from "@anamnesis/sdk/admissionFor";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { endorsersNamed } from "@anamnesis/sdk/endorsersNamed";
import { actorOf } from "@anamnesis/sdk/keys/actorKeys";
import { listGrants, type OpenedGrant } from "@anamnesis/sdk/listGrants";
import { askerOf } from "@anamnesis/sdk/requests/askAccess";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { sealResources } from "@anamnesis/sdk/seal";
import { signingKey } from "@anamnesis/sdk/signingKey";
import { notPermitted, prepareWriting } from "@anamnesis/sdk/writing/prepareWriting";
import { recordsOf } from "@anamnesis/sdk/writing/toSeal";
import { openFileJournal } from "../../../files/fileJournal.ts";
import { readActorKeys } from "../../../files/keyFiles.ts";
import { systemRuntime } from "../../../runtime.ts";
import { personalLock } from "../../options.ts";
import { draftOf } from "./draftOf.ts";
import { openNamed, requireSameType } from "./openNamed.ts";
import type { WriteFlags, WroteIt } from "./write.ts";

/** Seals what a member of staff writes about one patient and brings it to the own node. The journal of each segment stands in a folder of its own. */
export async function writeAsStaff(
  writing: Writing | CaseWriting,
  bytes: Uint8Array,
  flags: WriteFlags,
): Promise<WroteIt> {
  const keys = await readActorKeys(flags.actor ?? "", await personalLock());
  const { organisation } = askerOf(keys);
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  const { identity, committee, members } = consortium;
  const node = connect(systemRuntime, flags.node, httpSigner(keys.ed25519));
  const wanted = new Set(flags.consent ?? []);
  const { grants } = await listGrants({ node, keys, identity });
  const given = grants.filter(({ consent }) => wanted.has(consent));
  if (given.length === 0 || given.length < wanted.size) throw noSuchConsent();
  requireOnePatient(given);
  const admission = await admissionFor({
    runtime: systemRuntime,
    identity,
    node,
    organisation,
    openings: given.map(({ content }) => content.opening),
  });
  if (admission === null) throw notPermitted();
  const accesses = given.map(({ content }) => ({
    access: granteeAccess(keys, content),
    purpose: content.consent.body.purposes[0] ?? "TREAT",
  }));
  const named = await openNamed({
    ...flags,
    consortium,
    accesses,
    amends: flags.amends,
    by: organisation,
  });
  const { patient, amending } = named;
  // Whose it is, however many of the patient's consents are named.
  const about = leadOf(given);
  const context = [
    writing.form,
    about === undefined ? "" : segmentIdOfOpening(about.content.opening),
    flags.kind ?? "",
    flags.amends ?? "",
    flags.reason,
    flags.draft ?? "",
  ];
  const name = members.get(organisation)?.name ?? organisation;
  const { kind, resources, sealing } = prepareWriting({
    writing,
    draft: draftOf(keys.ed25519, bytes, context),
    time: new Date(systemRuntime.now() * 1000).toISOString(),
    author: { actor: actorOf(keys), name: keys.card.name, organisation: name },
    patient,
    stricter: flags.kind ?? null,
    amending,
    endorsers: flags.amends === undefined ? null : await endorsersNamed(node, flags.amends),
    admission,
  });
  requireSameType(named, resources[0]?.resourceType);
  const opening = admission.segments.find((one) => one.opening.kind === kind)?.opening;
  const folder = opening === undefined ? kind : segmentIdOfOpening(opening).slice(2, 34);
  const result = await sealResources({
    runtime: systemRuntime,
    identity,
    node,
    device: keys,
    organisation,
    admission,
    committee,
    resources: sealing,
    journal: await openFileJournal(join(flags.journal, folder)),
  });
  return {
    record: recordsOf(result, sealing)[0] ?? "",
    resource: `${resources[0]?.resourceType ?? ""}/${String(resources[0]?.["id"])}`,
    kind,
    at: organisation,
    sealed: result.sealed.length,
  };
}

/** The general one, which says who the patient is; else the only one. */
function leadOf(given: readonly OpenedGrant[]): OpenedGrant | undefined {
  return given.find(({ content }) => content.opening.kind === "general") ?? given[0];
}

/** What was not plainly shared by one patient is written about nobody. Throws `not-one-patient`. */
function requireOnePatient(given: readonly OpenedGrant[]): void {
  const lead = leadOf(given);
  const kinds = new Set(given.map(({ content }) => content.opening.kind));
  const isOne =
    lead !== undefined &&
    (given.length === 1 ||
      (lead.content.opening.kind === "general" &&
        kinds.size === given.length &&
        given.every((one) => signingKey(one) === signingKey(lead))));
  if (isOne) return;
  throw new AnamnesisError({
    code: "not-one-patient",
    rule: "Consents of one writing are of one signing: the general one, and others that the patient gave with it.",
    fix: "Name one consent, or those that `anamnesis consent list --actor …` shows with the same terms.",
  });
}

function noSuchConsent(): AnamnesisError<"consent-not-found"> {
  return new AnamnesisError({
    code: "consent-not-found",
    rule: "A member of staff writes about a patient who shares something with them.",
    fix: "Name the patient's consents with --consent; `anamnesis consent list --actor …` has them.",
  });
}
