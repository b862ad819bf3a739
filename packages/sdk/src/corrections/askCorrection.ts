import { correctionRoutes } from "@anamnesis/api/routes/corrections";
import {
  type Correction,
  correctionId,
  MAX_CORRECTION_RECIPIENTS,
  sealCorrection,
  type SealedCorrection,
} from "@anamnesis/core/correction/correction";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Digest, OrganisationId, RecordId, UnixSeconds } from "@anamnesis/core/ids";
import { isOwners } from "@anamnesis/core/record/isOwners";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { ownerKeyOf } from "@anamnesis/core/segment/ownerKeys";
import { ownerAccess } from "../access.ts";
import { authorCards } from "../authorCards.ts";
import { concurrently } from "../concurrently.ts";
import type { Consortium } from "../consortium.ts";
import { newestCard, type PatientKeys, segmentOf } from "../keys/patientKeys.ts";
import { notOpened } from "../listRecords.ts";
import { openLocks } from "../openLocks.ts";
import { codeOf } from "../ourError.ts";
import { patientClient } from "../patientClient.ts";
import type { Runtime } from "../runtime.ts";
import { keepersOfCorrection } from "./keepersOfCorrection.ts";
import { listCorrections } from "./listCorrections.ts";

/** Seconds for which a correction waits when nothing else is said: 30 days. */
const USUAL_WAIT = 30 * 86_400;

export interface AskCorrectionParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  /** Of the segment in which the record is. */
  readonly kind: SegmentKind;
  readonly record: RecordId;
  /** What is wrong, at most 500 characters. */
  readonly message: string;
  /** What should stand there instead, at most 6 KiB; words alone by default. */
  readonly proposed?: Correction["proposed"];
  /** Seconds for which it waits for an answer, at most 90 days; 30 days by default. */
  readonly wait?: number;
}

export interface AskedCorrection {
  readonly correction: Digest;
  /** Who is asked: whose record it is. */
  readonly organisation: OrganisationId;
  readonly expiresAt: UnixSeconds;
  /** Members whose nodes keep it. */
  readonly kept: readonly OrganisationId[];
  /** Those whose nodes do not, with the code; the author's own is brought it by the next `passOnCorrections`. */
  readonly missing: readonly { readonly organisation: OrganisationId; readonly code: string }[];
}

/**
 * Asks the author of a record to put it right: opens the record, and leaves its keys, what is wrong and what is proposed, sealed to people of the author and to the owner, at the author's node and at the segment's homes.
 * The opening leaves receipts, as every one does.
 *
 * Throws `not-opened`, `own-record` for what the owner wrote, `correction-waits` while one of this record waits, `nobody-to-ask`, `bad-field` for words that are none or too long, `correction-not-delivered`, and what
 * `openLocks` throws.
 */
export async function askCorrection(parameters: AskCorrectionParameters): Promise<AskedCorrection> {
  const { runtime, consortium, keys, kind, record, message, proposed = null } = parameters;
  const asked: Correction = { ...(await keysOf(parameters)), message, proposed };
  const { core } = asked.header.body;
  const { organisation, author } = core;
  if (isOwners(core)) throw ownRecord();
  const before = await listCorrections({
    runtime,
    consortium,
    keys,
    kinds: [kind],
    authors: [organisation],
  });
  if (before.corrections.some((one) => one.record === record && one.state === "waiting"))
    throw correctionWaits();
  const people = await authorCards(
    parameters,
    { organisation, author },
    MAX_CORRECTION_RECIPIENTS,
    ({ role }) => role === "practitioner" || role === "staff",
  );
  if (people.length === 0) throw nobodyToAsk();
  const segment = segmentOf(keys, kind);
  const { body: card } = newestCard(segment);
  const time = runtime.now();
  const expiresAt = (time + (parameters.wait ?? USUAL_WAIT)) as UnixSeconds;
  const { opening, wallet } = segment;
  const body = await sealCorrection({ opening, organisation, record, time, expiresAt }, asked, {
    receiptKey: card.receiptKey,
    author: people,
  });
  const correction = correctionId(body);
  const signature = sign(fromHex(correction), ownerKeyOf(keys.root, kind).secret);
  const signed: SealedCorrection =
    wallet === undefined ? { body, signature } : { body, signature, delegation: wallet.delegation };
  const kept: OrganisationId[] = [];
  const missing: AskedCorrection["missing"][number][] = [];
  await concurrently(keepersOfCorrection(consortium, organisation, card.homes), 4, async (member) => {
    try {
      const client = patientClient(runtime, keys, segment.id, member.endpoint);
      await client.call(correctionRoutes.putCorrection, {}, signed);
      kept.push(member.organisation);
    } catch (error) {
      missing.push({ organisation: member.organisation, code: codeOf(error) });
    }
  });
  if (kept.length > 0) return { correction, organisation, expiresAt, kept, missing };
  throw new AnamnesisError({
    code: "correction-not-delivered",
    rule: "A correction waits at the author's node and at the homes of the record's segment.",
    fix: "Ask again when one of these nodes is up; with too many that wait, withdraw one.",
    meta: { codes: [...new Set(missing.map(({ code }) => code))].join(", ") },
  });
}

async function keysOf({
  runtime,
  consortium,
  keys,
  kind,
  record,
}: AskCorrectionParameters): Promise<Pick<Correction, "header" | "k1" | "G">> {
  const access = ownerAccess(keys, kind);
  const { opened } = await openLocks<Pick<Correction, "header" | "k1" | "G">>(
    { runtime, consortium, access, purpose: "PATRQT", filter: (one) => one.record === record },
    async (records, { done }) =>
      records.map(({ header, content: { k1 }, G }) => {
        done();
        return G === null ? { record, code: "not-opened" } : { header, k1, G };
      }),
  );
  return opened[0] ?? refuse();
}

function refuse(): never {
  throw notOpened();
}

function ownRecord(): AnamnesisError<"own-record"> {
  return new AnamnesisError({
    code: "own-record",
    rule: "An organisation is asked to correct what it wrote.",
    fix: "Amend what you wrote yourself.",
  });
}

function correctionWaits(): AnamnesisError<"correction-waits"> {
  return new AnamnesisError({
    code: "correction-waits",
    rule: "One correction of a record waits at a time.",
    fix: "Wait for the answer, or withdraw the one that waits and ask anew.",
  });
}

function nobodyToAsk(): AnamnesisError<"nobody-to-ask"> {
  return new AnamnesisError({
    code: "nobody-to-ask",
    rule: "A correction is sealed to people of the organisation that wrote the record, with the keys that the directory names.",
    fix: "Ask the organisation in person; it has registered nobody whose key card could be fetched.",
  });
}
