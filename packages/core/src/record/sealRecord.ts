import { fromHex } from "../encoding/bytes.ts";
import { cidOf, CODEC_DAG_CBOR, CODEC_RAW } from "../encoding/cid.ts";
import { sealBytes } from "../crypto/stream.ts";
import { encapsulate, proveLabel } from "../crypto/tdh2.ts";
import type {
  ActorId,
  BodyLabel,
  Cid,
  CommitteeKeyId,
  Day,
  Digest,
  OrganisationId,
  RecordId,
} from "../ids.ts";
import type { Amendment } from "./amendment.ts";
import { type Attributes, attributesCommitment } from "./attributes.ts";
import { type Content, packContent } from "./content.ts";
import { contentKey } from "./contentKey.ts";
import { type Endorsement, endorsementCommitment, type Endorsers } from "./endorsement.ts";
import { bodyLabel, coreLabel, type Header, type RecordBody, type RecordCore } from "./header.ts";
import { recordIdOf } from "./recordId.ts";
import { sealContentStream, type SealedStream, type StreamedContent } from "./sealContentStream.ts";
import type { WriteSession } from "./session.ts";
import { sealWrap } from "./wrap.ts";

export interface SealRecordParameters {
  readonly session: WriteSession;
  readonly committee: CommitteeKeyId;
  /** Y, compressed SEC1, from a verified certificate. */
  readonly committeeKey: Uint8Array;
  readonly organisation: OrganisationId;
  readonly author: ActorId;
  /** Signs `blabel` (32 bytes) with the author's secp256k1 key: 65 bytes r ‖ s ‖ v. */
  readonly sign: (digest: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  readonly day: Day;
  readonly previous: BodyLabel | null;
  readonly permit: Digest;
  readonly attributes: Attributes;
  /** Who has to co-sign it; nobody by default. */
  readonly endorsers?: Endorsers | null;
  /** The earlier record of this author whose place it takes; none by default. */
  readonly amends?: RecordId | null;
  readonly content: Content;
  readonly random: (length: number) => Uint8Array;
}

export type SealSpooledRecordParameters = Omit<SealRecordParameters, "content"> & {
  readonly content: StreamedContent;
};

export interface SealedBlob {
  readonly cid: Cid;
  readonly bytes: Uint8Array;
}

interface Sealed<C> {
  readonly record: RecordId;
  readonly label: BodyLabel;
  readonly header: Header;
  readonly wrap: SealedBlob;
  readonly content: C;
  /** Opens the header's commitment, for the author's node, which names the endorsers on the ledger. */
  readonly endorsement: Endorsement | null;
  /** Opens what the author's node writes to the ledger about the earlier record. */
  readonly amends: Amendment | null;
}

export type SealedRecord = Sealed<SealedBlob>;
/** Its content's ciphertext lies in the spool. */
export type SpooledRecord = Sealed<SealedStream>;

/**
 * Puts both locks on one record. r, G, K1 and the content key are overwritten before it returns; sealing the same
 * content again takes fresh ones and gives another record, so a retry must send the stored bytes.
 */
export async function sealRecord(parameters: SealRecordParameters): Promise<SealedRecord> {
  return sealWith(parameters, async (dek) => {
    const packed = packContent(parameters.content);
    const bytes = await sealBytes(dek, packed);
    packed.fill(0);
    return { cid: cidOf(bytes, CODEC_RAW), length: bytes.length, bytes };
  });
}

/** As `sealRecord` for a content that does not go through memory; the same record comes of it. */
export async function sealSpooledRecord(parameters: SealSpooledRecordParameters): Promise<SpooledRecord> {
  return sealWith(parameters, (dek) => sealContentStream(dek, parameters.content));
}

async function sealWith<C extends SealedStream>(
  parameters: Omit<SealRecordParameters, "content">,
  sealContent: (dek: Uint8Array) => Promise<C>,
): Promise<Sealed<C>> {
  const { session, random, endorsers = null, amends: earlier = null } = parameters;
  const salt = random(32);
  const endorsement = endorsers === null ? null : { ...endorsers, salt: random(32) };
  const amends = earlier === null ? null : { record: earlier, salt: random(32) };
  const core: RecordCore = {
    committee: parameters.committee,
    segment: session.segment,
    epoch: session.epoch,
    organisation: parameters.organisation,
    author: parameters.author,
    day: parameters.day,
    previous: parameters.previous,
    permit: parameters.permit,
    attributes: attributesCommitment(parameters.attributes, salt),
    endorsement: endorsement === null ? null : endorsementCommitment(endorsement),
  };
  const k1 = random(32);
  const { r, U, Ubar, G } = encapsulate({ committeeKey: parameters.committeeKey, random });
  const { dek, commitment, kc } = contentKey(k1, G, coreLabel(core), U);
  const content = await sealContent(dek);
  const wrap = await sealWrap(session.secret, session.cid, core, {
    k1,
    attributes: parameters.attributes,
    salt,
    endorsement,
    amends,
  });
  const body: RecordBody = {
    core,
    U,
    Ubar,
    keyCommitment: commitment,
    content: content.cid,
    contentBytes: content.length,
    wrap: cidOf(wrap, CODEC_DAG_CBOR),
  };
  const label = bodyLabel(body);
  const digest = fromHex(label);
  const proof = proveLabel({ r, U, Ubar, committeeKey: parameters.committeeKey, label: digest, random });
  for (const secret of [r, G, k1, dek, kc]) secret.fill(0);
  const signature = await parameters.sign(digest);
  return {
    record: recordIdOf(U),
    label,
    header: { body, proof, signature },
    wrap: { cid: body.wrap, bytes: wrap },
    content,
    endorsement,
    amends,
  };
}
