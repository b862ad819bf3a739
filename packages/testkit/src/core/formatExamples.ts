import { type KeyCard, keyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import {
  receiptIndexes,
  receiptPromise,
  receiptStatement,
  signedReceiptPromise,
} from "@anamnesis/core/audit/receiptStatement";
import { receipt, receiptEntry, type ReceiptEntry, sealedReceipt } from "@anamnesis/core/audit/receiptEntry";
import { consent, type Consent, consentBody, type ConsentBody } from "@anamnesis/core/consent/consent";
import { consentCommitment, consentIdOf, consentTypedData } from "@anamnesis/core/consent/consent";
import {
  delegation,
  delegationBody,
  type DelegationBody,
  delegationTypedData,
} from "@anamnesis/core/consent/delegation";
import { grant, grantContent } from "@anamnesis/core/consent/grant";
import { readingDelegation } from "@anamnesis/core/consent/readingDelegation";
import { revocation, revocationAck } from "@anamnesis/core/consent/revocation";
import { correction, correctionId, sealedCorrection } from "@anamnesis/core/correction/correction";
import {
  correctionAnswer,
  correctionAnswerDigest,
  sealedCorrectionAnswer,
} from "@anamnesis/core/correction/correctionAnswer";
import {
  correctionWithdrawal,
  correctionWithdrawalDigest,
} from "@anamnesis/core/correction/correctionWithdrawal";
import { certificateBody, committeeCertificate } from "@anamnesis/core/crypto/dkg/certificate";
import { dkgSetup } from "@anamnesis/core/crypto/dkg/setup";
import { addressOf, publicKeyOf, scalarFromSeed, sign } from "@anamnesis/core/crypto/secp256k1";
import { cidOf, CODEC_DAG_CBOR, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import type { Format } from "@anamnesis/core/encoding/format";
import { domainHashHex } from "@anamnesis/core/encoding/hash";
import type { ActorId, Day, Digest, Hash32, UnixSeconds } from "@anamnesis/core/ids";
import { attributesCommitment } from "@anamnesis/core/record/attributes";
import { contentMeta } from "@anamnesis/core/record/content";
import { decline, declineDigest, declineReason } from "@anamnesis/core/record/decline";
import { endorsementCommitment } from "@anamnesis/core/record/endorsement";
import { eraseRequest, eraseTypedData } from "@anamnesis/core/record/eraseRequest";
import { erasureAck, erasureReceipt } from "@anamnesis/core/record/erasure";
import { bodyLabel, header, type Header, recordBody, recordCore } from "@anamnesis/core/record/header";
import { headerLabels, headerStatement } from "@anamnesis/core/record/headerStatement";
import { manifest } from "@anamnesis/core/record/manifest";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { session } from "@anamnesis/core/record/session";
import { wrap, wrapContent } from "@anamnesis/core/record/wrap";
import { ownerLogin } from "@anamnesis/core/segment/ownerLogin";
import { accessRequest } from "@anamnesis/core/release/accessRequest";
import { askerWish, askerWishDigest } from "@anamnesis/core/request/askerWish";
import {
  consentAnswer,
  consentAnswerDigest,
  sealedConsentAnswer,
} from "@anamnesis/core/request/consentAnswer";
import {
  consentRequest,
  consentRequestId,
  sealedConsentRequest,
} from "@anamnesis/core/request/consentRequest";
import {
  releaseAnswer,
  releaseAnswerBody,
  releasePoints,
  sealedAnswer,
} from "@anamnesis/core/release/releaseAnswer";
import {
  releaseRequest,
  releaseRequestBody,
  type ReleaseRequestBody,
  releaseRequestDigest,
} from "@anamnesis/core/release/releaseRequest";
import { card, cardBody, cardDigest } from "@anamnesis/core/segment/card";
import { permit, permitDigest } from "@anamnesis/core/segment/permit";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { evidenceExamples } from "./evidenceExamples.ts";
import { seededRandom } from "./seededRandom.ts";
import { organisationId, TEST_IDENTITY, testAuthor, testPermit, testSegment } from "./world.ts";

export interface FormatExample {
  readonly format: Format<never>;
  readonly value: unknown;
}

/** Filler of a fixed length where a structure holds ciphertext, an encapsulation or a public key. */
function filler(name: string, length: number): Uint8Array {
  return seededRandom(`filler/${name}`)(length);
}

function point(name: string): Uint8Array {
  return publicKeyOf(scalarFromSeed(filler(name, 48)));
}

function digestOf(name: string): Digest {
  return domainHashHex<Digest>(`test/${name}`);
}

/**
 * One value of every structure of version 1, always the same. Keys, signatures and digests fit together; ciphertexts
 * and encapsulations are filler.
 */
export async function formatExamples(): Promise<readonly FormatExample[]> {
  const segment = await testSegment("vectors", "general");
  const author = testAuthor("north");
  const thePermit = testPermit(segment, author.organisation, 1_900_000_000);
  const firstCard = segment.cards[0];
  if (firstCard === undefined) throw new TypeError("A test segment has a first card.");
  // X-Wing keys are long; filler keeps them independent of any KEM implementation.
  const fixedCard = {
    ...firstCard.body,
    segmentKey: filler("segment key", 1216),
    receiptKey: filler("receipt key", 1216),
  };
  const rotatedCard = {
    ...fixedCard,
    number: 1,
    previous: cardDigest(fixedCard),
    epoch: 1,
    link: filler("link", 48),
    generation: 1,
    rotation: {
      publicKey: point("next owner"),
      signature: filler("rotation", 65),
      carried: filler("carried", 80),
    },
  };

  const attributes = { resourceType: "Observation", from: 19_000 as Day, to: 19_001 as Day, labels: ["R"] };
  const attributesSalt = filler("attributes salt", 32);
  const endorsement = {
    threshold: 2,
    organisations: [organisationId("north"), organisationId("south")],
    salt: filler("endorsement salt", 32),
  };
  const core = {
    committee: domainHashHex<typeof firstCard.body.kind>("test/committee") as never,
    segment: segment.id,
    epoch: 0,
    organisation: author.organisation,
    author: author.author,
    day: 20_000 as Day,
    previous: null,
    permit: permitDigest(TEST_IDENTITY, thePermit.body),
    attributes: attributesCommitment(attributes, attributesSalt),
    endorsement: endorsementCommitment(endorsement),
  };
  const theSession = { segment: segment.id, epoch: 0, enc: filler("session enc", 1120) };
  const theWrap = { session: session.cid(theSession), sealed: filler("wrap", 140) };
  const body = {
    core,
    U: point("U"),
    Ubar: point("Ubar"),
    keyCommitment: filler("key commitment", 32),
    content: cidOf(filler("content", 64), CODEC_RAW),
    contentBytes: 64,
    wrap: cidOf(wrap.encode(theWrap), CODEC_DAG_CBOR),
  };
  const theHeader: Header = {
    body,
    proof: filler("proof", 64),
    signature: sign(fromHex(bodyLabel(body)), author.secret),
  };
  const doctorSecret = scalarFromSeed(filler("doctor", 48));
  const doctorCard: KeyCard = {
    subject: "practitioner",
    name: "Dr. Ada Example",
    organisation: organisationId("south"),
    secp256k1: publicKeyOf(doctorSecret),
    ed25519: filler("doctor ed25519", 32),
    kem: filler("doctor kem", 1216),
  };
  const actor = keyCardDigest(doctorCard) as Hash32 as ActorId;
  const revokerSecretBytes = scalarFromSeed(filler("revoker", 48));
  const revoker = addressOf(publicKeyOf(revokerSecretBytes));
  const theConsentBody: ConsentBody = {
    segment: segment.id,
    grantee: actor,
    granteeName: doctorCard.name,
    granteeKeys: keyCardDigest(doctorCard),
    resourceTypes: ["Observation", "DiagnosticReport"],
    actions: ["read"],
    purposes: ["TREAT"],
    dataFrom: 18_000 as Day,
    dataTo: null,
    exceptions: [
      {
        resourceTypes: ["DiagnosticReport"],
        actions: ["read"],
        purposes: [],
        dataFrom: null,
        dataTo: 18_500 as Day,
      },
    ],
    notBefore: 1_750_000_000 as UnixSeconds,
    notAfter: 1_850_000_000 as UnixSeconds,
    salt: filler("consent salt", 32),
    revoker,
  };
  const theConsent: Consent = {
    body: theConsentBody,
    signature: sign(typedDataDigest(consentTypedData(TEST_IDENTITY, theConsentBody)), segment.owner.secret),
  };
  const theDelegationBody: DelegationBody = {
    segment: segment.id,
    proxy: addressOf(point("proxy")),
    proxyName: "Cy Example",
    mayRead: true,
    resourceTypes: ["*"],
    actions: ["read"],
    purposes: ["TREAT", "HPAYMT"],
    dataFrom: null,
    dataTo: null,
    exceptions: [],
    notBefore: 1_750_000_000 as UnixSeconds,
    notAfter: 1_850_000_000 as UnixSeconds,
    salt: filler("delegation salt", 32),
    revoker: addressOf(point("delegation revoker")),
  };
  const theDelegation = {
    body: theDelegationBody,
    signature: sign(
      typedDataDigest(delegationTypedData(TEST_IDENTITY, theDelegationBody)),
      segment.owner.secret,
    ),
  };
  const commitment = consentCommitment(TEST_IDENTITY, theConsentBody);
  const consentId = consentIdOf(TEST_IDENTITY, revoker, commitment);
  const requester = { actor, organisation: organisationId("south"), keyCard: keyCardDigest(doctorCard) };
  const time = 1_760_000_000 as UnixSeconds;
  const requestBody: ReleaseRequestBody = {
    requester,
    opening: segment.opening,
    action: "read",
    purpose: "TREAT",
    consent: theConsent,
    parent: theConsent,
    delegation: theDelegation,
    replyKey: filler("reply key", 1216),
    nonce: filler("nonce", 32),
    time,
    permits: [thePermit],
    records: [
      {
        header: theHeader,
        attributes,
        salt: attributesSalt,
        anchor: { sequence: 1, index: 0, size: 2, path: [filler("sibling", 32)] },
      },
    ],
  };
  const request = releaseRequestDigest(requestBody);
  const block = { number: 7, hash: digestOf("block"), time };
  const given = {
    index: 3,
    commitment: filler("receipt commitment", 32),
    signature: filler("receipt promise", 64),
  };
  const answerBody = {
    request,
    custodian: organisationId("north"),
    committee: core.committee,
    shareEpoch: 0,
    index: 1,
    points: releasePoints([body.U]),
    shares: [point("share"), null],
    proof: filler("dleq", 64),
    receipt: given,
    ledger: block,
  };
  const custodianCard: KeyCard = {
    subject: "organisation",
    name: "Hospital Example",
    organisation: null,
    secp256k1: point("custodian"),
    ed25519: filler("custodian ed25519", 32),
    kem: filler("custodian kem", 1216),
  };
  const custodian = (name: string) => {
    return { organisation: organisationId(name), ed25519: filler(`${name} ed25519`, 32) };
  };
  const setup = { run: filler("run", 32), threshold: 2, participants: ["north", "south"].map(custodian) };
  const certificate = {
    body: {
      ...setup,
      publicKey: point("committee"),
      verificationShares: [point("share 1"), point("share 2")],
      transcript: digestOf("transcript"),
      shareEpoch: 0,
    },
    signatures: [filler("north signs", 64), filler("south signs", 64)],
  };
  const promise = {
    custodian: organisationId("north"),
    request,
    segment: segment.id,
    index: 3,
    commitment: filler("receipt commitment", 32),
  };
  const entry: ReceiptEntry = {
    request,
    custodian: organisationId("north"),
    segment: segment.id,
    requester,
    action: "read",
    purpose: "TREAT",
    basis: "consent",
    consent: consentId,
    committee: core.committee,
    shareEpoch: 0,
    time,
    ledger: block,
    records: [{ record: recordIdOf(body.U), outcome: "released" }],
  };
  const part = (name: string) => ({ enc: filler(`${name} enc`, 1120), ciphertext: filler(name, 64) });
  const askedBody = {
    segment: segment.id,
    requester,
    time,
    expiresAt: (time + 14 * 86_400) as UnixSeconds,
    toOwner: part("asked of the owner"),
    toRequester: part("asked by the requester"),
  };
  const answeredBody = {
    request: consentRequestId(askedBody),
    opening: segment.opening,
    time,
    toRequester: part("told the requester"),
    toOwner: part("told by the owner"),
  };
  const declinedBody = {
    organisation: theHeader.body.core.organisation,
    record: recordIdOf(theHeader.body.U),
    label: bodyLabel(theHeader.body),
    decliner: requester,
    time,
    opened: filler("declined kc", 32),
    toReaders: part("declined for readers"),
    toAuthor: [{ keyCard: keyCardDigest(custodianCard), part: part("declined for the author") }],
  };
  const correctionBody = {
    opening: segment.opening,
    organisation: theHeader.body.core.organisation,
    record: recordIdOf(theHeader.body.U),
    time,
    expiresAt: (time + 30 * 86_400) as UnixSeconds,
    toOwner: part("corrected for the owner"),
    toAuthor: [{ keyCard: keyCardDigest(custodianCard), part: part("corrected for the author") }],
  };
  const correctionAnswerBody = {
    correction: correctionId(correctionBody),
    answerer: requester,
    time,
    toOwner: part("the author says"),
  };
  const withdrawalBody = { correction: correctionId(correctionBody), opening: segment.opening, time };
  const askerWishBody = {
    what: "withdraw" as const,
    audience: organisationId("north"),
    requester,
    request: consentRequestId(askedBody),
    from: 0,
    nonce: filler("asker wish nonce", 32),
    time,
  };
  const example = <T>(format: Format<T>, value: T): FormatExample => ({
    format: format as unknown as Format<never>,
    value,
  });
  const readingBody = readingDelegation({
    segment: segment.id,
    proxy: addressOf(point("device")),
    proxyName: "my devices",
    notBefore: time,
    notAfter: (time + 86_400) as UnixSeconds,
    salt: filler("reading delegation salt", 32),
    revoker: addressOf(point("reading delegation revoker")),
  });
  const theReadingDelegation = {
    body: readingBody,
    signature: sign(typedDataDigest(delegationTypedData(TEST_IDENTITY, readingBody)), segment.owner.secret),
  };
  const loginBody = {
    audience: organisationId("north"),
    challenge: toHex(filler("login challenge", 32)),
    client: "my-health",
    scope: "patient/AuditEvent.rs patient/Consent.crs",
    opening: segment.opening,
  };
  return [
    example(keyCard, doctorCard),
    example(cardBody, fixedCard),
    example(cardBody, rotatedCard),
    example(card, { body: fixedCard, signature: filler("card signature", 65) }),
    example(permit, thePermit),
    example(session, theSession),
    example(wrapContent, {
      k1: filler("k1", 32),
      attributes,
      salt: attributesSalt,
      endorsement,
      amends: { record: recordIdOf(point("earlier U")), salt: filler("successor salt", 32) },
    }),
    example(wrap, theWrap),
    example(contentMeta, {
      mediaType: "application/fhir+json",
      source: { key: "urn:system|Observation/1", version: "1" },
    }),
    example(recordCore, core),
    example(recordBody, body),
    example(header, theHeader),
    example(manifest, {
      organisation: author.organisation,
      sequence: 1,
      leaves: [{ record: recordIdOf(body.U), label: bodyLabel(body), organisation: author.organisation }],
    }),
    example(consentBody, theConsentBody),
    example(consent, theConsent),
    example(delegationBody, theDelegationBody),
    example(delegation, theDelegation),
    example(delegation, theReadingDelegation),
    example(grantContent, {
      consent: theConsent,
      parent: null,
      delegation: theDelegation,
      opening: segment.opening,
      card: { body: fixedCard, signature: filler("card signature", 65) },
      epoch: 0,
      segmentKey: filler("segment seed", 32),
    }),
    example(grant, {
      grantee: actor,
      keyCard: keyCardDigest(doctorCard),
      enc: filler("grant enc", 1120),
      ciphertext: filler("grant", 200),
    }),
    example(revocation, { commitment, revoker, signature: filler("revocation signature", 65) }),
    example(revocationAck, {
      body: { consent: consentId, custodian: organisationId("north"), storedAt: time },
      signature: filler("ack signature", 64),
    }),
    example(eraseRequest, {
      header: theHeader,
      signature: sign(typedDataDigest(eraseTypedData(TEST_IDENTITY, theHeader)), segment.owner.secret),
    }),
    example(erasureAck, {
      body: {
        record: recordIdOf(body.U),
        label: bodyLabel(body),
        custodian: organisationId("north"),
        storedAt: time,
      },
      signature: filler("erasure ack signature", 64),
      approval: filler("erasure approval", 65),
    }),
    example(erasureReceipt, {
      body: {
        record: recordIdOf(body.U),
        label: bodyLabel(body),
        node: organisationId("north"),
        deletedAt: time,
        kept: [body.content],
      },
      signature: filler("erasure receipt signature", 64),
    }),
    example(releaseRequestBody, requestBody),
    example(releaseRequest, { body: requestBody, signature: sign(fromHex(request), doctorSecret) }),
    example(releaseAnswerBody, answerBody),
    example(releaseAnswer, { body: answerBody, signature: filler("answer signature", 64) }),
    example(receiptPromise, promise),
    example(signedReceiptPromise, { promise, signature: filler("receipt promise", 64) }),
    example(receiptStatement, {
      custodian: organisationId("north"),
      segment: segment.id,
      size: 5,
      count: 2,
      indexes: receiptIndexes([0, 3]),
    }),
    example(headerStatement, {
      home: organisationId("north"),
      segment: segment.id,
      request,
      time,
      count: 1,
      labels: headerLabels([bodyLabel(body)]),
    }),
    example(sealedAnswer, {
      request,
      custodian: organisationId("north"),
      enc: filler("answer enc", 1120),
      ciphertext: filler("answer", 300),
    }),
    example(accessRequest, {
      body: {
        what: "receipts",
        audience: organisationId("north"),
        requester: null,
        opening: segment.opening,
        purpose: "PATRQT",
        consent: null,
        parent: null,
        delegation: theDelegation,
        from: 0,
        nonce: filler("access nonce", 32),
        time,
      },
      signature: filler("access signature", 65),
    }),
    example(consentRequest, {
      kinds: ["general", "mental-health"],
      resourceTypes: ["*"],
      purposes: ["TREAT"],
      dataFrom: 18_000 as Day,
      dataTo: null,
      notAfter: (time + 90 * 86_400) as UnixSeconds,
      message: "You will see me on Thursday.\nPlease let me read what the clinic wrote.",
    }),
    example(sealedConsentRequest, {
      body: askedBody,
      signature: sign(fromHex(consentRequestId(askedBody)), doctorSecret),
    }),
    example(consentAnswer, { outcome: "granted", consents: [consentId], message: "Until autumn only." }),
    example(sealedConsentAnswer, {
      body: answeredBody,
      signature: sign(consentAnswerDigest(answeredBody), segment.owner.secret),
    }),
    example(declineReason, { reason: "The unit does not fit the value." }),
    example(decline, {
      body: declinedBody,
      signature: sign(declineDigest(declinedBody), doctorSecret),
    }),
    example(correction, {
      header: theHeader,
      k1: filler("corrected K1", 32),
      G: filler("corrected G", 33),
      message: "We moved in May.",
      proposed: { mediaType: "application/fhir+json", bytes: filler("proposed", 40) },
    }),
    example(sealedCorrection, {
      body: correctionBody,
      signature: sign(fromHex(correctionId(correctionBody)), segment.owner.secret),
    }),
    example(correctionAnswer, {
      outcome: "declined",
      successor: null,
      message: "Please bring your certificate of registration.",
    }),
    example(sealedCorrectionAnswer, {
      body: correctionAnswerBody,
      signature: sign(correctionAnswerDigest(correctionAnswerBody), doctorSecret),
    }),
    example(correctionWithdrawal, {
      body: withdrawalBody,
      signature: sign(correctionWithdrawalDigest(withdrawalBody), segment.owner.secret),
    }),
    example(sealedConsentAnswer, {
      body: answeredBody,
      signature: filler("delegate's answer signature", 65),
      delegation: theReadingDelegation,
    }),
    example(askerWish, {
      body: askerWishBody,
      signature: sign(askerWishDigest(askerWishBody), doctorSecret),
    }),
    example(ownerLogin, { body: loginBody, signature: filler("login signature", 65) }),
    example(ownerLogin, {
      body: loginBody,
      signature: filler("delegate's login signature", 65),
      delegation: theReadingDelegation,
    }),
    example(receiptEntry, entry),
    example(receipt, { entry, salt: filler("receipt salt", 32) }),
    example(sealedReceipt, { enc: filler("receipt enc", 1120), ciphertext: filler("receipt", 400) }),
    example(dkgSetup, setup),
    example(certificateBody, certificate.body),
    example(committeeCertificate, certificate),
    ...evidenceExamples({
      filler,
      point,
      keyCard: custodianCard,
      certificate,
      answer: answerBody,
      promise,
      header: theHeader,
      segment: segment.id,
      request,
      time,
    }),
  ];
}
