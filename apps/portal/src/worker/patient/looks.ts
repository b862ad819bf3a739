import { type AccessLog, accessLog, type LogAccess } from "@anamnesis/sdk/receipts";
import type { Consortium } from "@anamnesis/sdk/consortium";
import type { Look, Looks } from "../protocol.ts";
import { nameOf } from "../keyCards.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, patientKeys } from "../session.ts";

/** Who looked, from the receipt logs of all custodians, each verified here. */
export async function looks(): Promise<Looks> {
  const all = await consortium();
  const log = await accessLog({ runtime: browserRuntime, consortium: all, keys: patientKeys() });
  return looksOf(all, log);
}

async function looksOf(all: Consortium, log: AccessLog): Promise<Looks> {
  return {
    looks: await Promise.all([...log.accesses].reverse().map(async (access) => lookOf(all, access))),
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

async function lookOf(all: Consortium, access: LogAccess): Promise<Look> {
  const { request, kind, when, who, purpose, basis, consent, records, custodians } = access;
  const actor = who === null ? undefined : all.actors.get(who.actor);
  return {
    request,
    kind,
    when,
    who:
      who === null
        ? null
        : {
            // The card that the request named: also of somebody who has left, or has other keys by now.
            name: (await nameOf(all, who)) ?? organisationName(all, who.organisation),
            role: actor?.role ?? "organisation",
            organisation: organisationName(all, who.organisation),
          },
    purpose,
    basis,
    consent,
    released: records.filter(({ outcome }) => outcome === "released").map(({ record }) => record),
    refused: records
      .filter(({ outcome }) => outcome !== "released")
      .map(({ record, outcome }) => ({ record, code: outcome })),
    custodians: custodians.map(({ organisation }) => organisationName(all, organisation)),
  };
}
