import type { SegmentId } from "@anamnesis/core/ids";
import { newestCard } from "../segments/cardStore.ts";
import { type Finding, finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";

/** Each own record is at every home that its segment's newest card names, or on its way there. */
export async function checkReplication({ db, organisation }: FsckContext): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const segments = await db.query<{ segment: SegmentId }>(
    "select distinct segment from records where own order by segment",
  );
  for (const { segment } of segments) {
    let homes: Awaited<ReturnType<typeof newestCard>>;
    try {
      homes = await newestCard(db, segment);
    } catch {
      // `checkSegments` says so.
      continue;
    }
    for (const home of (homes?.body.homes ?? []).filter((member) => member !== organisation)) {
      const rows = await db.query<{ position: number }>(
        `select r.position from records r where r.own and r.segment = $1
           and not exists (select 1 from replicas p where p.position = r.position and p.home = $2)
           and not exists (select 1 from replication_queue q where q.position = r.position and q.home = $2)
         order by r.position`,
        [segment, home],
      );
      for (const { position } of rows) {
        const mend = { kind: "replicate", position, home } as const;
        findings.push(finding("replica-missing", `record at position ${position}: home ${home}`, mend));
      }
    }
  }
  return findings;
}
