import { type KeepWish, MAX_KEPT_CONTENT } from "@anamnesis/api/routes/received";
import { concatBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError, isAnamnesisError } from "@anamnesis/core/errors";
import type { Cid, OrganisationId, RecordId, SegmentId } from "@anamnesis/core/ids";
import type { ByteStream } from "@anamnesis/core/ports/blobStore";
import type { Attributes } from "@anamnesis/core/record/attributes";
import type { ContentMeta } from "@anamnesis/core/record/content";
import { openContent } from "@anamnesis/core/record/openContent";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { isJsonObject, type JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { linkOf } from "@anamnesis/fhir-server/resource/links";
import type { SourceName } from "@anamnesis/fhir-server/resource/receivedForm";
import { validateResource } from "@anamnesis/fhir-server/validate/validateResource";
import { fetchBlob } from "../../blobs/fetchBlob.ts";
import type { NodeContext } from "../../context.ts";
import { newestCard } from "../../segments/cardStore.ts";

/** A record that this node opened itself. */
export interface OpenedHere {
  readonly record: RecordId;
  readonly organisation: OrganisationId;
  readonly attributes: Attributes;
  readonly source: Omit<SourceName, "segment">;
  readonly resource: JsonObject;
}

type OpenContext = Pick<
  NodeContext,
  "organisation" | "db" | "blobs" | "copy" | "clock" | "fetch" | "keys" | "random"
>;

/**
 * Opens a record with the keys that somebody gave: the ciphertext is the one that the header names, from this node's disk or another's, and the key the one to which
 * the header commits. The code says why it is not a resource that can be kept: `too-large`, `blob-not-found`, `key-mismatch`, `stream-open`, `bad-content`, `not-fhir`,
 * `wrong-type`, `fhir-invalid`, `storage-…`, `blob-corrupt`.
 */
export async function openReceived(
  context: OpenContext,
  { header: { body }, attributes, k1, G }: KeepWish["records"][number],
): Promise<OpenedHere | { readonly code: string }> {
  const { organisation, segment } = body.core;
  if (body.contentBytes > MAX_KEPT_CONTENT) return { code: "too-large" };
  try {
    const ciphertext = await ciphertextOf(context, body.content, body.contentBytes, organisation, segment);
    if (ciphertext === null) return { code: "blob-not-found" };
    const { meta, bytes } = await openContent(body, k1, G, ciphertext);
    if (meta.mediaType !== "application/fhir+json") return { code: "not-fhir" };
    const resource = parseJson(bytes);
    if (!isJsonObject(resource)) return { code: "not-fhir" };
    // What the patient and the custodians decided on is what it is found as.
    if (resource["resourceType"] !== attributes.resourceType) return { code: "wrong-type" };
    if (validateResource(resource).some(({ severity }) => severity === "error"))
      return { code: "fhir-invalid" };
    const record = recordIdOf(body.U);
    const source = { organisation, ...nameOf(meta, resource, attributes.resourceType, record) };
    return { record, organisation, attributes, source, resource };
  } catch (error) {
    if (!isAnamnesisError(error)) throw error;
    return { code: error.code === "not-json" ? "not-fhir" : error.code };
  }
}

async function ciphertextOf(
  context: OpenContext,
  cid: Cid,
  size: number,
  author: OrganisationId,
  segment: SegmentId,
): Promise<Uint8Array | null> {
  const held = await context.blobs.get(cid);
  if (held !== null) return held;
  let bytes: Uint8Array | null = null;
  // A node that does not know the segment does not know its homes: any member may have it.
  const known = (await newestCard(context.db, segment)) !== null;
  await fetchBlob(context, cid, { author, segment: known ? segment : null }, async (pieces) => {
    bytes = await readWhole(pieces, size);
  });
  return bytes;
}

/** Throws `blob-mismatch` for another length; whether they are the right bytes, `openContent` says. */
async function readWhole(pieces: ByteStream, size: number): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > size) break;
    read.push(piece);
  }
  if (length === size) return concatBytes(...read);
  throw new AnamnesisError({
    code: "blob-mismatch",
    rule: "A content is the one whose CID the header names.",
    fix: "Fetch the content from another home.",
  });
}

/** What it is called at its author's: by the source that was sealed with it, else by its own id. */
function nameOf(
  { source }: ContentMeta,
  { id }: JsonObject,
  type: string,
  record: RecordId,
): Pick<SourceName, "system" | "link"> {
  const key = source?.key ?? "";
  const at = key.lastIndexOf("|");
  const named = at < 0 ? null : linkOf(key.slice(at + 1));
  if (named?.type === type) return { system: key.slice(0, at), link: named };
  return { system: "", link: { type, id: typeof id === "string" ? id : record } };
}
