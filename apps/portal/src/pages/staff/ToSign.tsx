import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useWho } from "../../app/useWho.ts";
import { CorrectionsWanted } from "../../corrections/CorrectionsWanted.tsx";
import { QueueItem } from "../../cosign/QueueItem.tsx";
import { type ReadQueue, useReadQueue } from "../../cosign/useReadQueue.ts";
import { Failed } from "../../parts/Failed.tsx";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { formatList } from "../../words/format.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { Queued } from "../../worker/protocol/cosign.ts";

const NOTHING: readonly Queued[] = [];

/** Results that wait for the own organisation's signature, and its own that wait for others. */
export function ToSign() {
  const words = useWords();
  const said = words.cosign;
  usePageTitle(words.titles.toSign);
  const { data: who } = useWho();
  // As it was when the page came: what is signed stays in its place and says so.
  const queue = useQuery({
    queryKey: ["signing-queue"],
    queryFn: async () => ask("signingQueue"),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const waiting = queue.data?.waiting ?? NOTHING;
  const own = queue.data?.own ?? NOTHING;
  const all = useMemo(() => [...waiting, ...own], [waiting, own]);
  const reads = useReadQueue(all, who?.registered === true);
  const organisation = queue.data?.organisation ?? "";
  return (
    <div className="stack">
      <header>
        <h1>{said.title}</h1>
        {queue.isSuccess && <p className="muted lead">{said.lead(organisation)}</p>}
      </header>
      {queue.isPending && <Waiting />}
      {queue.isError && (
        <Failed error={queue.error} reset={() => void queue.refetch()} busy={queue.isFetching} />
      )}
      {reads.error !== null && <Failed error={reads.error} reset={reads.again} />}
      {queue.isSuccess && (
        <>
          {(queue.data.silent.length > 0 || queue.data.unchecked > 0) && (
            <p className="notice" role="status">
              {queue.data.silent.length > 0 && said.silent(formatList(queue.data.silent))}{" "}
              {queue.data.unchecked > 0 && said.unchecked(queue.data.unchecked)}
            </p>
          )}
          <Part
            title={said.waiting}
            lead={waiting.length === 0 ? said.nothing : who?.registered === true ? said.keys : said.adminOnly}
            queued={waiting}
            reads={reads}
            organisation={organisation}
            may
          />
          <Part
            title={said.own}
            lead={own.length === 0 ? said.ownNothing : said.ownLead}
            queued={own}
            reads={reads}
            organisation={organisation}
            may={false}
          />
        </>
      )}
      {who?.registered === true && <CorrectionsWanted mayWrite={who.subject === "practitioner"} />}
    </div>
  );
}

function Part({
  title,
  lead,
  queued,
  reads,
  organisation,
  may,
}: {
  readonly title: string;
  readonly lead: string;
  readonly queued: readonly Queued[];
  readonly reads: ReadQueue;
  readonly organisation: string;
  readonly may: boolean;
}) {
  return (
    <section className="stack" aria-label={title}>
      <div>
        <h2>{title}</h2>
        <p className="muted">{lead}</p>
      </div>
      {queued.length > 0 && (
        <ul className="rows stack">
          {queued.map((one) => (
            <QueueItem
              key={one.record}
              queued={one}
              read={reads.of(one.record)}
              opening={reads.pending}
              organisation={organisation}
              may={may}
            />
          ))}
        </ul>
      )}
    </section>
  );
}
