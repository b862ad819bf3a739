import { AnamnesisError } from "@anamnesis/core/errors";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import type { OrganisationId, RecordId } from "@anamnesis/core/ids";
import { writePersonalDetails } from "@anamnesis/fhir/write/personalDetails";
import { askCorrection } from "@anamnesis/sdk/corrections/askCorrection";
import { listCorrections, type ListedCorrections } from "@anamnesis/sdk/corrections/listCorrections";
import { passOnCorrections } from "@anamnesis/sdk/corrections/passOnCorrections";
import { FHIR_JSON } from "@anamnesis/sdk/corrections/proposedInstead";
import { withdrawCorrection as withdraw } from "@anamnesis/sdk/corrections/withdrawCorrection";
import { codeOf, ourError } from "@anamnesis/sdk/ourError";
import { nameOf } from "../keyCards.ts";
import type { AskedOne, CorrectionMethods } from "../protocol/corrections.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, patientKeys } from "../session.ts";

const KINDS = ["general"] as const;

async function listed(authors: readonly string[]): Promise<ListedCorrections> {
  return listCorrections({
    runtime: browserRuntime,
    consortium: await consortium(),
    keys: patientKeys(),
    kinds: KINDS,
    authors: authors as readonly OrganisationId[],
  });
}

export const ownCorrections: CorrectionMethods["ownCorrections"] = async ({ authors }) => {
  const all = await consortium();
  const found = await listed(authors);
  // Nobody waits for it.
  void passOnCorrections(
    { runtime: browserRuntime, consortium: all, keys: patientKeys() },
    found.corrections,
  ).catch(ourError);
  return {
    corrections: await Promise.all(
      found.corrections.map(async ({ id, record, organisation, state, time, expiresAt, answer }) => {
        const person = answer === null ? undefined : all.actors.get(answer.actor);
        return {
          id,
          record,
          organisation,
          organisationName: organisationName(all, organisation),
          state,
          time,
          expiresAt,
          answer:
            answer === null
              ? null
              : {
                  person: person === undefined ? null : await nameOf(all, person),
                  time: answer.time,
                  message: answer.message,
                },
        };
      }),
    ),
    silent: [...new Set(found.silent.map(({ node }) => organisationName(all, node)))],
    unchecked: found.unchecked,
  };
};

/** One after the other: each opens the record of which it sends the keys. What one organisation's node refuses keeps the others from nothing. */
export const askCorrections: CorrectionMethods["askCorrections"] = async ({ records, message, details }) => {
  const all = await consortium();
  const time = new Date(browserRuntime.now() * 1000).toISOString();
  const about = { reference: null, record: null };
  const proposed = writePersonalDetails({ id: "proposed", time, patient: about, details });
  const results: AskedOne[] = [];
  for (const { record, kind, organisationName: name } of records) {
    try {
      const asked = await askCorrection({
        runtime: browserRuntime,
        consortium: all,
        keys: patientKeys(),
        kind,
        record: record as RecordId,
        message,
        proposed: { mediaType: FHIR_JSON, bytes: utf8ToBytes(JSON.stringify(proposed)) },
      });
      const reached = asked.kept.includes(asked.organisation);
      results.push({ record, organisationName: name, code: null, reached });
    } catch (error) {
      results.push({ record, organisationName: name, code: codeOf(error), reached: false });
    }
  }
  return results;
};

export const withdrawCorrection: CorrectionMethods["withdrawCorrection"] = async ({ id }) => {
  const all = await consortium();
  const { corrections } = await listed([...all.members.keys()]);
  const correction = corrections.find((one) => one.id === id);
  if (correction === undefined) throw notFound();
  await withdraw({ runtime: browserRuntime, consortium: all, keys: patientKeys(), correction });
};

function notFound(): AnamnesisError<"correction-not-found"> {
  return new AnamnesisError({
    code: "correction-not-found",
    rule: "A correction waits at the organisation that was asked and at those that keep the records.",
    fix: "Look at the list again in a moment.",
  });
}
