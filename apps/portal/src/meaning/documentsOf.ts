import type { MeaningWords } from "../words/meaning.en.ts";
import { type Chart, chartOf, type Item } from "./chartOf.ts";
import { conceptOf, conceptsOf } from "./conceptOf.ts";
import type { Locale } from "./locale.ts";
import type { OpenedRecord } from "./openedRecord.ts";
import { plainText } from "./plainText.ts";
import { elementOf, elementsOf, numberOf, textOf, type Element } from "./readElement.ts";
import { sayBytes } from "./sayBytes.ts";
import { newestFirst, type When, whenOf } from "./when.ts";
import { whoAndWhere } from "./whoAndWhere.ts";

/** A file that belongs to a document. */
export interface Attachment {
  /** "PDF, 120 kB". */
  readonly label: string;
  /** As given, such as `application/pdf`; `null` when it is not said. */
  readonly contentType: string | null;
  /** Bytes. */
  readonly size: number | null;
  /** The FHIR Attachment: `data` in base64, or `url`. */
  readonly source: Element;
}

export interface Document {
  readonly id: string;
  readonly title: string;
  readonly when: When | null;
  readonly who: string | null;
  readonly where: string | null;
  readonly attachments: readonly Attachment[];
  /** What it replaced, newest first. */
  readonly items: readonly Item[];
  readonly replaced: number;
}

const TYPES: ReadonlySet<string> = new Set(["DocumentReference", "Composition", "Media", "ImagingStudy"]);

/** Letters, notes, pictures and reports that came as a file, newest first; a document that was replaced stays with what replaced it. */
export function documentsOf(
  records: readonly OpenedRecord[],
  words: MeaningWords,
  locale: Locale,
): readonly Document[] {
  const chart = chartOf(records);
  return chart.items
    .filter((item) => isDocument(item))
    .map((item) => documentOf(item, chart, words, locale))
    .toSorted((a, b) => newestFirst(a.when, b.when));
}

/** Whether an item is a document, or a report that came with one. */
export function isDocument({ type, resource }: Item): boolean {
  return TYPES.has(type) || (type === "DiagnosticReport" && elementsOf(resource, "presentedForm").length > 0);
}

/** What one document says of itself. */
export function documentOf(item: Item, chart: Chart, words: MeaningWords, locale: Locale): Document {
  const { resource } = item;
  return {
    id: item.key,
    title: titleOfDocument(item, words),
    when: whenOf(resource),
    ...whoAndWhere(resource, chart, words),
    attachments: attachmentsOf(resource).map((source) => attachmentOf(source, words, locale)),
    items: [item],
    replaced: item.earlier.length,
  };
}

function attachmentsOf(resource: Element): readonly Element[] {
  const contents = elementsOf(resource, "content");
  const nested = contents.flatMap((content) => elementsOf(content, "attachment"));
  const media = textOf(resource, "resourceType") === "Media" ? contents : [];
  return [...nested, ...media, ...elementsOf(resource, "presentedForm")];
}

function attachmentOf(source: Element, words: MeaningWords, locale: Locale): Attachment {
  const contentType = textOf(source, "contentType");
  const size = numberOf(source, "size");
  const kind = words.documents.kinds[kindOf(contentType ?? "")];
  const label = size === null || size < 0 ? kind : words.sentences.pages(kind, sayBytes(size, locale));
  return { label, contentType, size, source };
}

function kindOf(contentType: string): keyof MeaningWords["documents"]["kinds"] {
  if (contentType.startsWith("application/pdf")) return "pdf";
  if (contentType.startsWith("application/dicom")) return "images";
  if (contentType.startsWith("image/")) return "picture";
  if (contentType.startsWith("text/")) return "text";
  if (contentType.startsWith("video/")) return "video";
  return contentType.startsWith("audio/") ? "sound" : "file";
}

/** The title of its author, else of its kind, else a general phrase. */
export function titleOfDocument({ type, resource }: Item, words: MeaningWords): string {
  const attachment = attachmentsOf(resource)[0];
  const given =
    plainText(textOf(resource, "title")) ??
    plainText(textOf(attachment, "title")) ??
    plainText(textOf(resource, "description")) ??
    conceptOf(elementOf(resource, "type")).text ??
    conceptOf(elementOf(resource, "code")).text ??
    conceptsOf(resource, "category").find(({ text }) => text !== null)?.text ??
    null;
  if (type === "ImagingStudy") return titleOfImages(resource, words);
  if (type === "Media") return given === null ? words.titles.picture : words.capitalised(given);
  if (given !== null) return words.capitalised(given);
  const context = elementOf(resource, "context");
  if (type === "DocumentReference" && elementOf(context, "encounter") !== null) return words.titles.note;
  return type === "Composition" ? words.titles.letter : words.titles.document;
}

function titleOfImages(resource: Element, words: MeaningWords): string {
  const described =
    plainText(textOf(resource, "description")) ??
    conceptsOf(resource, "procedureCode").find(({ text }) => text !== null)?.text ??
    elementsOf(resource, "series")
      .map(ofSeries)
      .find((text) => text !== null) ??
    null;
  return described === null ? words.titles.imaging : words.titles.imagingOf(described);
}

function ofSeries(series: Element): string | null {
  return plainText(textOf(series, "description")) ?? conceptOf(elementOf(series, "bodySite")).text;
}
