import { type AccessLog, accessLog } from "@anamnesis/sdk/receipts";
import { readLedger } from "@anamnesis/sdk/ledgerView";
import { verifyRecord } from "@anamnesis/sdk/verify";
import { counted } from "../../output/format.ts";
import type { Facts } from "../../output/steps.ts";
import { systemRuntime } from "../../runtime.ts";
import { expectThat } from "../expectation.ts";
import { firstPatient, type Journey } from "../journey.ts";
import { until } from "../until.ts";

/** 13: the patient reads every custodian's log, holds it against the heads on the ledger, and finds every opening and refusal. */
export async function verifyLog(journey: Journey, facts: Facts): Promise<readonly string[]> {
  const { world, requests, refusals } = journey;
  const { consortium, ledger } = world;
  const patient = firstPatient(journey);
  const log = await until({ what: "log heads anchored", pause: 500 }, async () => {
    const read = await accessLog({ runtime: systemRuntime, consortium, keys: patient.keys, ledger });
    return isAnchored(read) ? read : null;
  });
  const unexplained = log.findings.filter((finding) => !isExplained(journey, log, finding));
  expectThat(unexplained.length === 0, "the access log has no gap and no contradiction", {
    findings: unexplained.length,
    code: unexplained[0]?.code ?? "",
    detail: unexplained[0]?.detail ?? "",
  });
  const told = new Map(log.accesses.map((access) => [access.request, access]));
  const hidden = [...requests].filter((request) => !told.has(request));
  expectThat(hidden.length === 0, "every request stands in the log", { hidden: hidden.length });
  const wrong = [...refusals].filter((request) =>
    told.get(request)?.records.some(({ outcome }) => outcome === "released"),
  );
  expectThat(wrong.length === 0, "every refusal is told as one");

  const view = await readLedger(ledger);
  let verified = 0;
  for (const { listing } of journey.listings.values()) {
    for (const { header, anchor } of listing.records) {
      expectThat(anchor !== null, "every record is anchored");
      verifyRecord({ consortium, header, anchor, ledger: view });
      verified++;
    }
  }
  const refused = log.accesses.filter((access) =>
    access.records.every(({ outcome }) => outcome !== "released"),
  ).length;
  const entries = log.logs.reduce((sum, item) => sum + item.entries, 0);
  Object.assign(facts, {
    accesses: log.accesses.length,
    refused,
    entries,
    logs: log.logs.length,
    findings: log.findings.length,
    requestsFound: requests.size,
    anchorsVerified: verified,
  });
  const outage =
    log.findings.length === 0
      ? ""
      : `; ${counted(log.findings.length, "request")} of the outage in one log only: nothing opened`;
  return [
    `${counted(log.accesses.length, "access", "accesses")}, ${refused} of them refused, in ${counted(entries, "entry", "entries")} of ${consortium.committee.custodians.length} custodians' logs, complete up to heads on the ledger`,
    `all ${counted(requests.size, "request")} of this journey found${outage}; ${counted(verified, "record")} verified against batches on the ledger`,
  ];
}

/** Every log's newest head on the ledger covers everything that it gave. */
function isAnchored({ logs }: AccessLog): boolean {
  return logs.every(({ anchored, size, entries }) => entries === 0 || anchored === size);
}

/**
 * While two custodians were down, the third logged a request and released a share that opens nothing. That request stands in
 * one log alone, which is the truth and no gap. The same of an earlier run was judged then.
 */
function isExplained(
  { outage, begunAt }: Journey,
  log: AccessLog,
  finding: AccessLog["findings"][number],
): boolean {
  const access = log.accesses.find((item) => item.request === finding.request);
  if (finding.code !== "missing-entries" || access === undefined) return false;
  if (access.when < begunAt) return true;
  return (
    outage !== null &&
    access.when >= outage.from - 1 &&
    access.when <= outage.to + 1 &&
    access.custodians.every(({ organisation }) => organisation === outage.up)
  );
}
