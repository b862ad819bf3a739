import type { Document } from "./documentsOf.ts";

export interface FileCounts {
  readonly pictures: number;
  /** Images of an examination that are kept elsewhere. */
  readonly images: number;
  readonly documents: number;
}

/** How many pictures, sets of images and other documents these are. */
export function countFiles(documents: readonly Document[]): FileCounts {
  const counts = { pictures: 0, images: 0, documents: 0 };
  for (const { attachments, items } of documents) {
    if (items.some(({ type }) => type === "ImagingStudy")) counts.images++;
    else if (
      attachments.length > 0 &&
      attachments.every(({ contentType }) => contentType?.startsWith("image/"))
    )
      counts.pictures++;
    else counts.documents++;
  }
  return counts;
}
