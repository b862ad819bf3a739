import { consentSentence } from "@anamnesis/core/consent/consentSentence";
import type { ConsentId } from "@anamnesis/core/ids";
import type { Consortium } from "@anamnesis/sdk/consortium";
import { type GivenConsent, givenConsents } from "@anamnesis/sdk/looks/givenConsents";
import { isProven } from "@anamnesis/sdk/looks/isProven";
import { noticesOf } from "@anamnesis/sdk/looks/noticesOf";
import { type Visit, visitsOf } from "@anamnesis/sdk/looks/visitsOf";
import { type AccessLog, accessLog } from "@anamnesis/sdk/receipts";
import { nameOf } from "../keyCards.ts";
import type { Look, LookClause, Looks } from "../protocol/looks.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, patientKeys } from "../session.ts";
import { knownNotices } from "./knownNotices.ts";

/** Who looked, from the receipt logs of all custodians, each verified here, and what of it needs the patient's look. */
export async function looks(): Promise<Looks> {
  const all = await consortium();
  const keys = patientKeys();
  const log = await accessLog({ runtime: browserRuntime, consortium: all, keys });
  const visits = visitsOf(log.accesses, ({ actor }) => all.actors.get(actor)?.role === "device");
  const consents = givenConsents(keys, all.identity);
  const notices = noticesOf({
    visits,
    consents,
    now: browserRuntime.now(),
    hourOf: (time) => new Date(time * 1000).getHours(),
    seen: await knownNotices(),
  });
  return {
    looks: await Promise.all(visits.map(async (visit) => lookOf(all, log, consents, visit))),
    notices: notices.map(({ ids, rules, visit }) => ({ ids, rules, look: visit.id })),
    proven: log.findings.length === 0,
    findings: log.findings.map(({ code, custodian, kind }) => ({
      code,
      kind,
      who: custodian === null ? null : organisationName(all, custodian),
    })),
    logs: log.logs.map(({ custodian, kind, entries, size, anchored, cosigned }) => ({
      name: organisationName(all, custodian),
      kind,
      entries,
      size,
      anchored,
      witnesses: cosigned?.witnesses ?? 0,
    })),
  };
}

async function lookOf(
  all: Consortium,
  log: AccessLog,
  consents: ReadonlyMap<ConsentId, GivenConsent>,
  visit: Visit,
): Promise<Look> {
  const { id, who, when, machine, purpose, basis, refused, codes, accesses } = visit;
  return {
    id,
    when,
    who:
      who === null
        ? null
        : {
            // The card that the request named: also of somebody who has left, or has other keys by now.
            name: (await nameOf(all, who)) ?? organisationName(all, who.organisation),
            role: all.actors.get(who.actor)?.role ?? "organisation",
            organisation: organisationName(all, who.organisation),
          },
    machine,
    purpose,
    basis,
    clauses: visit.consents.flatMap((consent) => clauseOf(consent, consents.get(consent))),
    released: releasedIn(visit),
    kinds: [...new Set(accesses.map(({ kind }) => kind))],
    refused,
    codes,
    proven: accesses.every((access) => isProven(log, access)),
    requests: accesses.map(({ request, when: time, kind, custodians }) => ({
      request,
      when: time,
      kind,
      logs: custodians.map(({ organisation }) => organisationName(all, organisation)),
    })),
  };
}

function clauseOf(consent: ConsentId, given: GivenConsent | undefined): readonly LookClause[] {
  if (given === undefined) return [];
  const { body } = given.consent;
  const { notBefore, notAfter } = body;
  return [{ consent, kind: given.kind, sentence: consentSentence(body), notBefore, notAfter }];
}

function releasedIn({ accesses }: Visit): readonly string[] {
  const released = accesses.flatMap(({ records }) => records.filter(({ outcome }) => outcome === "released"));
  return [...new Set(released.map(({ record }) => record))];
}
