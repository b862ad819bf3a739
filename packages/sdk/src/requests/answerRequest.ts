import { requestRoutes } from "@anamnesis/api/routes/requests";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ConsentId, Digest, OrganisationId } from "@anamnesis/core/ids";
import { answerSalt } from "@anamnesis/core/request/answerSalt";
import {
  type ConsentAnswer,
  consentAnswerDigest,
  sealConsentAnswer,
} from "@anamnesis/core/request/consentAnswer";
import { ownerKeyOf } from "@anamnesis/core/segment/ownerKeys";
import { membersOf } from "../cards/publishToAll.ts";
import { concurrently } from "../concurrently.ts";
import type { Consortium } from "../consortium.ts";
import { completeGrants, type GrantParameters, prepareConsents } from "../grant.ts";
import {
  keptConsentId,
  type KeptConsent,
  newestCard,
  type PatientKeys,
  type SaveKeys,
  segmentOf,
} from "../keys/patientKeys.ts";
import { codeOf } from "../ourError.ts";
import { patientClient } from "../patientClient.ts";
import type { Runtime } from "../runtime.ts";
import type { ReceivedRequest } from "./receivedRequests.ts";

/** What the patient decides to permit; it need not be what was asked. */
export type GrantedTerms = Omit<
  GrantParameters,
  "runtime" | "consortium" | "keys" | "save" | "grantee" | "saltOf"
>;

export interface AnswerParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  readonly save: SaveKeys;
  readonly request: ReceivedRequest;
  /** `null`: the request is denied. */
  readonly grant: GrantedTerms | null;
  /** To the requester, at most 300 characters. */
  readonly message?: string;
}

export interface AnsweredRequest {
  readonly keys: PatientKeys;
  /** In the order of the kinds; empty when denied. */
  readonly consents: readonly ConsentId[];
  /** Homes that keep the answer. None: it was answered or withdrawn meanwhile, and consents that were given stand all the same. */
  readonly homes: readonly OrganisationId[];
}

/** Whether somebody else was quicker: nothing is left to be said. */
const CLOSED = "request-closed";

/**
 * Answers a request once. A grant is an ordinary one to who asked, with the patient's own terms; the answer follows when it stands. Who breaks off in between runs this again, with any terms: what was signed for this request is completed and not
 * signed anew. `completeAnswers` does so without terms.
 *
 * Throws `request-closed` for one that does not wait, `answer-begun` when it is denied though consents were signed for it, `unknown-grantee` when who asked is not in the directory as then, `answer-not-delivered`, and what
 * `grantConsent` throws.
 */
export async function answerRequest(parameters: AnswerParameters): Promise<AnsweredRequest> {
  const { runtime, consortium, save, request, grant } = parameters;
  let { keys } = parameters;
  if (request.state !== "waiting") throw closed();
  const begun = signedFor(keys, request.id).length > 0;
  if (grant === null && begun) throw begunAlready();
  if (grant !== null && !begun) {
    const { actor, card } = request.requester;
    const grantee = { id: actor, card };
    const saltOf: GrantParameters["saltOf"] = (kind) => answerSalt(keys.root, request.id, kind);
    ({ keys } = await prepareConsents({ ...grant, runtime, consortium, keys, save, grantee, saltOf }));
  }
  return finish({ ...parameters, keys });
}

/** What was signed for the request is completed, then the answer says what of it stands. */
async function finish(parameters: AnswerParameters): Promise<AnsweredRequest> {
  const { runtime, consortium, save, request, grant, message = "" } = parameters;
  const wait = grant?.wait === undefined ? {} : { wait: grant.wait };
  const begun = signedFor(parameters.keys, request.id).length > 0;
  const keys = begun
    ? await completeGrants({ runtime, consortium, keys: parameters.keys, save, ...wait })
    : parameters.keys;
  const consents = signedFor(keys, request.id)
    .filter(({ status }) => status === "granted")
    .map((kept) => keptConsentId(consortium.identity, kept));
  const outcome = consents.length > 0 ? "granted" : "denied";
  const homes = await sendAnswer({ ...parameters, keys }, { outcome, consents, message });
  return { keys, consents, homes };
}

/**
 * Finishes answers that were broken off after their consents were signed: the consents first, then the answer. One whose consents were all revoked meanwhile is denied. Returns the keys as they are saved. Throws as `answerRequest`.
 */
export async function completeAnswers(
  parameters: Omit<AnswerParameters, "request" | "grant" | "message"> & {
    readonly requests: readonly ReceivedRequest[];
  },
): Promise<PatientKeys> {
  let { keys } = parameters;
  for (const request of parameters.requests) {
    if (request.state !== "waiting") continue;
    if (signedFor(keys, request.id).length === 0) continue;
    ({ keys } = await finish({ ...parameters, keys, request, grant: null }));
  }
  return keys;
}

/** Consents that were signed for this request, by this device or another one with the same keys. */
function signedFor(keys: PatientKeys, request: Digest): readonly KeptConsent[] {
  return keys.segments.flatMap(({ opening, consents }) => {
    const salts = [keys.root, ...keys.earlierRoots].map((root) => answerSalt(root, request, opening.kind));
    return consents.filter((kept) => salts.some((salt) => equalBytes(salt, kept.consent.body.salt)));
  });
}

async function sendAnswer(
  { runtime, consortium, keys, request }: AnswerParameters,
  value: ConsentAnswer,
): Promise<readonly OrganisationId[]> {
  const segment = segmentOf(keys, request.kind);
  const { body: card } = newestCard(segment);
  const body = await sealConsentAnswer(
    { request: request.id, opening: segment.opening, time: runtime.now() },
    value,
    { kem: request.requester.card.kem, receiptKey: card.receiptKey },
  );
  const { secret } = ownerKeyOf(keys.root, request.kind);
  const signature = sign(consentAnswerDigest(body), secret);
  const { wallet } = segment;
  const signed =
    wallet === undefined ? { body, signature } : { body, signature, delegation: wallet.delegation };
  const homes: OrganisationId[] = [];
  const codes = new Set<string>();
  await concurrently(membersOf(consortium, card.homes), 4, async ({ organisation, endpoint }) => {
    try {
      await patientClient(runtime, keys, segment.id, endpoint).call(requestRoutes.putAnswer, {}, signed);
      homes.push(organisation);
    } catch (error) {
      codes.add(codeOf(error));
    }
  });
  if (homes.length > 0 || codes.has(CLOSED)) return homes;
  throw new AnamnesisError({
    code: "answer-not-delivered",
    rule: "An answer is kept by a home of the segment, beside its request.",
    fix: "Answer again when one of the nodes is up; consents that were signed stay and are not signed again.",
    meta: { codes: [...codes].join(", ") },
  });
}

function begunAlready(): AnamnesisError<"answer-begun"> {
  return new AnamnesisError({
    code: "answer-begun",
    rule: "A request for which consents were signed is granted, not denied.",
    fix: "Let it be completed, then stop the share.",
  });
}

function closed(): AnamnesisError<"request-closed"> {
  return new AnamnesisError({
    code: "request-closed",
    rule: "A request for access is answered once, and only while it waits.",
    fix: "Share with who asked without a request, or have it asked anew.",
  });
}
