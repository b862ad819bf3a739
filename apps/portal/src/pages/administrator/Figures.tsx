import { useQuery } from "@tanstack/react-query";
import { sayBytes } from "../../meaning/sayBytes.ts";
import { Failed } from "../../parts/Failed.tsx";
import { AlertIcon } from "../../parts/icons.tsx";
import { Waiting } from "../../parts/Waiting.tsx";
import { locale } from "../../timeline/useTimeline.ts";
import { formatList } from "../../words/format.ts";
import { useWords, type Words } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { NodeFigures } from "../../worker/protocol/desk.ts";

/** Milliseconds between two looks: each asks all custodians. */
const LOOK_EVERY = 15_000;

/** The node's figures: first what needs somebody, and what to do about it. */
export function Figures() {
  const words = useWords();
  const figures = useQuery({
    queryKey: ["node-figures"],
    queryFn: async () => ask("nodeFigures"),
    refetchInterval: LOOK_EVERY,
  });
  return (
    <>
      {figures.isPending && <Waiting />}
      {figures.isError && (
        <Failed error={figures.error} reset={() => void figures.refetch()} busy={figures.isFetching} />
      )}
      {figures.data !== undefined && (
        <>
          {figures.data.findings.map((finding) => (
            <div key={finding} className="notice" role="status">
              <AlertIcon />
              <p className="grow">{words.desk.node.findings[finding]}</p>
            </div>
          ))}
          <ul className="rows">
            {linesOf(figures.data, words).map(([name, ...said]) => (
              <li key={name} className="row">
                <div className="grow">
                  <b>{name}</b>
                  {said.map((line) => (
                    <p key={line} className="muted">
                      {line}
                    </p>
                  ))}
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function linesOf(
  { now, head, custodians, threshold, anchors, outbox, storage, log }: NodeFigures,
  { desk: { node } }: Words,
): readonly (readonly string[])[] {
  const size = (bytes: number): string => sayBytes(bytes, locale);
  const age = (since: number): string => sayAge(Math.max(0, now - since), node);
  const silent = custodians.filter(({ answers }) => !answers).map(({ name }) => name);
  const { last, waiting } = anchors;
  const { database, blobs, disk } = storage;
  return [
    [node.ledger, head === null ? node.ledgerMissing : node.block(head.number, age(head.time))],
    [
      node.custodians,
      node.answers(custodians.length - silent.length, custodians.length, threshold),
      ...(silent.length === 0 ? [] : [node.silent(formatList(silent))]),
    ],
    [
      node.anchors,
      last === null ? node.neverAnchored : node.anchored(last.records, age(last.time)),
      node.waiting(waiting),
    ],
    [
      node.outbox,
      ...(outbox.length === 0
        ? [node.outboxEmpty]
        : outbox.map(({ type, pending, refused }) =>
            node.row(node.intents[type] ?? node.otherIntent, pending, refused),
          )),
    ],
    [
      node.storage,
      node.database(size(database)),
      blobs === null ? node.counting : node.blobs(blobs.count, size(blobs.bytes)),
      ...(disk === null ? [] : [node.free(size(disk.free), size(disk.size))]),
    ],
    [
      node.log,
      node.entries(log.size, log.anchored ?? 0),
      ...(log.cosigned === null ? [] : [node.cosigned(log.cosigned.count, log.cosigned.wanted)]),
    ],
  ];
}

function sayAge(seconds: number, { seconds: s, minutes, hours }: Words["desk"]["node"]): string {
  if (seconds < 120) return s(seconds);
  return seconds < 7200 ? minutes(Math.round(seconds / 60)) : hours(Math.round(seconds / 3600));
}
