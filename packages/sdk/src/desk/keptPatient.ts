import { keyCardDigest, type KeyCard } from "@anamnesis/core/actor/keyCard";
import { aesGcmOpen, aesGcmSeal } from "@anamnesis/core/crypto/aead";
import { hpkeOpen, hpkeSeal, KEM_ENC_BYTES } from "@anamnesis/core/crypto/hpke";
import { fromHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import {
  array,
  fixedBytes,
  hash32,
  type Infer,
  struct,
  text,
  varBytes,
} from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Digest, OrganisationId } from "@anamnesis/core/ids";
import { type ActorKeys, cardDigestOf } from "../keys/actorKeys.ts";

/** Everything from which a provisional patient's keys come again. */
const provisionalPatient = defineFormat(
  "provisional-patient",
  struct({ recoveryKit: text(256), homes: array(hash32<OrganisationId>(), 255, 2) }),
  16 * 1024,
);
export type ProvisionalPatient = Infer<typeof provisionalPatient>;

/** The same, sealed to each member of the front desk: what the organisation's node keeps. */
const keptPatient = defineFormat(
  "kept-patient",
  struct({
    /** AES-256-GCM (nonce 0) under a key of its own. */
    sealed: varBytes(20 * 1024),
    /** That key (32 bytes) with HPKE to the key card of each. */
    recipients: array(
      struct({ keyCard: hash32<Digest>(), enc: fixedBytes(KEM_ENC_BYTES), wrapped: fixedBytes(48) }),
      128,
      1,
    ),
  }),
  256 * 1024,
);

// The key is random and seals this one thing.
const NONCE = new Uint8Array(12);
const LABEL = utf8ToBytes("anamnesis/kept-patient/1");

/**
 * Seals what an organisation holds for a person to the people of its front desk: its node keeps it and cannot open it.
 * @param recipients their key cards, 128 at most. Throws `bad-kem-key`.
 */
export async function sealKeptPatient(
  patient: ProvisionalPatient,
  recipients: readonly KeyCard[],
  random: (length: number) => Uint8Array,
): Promise<Uint8Array> {
  const key = random(32);
  const plaintext = provisionalPatient.encode(patient);
  const sealed = await aesGcmSeal(key, NONCE, plaintext, LABEL);
  plaintext.fill(0);
  const wraps = await Promise.all(
    recipients.map(async (card) => {
      const keyCard = keyCardDigest(card);
      const { enc, ciphertext } = await hpkeSeal({
        publicKey: card.kem,
        info: LABEL,
        aad: fromHex(keyCard),
        plaintext: key,
      });
      return { keyCard, enc, wrapped: ciphertext };
    }),
  );
  key.fill(0);
  return keptPatient.encode({ sealed, recipients: wraps });
}

/** Throws `not-for-these-keys` when it was sealed before this member of staff was registered, `hpke-open`, `aead-open`. */
export async function openKeptPatient(bytes: Uint8Array, staff: ActorKeys): Promise<ProvisionalPatient> {
  const { sealed, recipients } = keptPatient.decode(bytes);
  const own = cardDigestOf(staff);
  const wrap = recipients.find(({ keyCard }) => keyCard === own);
  if (wrap === undefined) throw notForTheseKeys();
  const key = await hpkeOpen({
    seed: staff.kem,
    enc: wrap.enc,
    info: LABEL,
    aad: fromHex(own),
    ciphertext: wrap.wrapped,
  });
  const plaintext = await aesGcmOpen(key, NONCE, sealed, LABEL);
  key.fill(0);
  return provisionalPatient.decode(plaintext);
}

function notForTheseKeys(): AnamnesisError<"not-for-these-keys"> {
  return new AnamnesisError({
    code: "not-for-these-keys",
    rule: "What is kept for a person opens for those who were at the front desk when the person was registered.",
    fix: "Ask a colleague who was.",
  });
}
