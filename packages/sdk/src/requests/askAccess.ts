import { requestRoutes } from "@anamnesis/api/routes/requests";
import type { Purpose } from "@anamnesis/core/consent/terms";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Day, Digest, OrganisationId, SegmentId, UnixSeconds } from "@anamnesis/core/ids";
import { type Asker, consentRequestId, sealConsentRequest } from "@anamnesis/core/request/consentRequest";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { membersOf } from "../cards/publishToAll.ts";
import { concurrently } from "../concurrently.ts";
import type { Consortium } from "../consortium.ts";
import { type ActorKeys, actorOf, cardDigestOf } from "../keys/actorKeys.ts";
import { codeOf } from "../ourError.ts";
import { connect, httpSigner, type Runtime } from "../runtime.ts";
import { segmentCard } from "./segmentCard.ts";

/** Seconds for which a request waits when nothing else is said: two weeks. */
const USUAL_WAIT = 14 * 86_400;

export interface AskAccessParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  /** Of a practitioner, staff member or device that the directory knows. */
  readonly keys: ActorKeys;
  /** Any segment of the patient: from an earlier consent, or from a contact code. */
  readonly segment: SegmentId;
  /** `["general"]` by default. */
  readonly kinds?: readonly SegmentKind[];
  /** Of the general kind; all by default. */
  readonly resourceTypes?: readonly string[];
  /** `["TREAT"]` by default. */
  readonly purposes?: readonly Purpose[];
  /** Clinical period of the data, both ends included; no limit by default. */
  readonly dataFrom?: Day | null;
  readonly dataTo?: Day | null;
  /** Until when to read. */
  readonly notAfter: UnixSeconds;
  /** To the patient, at most 500 characters. */
  readonly message?: string;
  /** Seconds for which it waits for an answer, at most 30 days; 14 days by default. */
  readonly wait?: number;
}

export interface AskedAccess {
  readonly request: Digest;
  readonly expiresAt: UnixSeconds;
  /** Homes that keep it. */
  readonly homes: readonly OrganisationId[];
  /** Homes that do not, with the code. */
  readonly missing: readonly { readonly home: OrganisationId; readonly code: string }[];
}

/** As whom the directory knows these keys. Throws `no-organisation`. */
export function askerOf(keys: ActorKeys): Asker {
  const { organisation } = keys.card;
  if (organisation !== null) return { actor: actorOf(keys), organisation, keyCard: cardDigestOf(keys) };
  throw new AnamnesisError({
    code: "no-organisation",
    rule: "Access is asked for by a person or device of a member organisation.",
    fix: "Use the keys of a practitioner, staff member or device.",
  });
}

/**
 * Asks a patient for access: signed, sealed to the patient and to who asks, and kept at the segment's homes until the patient answers. One home is enough.
 *
 * Throws `no-organisation`, `segment-not-found`, `unknown-home`, `bad-field` for words that are too long, and, when no home takes it, `request-not-delivered`.
 */
export async function askAccess(parameters: AskAccessParameters): Promise<AskedAccess> {
  const { runtime, consortium, keys, segment } = parameters;
  const requester = askerOf(keys);
  const signer = httpSigner(keys.ed25519);
  const card = await segmentCard(runtime, consortium, signer, segment);
  const time = runtime.now();
  const expiresAt = (time + (parameters.wait ?? USUAL_WAIT)) as UnixSeconds;
  const body = await sealConsentRequest(
    { segment, requester, time, expiresAt },
    {
      kinds: parameters.kinds ?? ["general"],
      resourceTypes: parameters.resourceTypes ?? ["*"],
      purposes: parameters.purposes ?? ["TREAT"],
      dataFrom: parameters.dataFrom ?? null,
      dataTo: parameters.dataTo ?? null,
      notAfter: parameters.notAfter,
      message: parameters.message ?? "",
    },
    { receiptKey: card.body.receiptKey, kem: keys.card.kem },
  );
  const request = consentRequestId(body);
  const signed = { body, signature: sign(fromHex(request), keys.secp256k1) };
  const homes: OrganisationId[] = [];
  const missing: AskedAccess["missing"][number][] = [];
  await concurrently(membersOf(consortium, card.body.homes), 4, async ({ organisation: home, endpoint }) => {
    try {
      await connect(runtime, endpoint, signer).call(requestRoutes.putRequest, {}, signed);
      homes.push(home);
    } catch (error) {
      missing.push({ home, code: codeOf(error) });
    }
  });
  if (homes.length > 0) return { request, expiresAt, homes, missing };
  throw new AnamnesisError({
    code: "request-not-delivered",
    rule: "A request for access waits at a home of the segment.",
    fix: "Ask again when one of its nodes is up; with too many requests, wait or withdraw one.",
    meta: { codes: [...new Set(missing.map(({ code }) => code))].join(", ") },
  });
}
