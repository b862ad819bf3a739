import { Button } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { sniffType } from "@anamnesis/fhir/write/sniffType";
import type { Attachment, Document } from "../meaning/documentsOf.ts";
import { fileName } from "../records/fileName.ts";
import { saveFile } from "../records/saveFile.ts";
import { formatCount } from "../words/format.ts";
import { useWords } from "../words/useWords.tsx";

/** What a browser shows as a picture and never runs. */
const PICTURES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/webp", "image/gif"]);
/** Characters of a text that are shown in place at once. */
const TEXT_STEP = 20_000;

/** The files of documents, shown in place where nothing in them can run; anything else is saved, and opened by the person's own program. */
export function Attachments({
  documents,
}: {
  readonly documents: readonly Pick<Document, "id" | "title" | "when" | "attachments">[];
}) {
  return documents.flatMap(({ id, title, when, attachments }) =>
    attachments.map((attachment, i) => (
      <OneAttachment key={`${id} ${i}`} title={title} date={when?.start ?? null} attachment={attachment} />
    )),
  );
}

function OneAttachment({
  title,
  date,
  attachment,
}: {
  readonly title: string;
  /** FHIR date or dateTime of the document. */
  readonly date: string | null;
  readonly attachment: Attachment;
}) {
  const words = useWords();
  const { source, label } = attachment;
  const bytes = useMemo(() => bytesOf(source["data"]), [source]);
  if (bytes === null) return <p className="muted">{words.records.elsewhere(label)}</p>;
  // What the bytes are, whatever somebody wrote about them.
  const { type, active } = sniffType(bytes);
  return (
    <div className="stack">
      {PICTURES.has(type) && <Picture bytes={bytes} type={type} title={title} />}
      {type === "text/plain" && <PlainText bytes={bytes} title={title} />}
      {active && <p className="tag wait">{words.writing.own.activeShort}</p>}
      <div>
        <Button variant="subtle" onClick={() => saveFile(bytes, fileName(title, date, ending(type)))}>
          {words.records.save(label)}
        </Button>
      </div>
    </div>
  );
}

/** A text, a step at a time; it says how much of it is shown. */
function PlainText({ bytes, title }: { readonly bytes: Uint8Array<ArrayBuffer>; readonly title: string }) {
  const { lists: said } = useWords();
  const text = useMemo(() => new TextDecoder().decode(bytes), [bytes]);
  const [end, setEnd] = useState(TEXT_STEP);
  return (
    <>
      <pre className="text">{text.slice(0, end)}</pre>
      {end < text.length && (
        <p className="muted">
          {said.textShown(formatCount(end), formatCount(text.length))}{" "}
          <button type="button" className="link" onClick={() => setEnd(end + TEXT_STEP)}>
            {said.moreText}
            <span className="visually-hidden">: {title}</span>
          </button>
        </p>
      )}
    </>
  );
}

function Picture({
  bytes,
  type,
  title,
}: {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly title: string;
}) {
  const url = useMemo(() => URL.createObjectURL(new Blob([bytes], { type })), [bytes, type]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return <img className="picture" src={url} alt={title} />;
}

function bytesOf(data: unknown): Uint8Array<ArrayBuffer> | null {
  if (typeof data !== "string" || data === "") return null;
  try {
    return Uint8Array.from(atob(data.replace(/\s/g, "")), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

const ENDINGS: Readonly<Record<string, string>> = {
  "application/pdf": ".pdf",
  "image/jpeg": ".jpg",
  "image/png": ".png",
  "text/plain": ".txt",
  // Saved without an ending that a double click would run.
};

function ending(type: string): string {
  return ENDINGS[type] ?? "";
}
