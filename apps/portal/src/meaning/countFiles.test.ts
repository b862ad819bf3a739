import { expect, it } from "vitest";
import { meaningEn } from "../words/meaning.en.ts";
import { countFiles } from "./countFiles.ts";
import { documentsOf } from "./documentsOf.ts";
import { ENGLISH } from "./testing/locale.ts";
import { opened } from "./testing/resources.ts";

it("tells pictures, images that are kept elsewhere, and other documents apart", () => {
  const image = { contentType: "image/png" };
  const documents = documentsOf(
    opened(
      { resourceType: "Media", id: "1", content: image },
      { resourceType: "DocumentReference", id: "2", content: [{ attachment: image }] },
      { resourceType: "DocumentReference", id: "3", content: [{ attachment: image }, { attachment: {} }] },
      { resourceType: "DocumentReference", id: "4" },
      { resourceType: "ImagingStudy", id: "5" },
    ),
    meaningEn,
    ENGLISH,
  );
  expect(countFiles(documents)).toEqual({ pictures: 2, images: 1, documents: 2 });
});
