import { CODEC_DAG_CBOR } from "@anamnesis/core/encoding/cid";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Cid, RecordId } from "@anamnesis/core/ids";
import { session, sessionSecret } from "@anamnesis/core/record/session";
import { openWrap, wrap, type WrapContent } from "@anamnesis/core/record/wrap";
import type { SegmentAccess } from "./access.ts";
import { concurrently } from "./concurrently.ts";
import type { Consortium } from "./consortium.ts";
import { fetchBlobs } from "./fetchBlobs.ts";
import { fetchBlob } from "./fetchBlob.ts";
import type { SegmentMemory } from "./listing/segmentMemory.ts";
import type { ListedRecord, Listing } from "./listRecords.ts";
import type { Runtime } from "./runtime.ts";
import { codeOf } from "./ourError.ts";

/** A record behind lock B alone. */
export interface UnwrappedRecord extends ListedRecord {
  readonly content: WrapContent;
}

export interface OpenWrapsParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly access: SegmentAccess;
  readonly listing: Listing;
  /** Of this segment; what it has is not fetched, and what is opened is added. */
  readonly memory?: SegmentMemory | undefined;
}

export interface OpenedWraps {
  readonly open: readonly UnwrappedRecord[];
  /** Codes: `newer-epoch` (a new grant is needed), `blob-not-found`, `aead-open`, `attributes-mismatch`, `bad-field` and kin. */
  readonly closed: readonly { readonly record: RecordId; readonly code: string }[];
}

/** Lock A: the sessions' secrets, each once, then K1 and attributes of every listed record. */
export async function openWraps(parameters: OpenWrapsParameters): Promise<OpenedWraps> {
  const { listing, memory } = parameters;
  const generation = memory?.generation ?? 0;
  const secrets = new Map<Cid, Promise<Uint8Array>>();
  const closed: { record: RecordId; code: string }[] = [];
  const { runtime, access, consortium } = parameters;
  const known = ({ label }: ListedRecord): WrapContent | null => memory?.wrapOf(label) ?? null;
  const ahead = await fetchBlobs(
    runtime,
    access.signer,
    listing.records.flatMap((listed) => {
      if (known(listed) !== null) return [];
      const endpoints = keepersOf(consortium, access, listed);
      return [{ cid: listed.header.body.wrap, codec: CODEC_DAG_CBOR, endpoints }];
    }),
  );
  const opened = await concurrently(listing.records, 8, async (listed) => {
    try {
      const kept = known(listed);
      if (kept !== null) return { ...listed, content: kept };
      const content = await openOne(parameters, listed, ahead, secrets);
      memory?.keepWrap(generation, listed.label, content);
      return { ...listed, content };
    } catch (error) {
      closed.push({ record: listed.record, code: codeOf(error) });
      return null;
    }
  });
  return { open: opened.filter((item) => item !== null), closed };
}

async function openOne(
  parameters: OpenWrapsParameters,
  listed: ListedRecord,
  ahead: ReadonlyMap<Cid, Uint8Array>,
  secrets: Map<Cid, Promise<Uint8Array>>,
): Promise<WrapContent> {
  const { runtime, access } = parameters;
  const { body } = listed.header;
  const endpoints = keepersOf(parameters.consortium, access, listed);
  const bytes =
    ahead.get(body.wrap) ??
    (await fetchBlob(runtime, access.signer, endpoints, body.wrap, CODEC_DAG_CBOR, wrap.maxBytes));
  const value = wrap.decode(bytes);
  let secret = secrets.get(value.session);
  if (secret === undefined) {
    secret = openSession(parameters, value.session, endpoints);
    secrets.set(value.session, secret);
  }
  return openWrap(await secret, body.core, value);
}

async function openSession(
  { runtime, access, listing }: OpenWrapsParameters,
  cid: Cid,
  endpoints: readonly string[],
): Promise<Uint8Array> {
  const most = session.maxBytes;
  const value = session.decode(await fetchBlob(runtime, access.signer, endpoints, cid, CODEC_DAG_CBOR, most));
  const seed = await access.keyOf(value.epoch, listing.cards);
  if (seed !== null) return sessionSecret(value, seed);
  throw new AnamnesisError({
    code: "newer-epoch",
    rule: "A grant opens the records of its epoch and of all earlier ones.",
    fix: "Look for a newer grant of this patient.",
    meta: { epoch: value.epoch },
  });
}

/** Endpoints of the segment's homes and of the record's author. */
export function keepersOf(
  consortium: Consortium,
  access: SegmentAccess,
  listed: ListedRecord,
): readonly string[] {
  const organisations = new Set([...access.card.body.homes, listed.header.body.core.organisation]);
  return [...organisations].flatMap((organisation) => consortium.members.get(organisation)?.endpoint ?? []);
}
