import type { Cid, RecordId } from "@anamnesis/core/ids";
import { eraseRequest, eraseRequestSigner } from "@anamnesis/core/record/eraseRequest";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { neededBlobs } from "../erasure/neededBlobs.ts";
import { type Finding, finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";

/** Each erasure that was asked for here is of the record under which it is kept; and of what was deleted nothing is here. */
export async function checkErasures({ db, identity, scanned }: FsckContext): Promise<readonly Finding[]> {
  const rows = await db.query<{ record: RecordId; request: Uint8Array }>(
    "select record, request from sticky_erasures where request is not null order by record",
  );
  const holds = (record: RecordId, bytes: Uint8Array): boolean => {
    try {
      const value = eraseRequest.decode(bytes);
      return recordIdOf(value.header.body.U) === record && eraseRequestSigner(identity, value) !== null;
    } catch {
      return false;
    }
  };
  const findings = rows
    .filter((row) => !holds(row.record, row.request))
    .map(({ record }) => finding("erasure-invalid", `record ${record}`));
  const deleted = await db.query<{ record: RecordId; wrap: Cid; content: Cid }>(
    `select r.record, r.wrap, r.content from records r join erasure_receipts e on e.position = r.position
     order by r.position`,
  );
  const here = deleted.flatMap(({ record, wrap, content }) =>
    [wrap, content]
      .filter((cid) => scanned.whole.has(cid) || scanned.damaged.has(cid))
      .map((cid) => ({ record, cid })),
  );
  const needed = await neededBlobs(
    db,
    here.map(({ cid }) => cid),
  );
  for (const { record, cid } of here) {
    if (needed.has(cid)) continue;
    findings.push(finding("erased-here", `record ${record}: ${cid}`, { kind: "remove-blob", cid }));
  }
  return findings;
}
