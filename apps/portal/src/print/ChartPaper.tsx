import { patientOf } from "../chart/patientOf.ts";
import { ListGap } from "../chart/ListGap.tsx";
import { useChartLists } from "../chart/useChartLists.ts";
import { useWho } from "../app/useWho.ts";
import { sayWhen } from "../meaning/sayWhen.ts";
import { readerSentence } from "../share/readerSentence.ts";
import { locale, useTimeline } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { GrantingPatient, OpenedRecords } from "../worker/protocol.ts";
import { isWholeOf } from "./isWholeOf.ts";
import { Paper } from "./Paper.tsx";
import { PaperEntry } from "./PaperEntry.tsx";
import type { OnPaper } from "./usePaper.ts";

/** A doctor's chart, or one entry of it, on paper: with what is shared, since what is not may be there. */
export function ChartPaper({
  what,
  data,
  shares,
}: {
  readonly what: OnPaper;
  readonly data: OpenedRecords;
  readonly shares: GrantingPatient["shares"];
}) {
  const words = useWords();
  const { items } = data;
  const { data: who } = useWho();
  return (
    <Paper
      title={words.print.chart}
      person={patientOf(items)}
      by={[who?.name, who?.organisation].filter(Boolean).join(", ")}
      isWhole={isWholeOf(data)}
    >
      <p>{readerSentence(shares)}</p>
      {what === "all" ? (
        <>
          <Lists items={items} shares={shares} opened={data} />
          <h2>{words.doctor.happened}</h2>
          <Entries items={items} />
        </>
      ) : (
        <PaperEntry entry={what} items={items} staff isAlone />
      )}
    </Paper>
  );
}

function Lists({
  items,
  shares,
  opened,
}: Pick<OpenedRecords, "items"> & {
  readonly shares: GrantingPatient["shares"];
  readonly opened: OpenedRecords;
}) {
  const { doctor } = useWords();
  return useChartLists(items).map(({ list, title, lines, earlier }) => (
    <section key={title}>
      <h2>{title}</h2>
      <ul>
        {lines.map(({ id, name, alarm, more, when, by }) => (
          <li key={id}>
            <b>{[name, alarm].filter((part) => part !== null).join(": ")}</b>{" "}
            {[...more, when === null ? null : sayWhen(when, Date.now(), meaningEn, locale).exact, by]
              .filter((part) => part !== null)
              .join(", ")}
          </li>
        ))}
      </ul>
      <ListGap
        list={list}
        title={title}
        isEmpty={lines.length + earlier.length === 0}
        shares={shares}
        opened={opened}
      />
      {earlier.length > 0 && <p className="muted">{doctor.earlier(earlier.length)}</p>}
    </section>
  ));
}

function Entries({ items }: Pick<OpenedRecords, "items">) {
  return useTimeline(items).map((entry) => <PaperEntry key={entry.id} entry={entry} items={items} staff />);
}
