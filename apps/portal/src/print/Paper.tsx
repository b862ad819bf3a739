import type { ReactNode } from "react";
import { createPortal } from "react-dom";
import type { ChartPatient } from "../chart/patientOf.ts";
import { locale } from "../timeline/useTimeline.ts";
import { sayWhen } from "../meaning/sayWhen.ts";
import { whenOfText } from "../meaning/when.ts";
import { formatDate, formatTime } from "../words/format.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";

interface PaperProps {
  readonly title: string;
  readonly person: ChartPatient | null;
  /** Name of the member of staff who prints it; `null`: the patient does. */
  readonly by: string | null;
  /** All that is to be had was opened. */
  readonly isWhole: boolean;
  readonly children: ReactNode;
}

/** What a printer gets instead of the page, beside it: on a screen it is not there. Its head comes again on each sheet. */
export function Paper({ title, person, by, isWhole, children }: PaperProps) {
  const words = useWords();
  const said = words.print;
  const now = Date.now();
  const born = whenOfText(person?.birthDate);
  const about = [
    born === null ? null : said.born(sayWhen(born, now, meaningEn, locale).exact),
    person?.gender ?? null,
  ].filter((part) => part !== null && part !== "unknown");
  const printed = `${formatDate(now / 1000)}, ${formatTime(now / 1000)}`;
  return createPortal(
    <div className="paper">
      <header>
        <p>
          <b>{person?.name ?? words.doctor.unnamed}</b>
          {about.length > 0 && <>, {about.join(", ")}</>}
        </p>
        <p className="muted">
          {title}. {said.printed(printed, location.origin)} {by !== null && said.by(by)}
        </p>
      </header>
      <div className="paper-body">
        {!isWhole && <p className="paper-warning">{said.incomplete}</p>}
        {children}
      </div>
    </div>,
    document.body,
  );
}
