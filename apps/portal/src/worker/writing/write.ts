import { AnamnesisError } from "@anamnesis/core/errors";
import { dayOf, type RecordId } from "@anamnesis/core/ids";
import { segmentOf } from "@anamnesis/fhir/labelling/segmentOf";
import { strictest } from "@anamnesis/fhir/labelling/sensitivity";
import type { Resource } from "@anamnesis/fhir/resource";
import { writeAmendmentReason } from "@anamnesis/fhir/write/amendmentReason";
import { writeDiagnosis } from "@anamnesis/fhir/write/diagnosis";
import { writeNote } from "@anamnesis/fhir/write/note";
import { writeOrder } from "@anamnesis/fhir/write/order";
import { writePrescription } from "@anamnesis/fhir/write/prescription";
import type { Written, WrittenAuthor } from "@anamnesis/fhir/write/written";
import { endorsersNamed } from "@anamnesis/sdk/endorsersNamed";
import { actorOf } from "@anamnesis/sdk/keys/actorKeys";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { sealResources } from "@anamnesis/sdk/seal";
import type { WorkerMethods } from "../protocol.ts";
import type { Writing } from "../protocol/writing.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, staffKeys } from "../session.ts";
import { admission, ownOrganisation } from "./admission.ts";
import { inLane } from "./journals.ts";
import { asOpened, recordsOf, toSeal } from "./sealed.ts";

/**
 * Makes the resource, seals it here with the doctor's own key, and brings it to the own organisation's node: when it resolves, it is on that node's disk.
 * Throws `bad-writing`, `not-permitted`, `other-area`, and what `sealResources` throws; the same draft again writes nothing twice.
 */
export const write: WorkerMethods["write"] = async (parameters) => {
  const { consents, draft, about, writing, stricter, amending } = parameters;
  const keys = staffKeys();
  const all = await consortium();
  const organisation = ownOrganisation();
  const name = organisationName(all, organisation);
  const admitted = await admission(consents);
  if (admitted === null) throw notPermitted();
  const time = new Date(browserRuntime.now() * 1000).toISOString();
  const author = { actor: actorOf(keys), name: keys.card.name, organisation: name };
  const resource = resourceOf(writing, { id: amending?.id ?? draft, time, patient: about }, author);
  const kind = strictest([segmentOf(resource), stricter ?? "general"]);
  if (amending !== null && amending.kind !== kind) throw otherArea();
  if (!admitted.segments.some(({ opening }) => opening.kind === kind)) throw notPermitted();
  const resources: Resource[] = [resource];
  if (amending !== null) {
    const { record: earlier, reason } = amending;
    const because = { id: `${draft}-why`, time, patient: about };
    resources.push(writeAmendmentReason({ ...because, author, target: resource, earlier, reason }));
  }
  const node = connect(browserRuntime, self.location.origin, httpSigner(keys.ed25519));
  // What others had to sign, they have to sign anew.
  const endorsers = amending === null ? null : await endorsersNamed(node, amending.record as RecordId);
  const sealing = resources.map((one, i) =>
    i === 0 ? toSeal(one, kind, draft, amending?.record ?? null, endorsers) : toSeal(one, kind, draft, null),
  );
  const result = await inLane("staff", async ({ journal }) =>
    sealResources({
      runtime: browserRuntime,
      identity: all.identity,
      node,
      device: keys,
      organisation,
      admission: admitted,
      committee: all.committee,
      resources: sealing,
      journal,
    }),
  );
  const items = asOpened(resources, recordsOf(result, sealing), {
    kind,
    organisation,
    organisationName: name,
    day: dayOf(browserRuntime.now()),
    byOwner: false,
    author: keys.card.name,
    amends: amending?.record ?? null,
    cosign:
      endorsers === null
        ? null
        : {
            needed: endorsers.threshold,
            asked: endorsers.organisations.map((id) => organisationName(all, id)),
          },
  });
  return { items, kind, at: { id: organisation, name } };
};

function resourceOf(writing: Writing, written: Written, author: WrittenAuthor): Resource {
  const common = { ...written, author };
  switch (writing.form) {
    case "note":
      return writeNote({ ...common, ...writing });
    case "diagnosis":
      return writeDiagnosis({ ...common, ...writing });
    case "prescription":
      return writePrescription({ ...common, ...writing });
    case "order":
      return writeOrder({ ...common, ...writing });
  }
}

function notPermitted(): AnamnesisError<"not-permitted"> {
  return new AnamnesisError({
    code: "not-permitted",
    rule: "An organisation writes where the patient has let it, and where what is written belongs by its sensitivity.",
    fix: "Ask the patient to let your organisation add to their records, and to share this area with you.",
  });
}

function otherArea(): AnamnesisError<"other-area"> {
  return new AnamnesisError({
    code: "other-area",
    rule: "A correction stays in the area of what it corrects.",
    fix: "Write it anew in the other area, and correct the old one to say where it is.",
  });
}
