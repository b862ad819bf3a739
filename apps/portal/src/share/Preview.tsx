import { Button } from "@mantine/core";
import { aboutPerson } from "../chart/aboutPerson.ts";
import { ChartColumns } from "../chart/ChartColumns.tsx";
import type { Opened } from "../chart/listState.ts";
import { patientOf } from "../chart/patientOf.ts";
import { Failed } from "../parts/Failed.tsx";
import { EyeIcon } from "../parts/icons.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { formatDate } from "../words/format.ts";
import { useWords } from "../words/useWords.tsx";
import type { NewShare } from "../worker/protocol.ts";
import { readerSentence } from "./readerSentence.ts";
import type { PreviewState } from "./usePreview.ts";

const CHART = "preview-chart";
const WHOLE: Opened = { gaps: [], refused: 0, late: [] };
/** Which of them, nobody knows. */
const MISSING: Opened = { ...WHOLE, refused: 1 };

/** How much the signature would open today, and the way to look at it. */
export function Preview({ preview, name }: { readonly preview: PreviewState; readonly name: string }) {
  const words = useWords();
  const { items, error, again, missing, open, toggle } = preview;
  return (
    <section className="card" aria-labelledby="preview">
      <h2 id="preview">{words.share.preview(name)}</h2>
      {error !== null && <Failed error={error} reset={again} />}
      {error === null && items === null && <Waiting />}
      {items !== null && <p>{words.share.previewCount(items.length)}</p>}
      {missing && <p className="muted">{words.share.previewMissing}</p>}
      {items !== null && items.length > 0 && (
        <Button variant="outline" fullWidth aria-expanded={open} aria-controls={CHART} onClick={toggle}>
          {open ? words.share.previewHide : words.share.previewShow(name)}
        </Button>
      )}
    </section>
  );
}

/** The reader's own chart of what the share would open today, marked as a preview, and what comes to it. */
export function PreviewChart({
  preview: { items, open, missing },
  name,
  wish,
}: {
  readonly preview: PreviewState;
  readonly name: string;
  readonly wish: Omit<NewShare, "grantee">;
}) {
  const words = useWords();
  if (!open || items === null) return null;
  const { parts, purpose, dataFrom, notAfter } = wish;
  const shares = parts.map(({ kind, resourceTypes }) => {
    const terms = { purposes: [purpose], dataFrom, dataTo: null, exceptions: [], notAfter };
    return { consent: "", kind, resourceTypes, ...terms };
  });
  const person = patientOf(items);
  return (
    <section id={CHART} className="preview staff" aria-label={words.share.previewTitle(name)}>
      <div className="notice" role="note">
        <EyeIcon />
        <div className="grow">
          <h2>{words.share.previewTitle(name)}</h2>
          <p>{words.share.previewHelp}</p>
        </div>
      </div>
      <h3 className="patient-name">{person?.name ?? words.doctor.unnamed}</h3>
      {person !== null && <p className="muted">{aboutPerson(person, words)}</p>}
      <div className="scope">
        <p>{readerSentence(shares)}</p>
      </div>
      {items.length > 0 && <ChartColumns items={items} shares={shares} opened={missing ? MISSING : WHOLE} />}
      <p className="notice">{words.share.previewAdded(formatDate(notAfter - 1))}</p>
    </section>
  );
}
