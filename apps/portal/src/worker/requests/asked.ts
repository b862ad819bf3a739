import { AnamnesisError } from "@anamnesis/core/errors";
import type { Day, Digest, SegmentId, UnixSeconds } from "@anamnesis/core/ids";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { readContactCode } from "@anamnesis/sdk/keys/contactCode";
import { askAccess as askWith } from "@anamnesis/sdk/requests/askAccess";
import { askedRequests } from "@anamnesis/sdk/requests/askedRequests";
import type { OpenedGrant } from "@anamnesis/sdk/listGrants";
import { withdrawRequest as withdrawWith } from "@anamnesis/sdk/requests/withdrawRequest";
import type { EndedShare, RequestMethods } from "../protocol/requests.ts";
import { browserRuntime } from "../runtime.ts";
import { sealedMemory } from "../sealedMemory.ts";
import { consortium, organisationName, staffKeys } from "../session.ts";
import { grants } from "../staff/granting.ts";
import { standing } from "../staff/standing.ts";
import { answerOf, askedTerms } from "./askedTerms.ts";

/** What this member of staff asked for, and what became of it. */
export const asked: RequestMethods["asked"] = async () => {
  const memory = askedNames();
  const all = await consortium();
  const found = await askedRequests({ runtime: browserRuntime, consortium: all, keys: staffKeys() });
  // A browser that keeps nothing has no names, and the list all the same.
  const names = new Map(await memory.read().catch(() => null));
  return {
    requests: found.requests.map(({ id, asked: terms, time, expiresAt, state, answer }) => ({
      id,
      name: names.get(id) ?? null,
      asked: askedTerms(terms),
      time,
      expiresAt,
      state,
      answer: answerOf(answer),
    })),
    silent: found.silent.map(({ node }) => organisationName(all, node)),
  };
};

/** Asks a patient. Throws `bad-contact-code`, `unknown-share` besides what the SDK's verb throws. */
export const askAccess: RequestMethods["askAccess"] = async ({ patient, purpose, name, ...wish }) => {
  const memory = askedNames();
  const { request } = await askWith({
    runtime: browserRuntime,
    consortium: await consortium(),
    keys: staffKeys(),
    segment: "code" in patient ? readContactCode(patient.code) : await segmentOfConsent(patient.consent),
    kinds: wish.kinds,
    resourceTypes: wish.resourceTypes,
    purposes: [purpose],
    dataFrom: wish.dataFrom as Day | null,
    notAfter: wish.notAfter as UnixSeconds,
    message: wish.message,
  });
  if (name !== null) {
    // It was sent: what is only remembered for the list fails nobody.
    try {
      const names = [...((await memory.read()) ?? []), [request, name] as const];
      await memory.keep(names.slice(-MOST_NAMES));
    } catch {
      // No name in the list of what was asked.
    }
  }
};

/** As many are remembered, the newest. */
const MOST_NAMES = 200;

/** Whom this member of staff asked from a chart, by request. Neither request nor answer names the patient. */
function askedNames() {
  return sealedMemory<readonly (readonly [request: string, name: string])[]>("asked");
}

export const withdrawRequest: RequestMethods["withdrawRequest"] = async ({ id }) => {
  await withdrawWith({
    runtime: browserRuntime,
    consortium: await consortium(),
    keys: staffKeys(),
    request: id as Digest,
  });
};

/** Shares that have ended by themselves or were stopped, newest first: whom to ask again. */
export const ended: RequestMethods["ended"] = async () => {
  const given = [...(await grants()).values()];
  const stands = new Set(await standing({ consents: given.map(({ consent }) => consent) }));
  const now = browserRuntime.now();
  const bySigning = new Map<string, OpenedGrant[]>();
  for (const grant of given) {
    const { purposes, dataFrom, dataTo, notBefore, notAfter } = grant.content.consent.body;
    const how = stands.has(grant.consent) ? "expired" : "stopped";
    if (how === "expired" && notAfter >= now) continue;
    const key = JSON.stringify([how, purposes, dataFrom, dataTo, notBefore, notAfter]);
    bySigning.set(key, [...(bySigning.get(key) ?? []), grant]);
  }
  return [...bySigning.values()]
    .flatMap((group) => {
      // Two patients who signed the same within one second: what is not plainly one patient's stands alone.
      const general = group.filter(({ content }) => content.opening.kind === "general");
      return general.length === 1 ? [group] : group.map((grant) => [grant]);
    })
    .flatMap((group): readonly EndedShare[] => {
      const first = group.find(({ content }) => content.opening.kind === "general") ?? group[0];
      if (first === undefined) return [];
      const { purposes, dataFrom, dataTo, notAfter } = first.content.consent.body;
      const parts = group.map(({ content: { opening, consent } }) => ({
        kind: opening.kind,
        resourceTypes: consent.body.resourceTypes,
      }));
      const how = stands.has(first.consent) ? "expired" : "stopped";
      return [{ id: first.consent, parts, purposes, dataFrom, dataTo, notAfter, ended: how }];
    })
    .toSorted((a, b) => b.notAfter - a.notAfter);
};

async function segmentOfConsent(consent: string): Promise<SegmentId> {
  const grant = (await grants()).get(consent);
  if (grant !== undefined) return segmentIdOfOpening(grant.content.opening);
  throw new AnamnesisError({
    code: "unknown-share",
    rule: "Somebody who shared before can be asked again.",
    fix: "Ask the patient for the contact code, and ask with that.",
  });
}
