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
import { type Attributes, attributesCommitment } from "./attributes.ts";
import { type Content, packContent } from "./content.ts";
import { contentKey } from "./contentKey.ts";
import { bodyLabel, coreLabel, header, type RecordBody, type RecordCore } from "./header.ts";
import { recordIdOf } from "./recordId.ts";
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
  readonly content: Content;
  readonly random: (length: number) => Uint8Array;
}

export interface SealedBlob {
  readonly cid: Cid;
  readonly bytes: Uint8Array;
}

export interface SealedRecord {
  readonly record: RecordId;
  readonly label: BodyLabel;
  /** Encoded `header`. */
  readonly header: Uint8Array;
  readonly wrap: SealedBlob;
  readonly content: SealedBlob;
}

/**
 * Puts both locks on one record. r, G, K1 and the content key are overwritten before it returns; sealing the same
 * content again takes fresh ones and gives another record, so a retry must send the stored bytes.
 */
export async function sealRecord(parameters: SealRecordParameters): Promise<SealedRecord> {
  const { session, random } = parameters;
  const salt = random(32);
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
  };
  const k1 = random(32);
  const { r, U, Ubar, G } = encapsulate({ committeeKey: parameters.committeeKey, random });
  const { dek, commitment } = contentKey(k1, G, coreLabel(core), U);
  const packed = packContent(parameters.content);
  const content = await sealBytes(dek, packed);
  const wrap = await sealWrap(session.secret, session.cid, core, {
    k1,
    attributes: parameters.attributes,
    salt,
  });
  const body: RecordBody = {
    core,
    U,
    Ubar,
    keyCommitment: commitment,
    content: cidOf(content, CODEC_RAW),
    contentBytes: content.length,
    wrap: cidOf(wrap, CODEC_DAG_CBOR),
  };
  const label = bodyLabel(body);
  const digest = fromHex(label);
  const proof = proveLabel({ r, U, Ubar, committeeKey: parameters.committeeKey, label: digest, random });
  for (const secret of [r, G, k1, dek, packed]) secret.fill(0);
  const signature = await parameters.sign(digest);
  return {
    record: recordIdOf(U),
    label,
    header: header.encode({ body, proof, signature }),
    wrap: { cid: body.wrap, bytes: wrap },
    content: { cid: body.content, bytes: content },
  };
}
