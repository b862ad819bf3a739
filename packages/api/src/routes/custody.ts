import { releaseRequest } from "@anamnesis/core/release/releaseRequest";
import { sealedAnswer } from "@anamnesis/core/release/releaseAnswer";
import { revocation, revocationAck } from "@anamnesis/core/consent/revocation";
import { committeeCertificate } from "@anamnesis/core/crypto/dkg/certificate";
import { dkgSetup } from "@anamnesis/core/crypto/dkg/setup";
import { array, fixedBytes, oneOf, struct, varBytes } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { cbor, crossOrigin, none, route } from "../route.ts";

const message = varBytes(20_000);
const messages = array(message, 10);

/** One participant's signed message of a run. */
export const dkgMessage = defineFormat("dkg-message", struct({ message }), 24_000);
/** All first messages, in the participants' order. */
export const dkgRound1Messages = defineFormat(
  "dkg-round1-messages",
  struct({ setup: dkgSetup, round1: messages }),
  32_000,
);
export const dkgMessages = defineFormat(
  "dkg-messages",
  struct({ setup: dkgSetup, round1: messages, round2: messages }),
  256_000,
);
/** `part`: the participant's signature on the certificate. `complaint`: it names a culprit, and the run is over. */
export const dkgOutcome = defineFormat(
  "dkg-outcome",
  struct({ status: oneOf(["part", "complaint"]), message }),
  24_000,
);
/** A custodian's signature on the `AdoptCommittee` intent, 65 bytes. */
export const committeeSignature = defineFormat(
  "committee-signature",
  struct({ signature: fixedBytes(65) }),
  256,
);

export const custodyRoutes = crossOrigin({
  release: route({
    name: "release",
    method: "POST",
    path: "/v1/custody/release",
    signed: true,
    request: cbor(releaseRequest),
    answer: cbor(sealedAnswer),
    codes: [
      "custody-not-ready",
      "bad-request-signature",
      "stale-request",
      "replayed-request",
      "not-authorised",
      "not-found",
    ],
  }),
  revoke: route({
    name: "revoke",
    method: "POST",
    path: "/v1/custody/revoke",
    signed: true,
    request: cbor(revocation),
    answer: cbor(revocationAck),
    codes: ["bad-revocation"],
  }),
  /** The certificate of the committee that stands on the ledger. */
  committee: route({
    name: "committee",
    method: "GET",
    path: "/v1/committee",
    signed: false,
    request: none,
    answer: cbor(committeeCertificate),
    codes: ["not-found"],
  }),
  dkgStart: route({
    name: "dkgStart",
    method: "POST",
    path: "/v1/custody/dkg/start",
    signed: true,
    request: cbor(dkgSetup),
    answer: cbor(dkgMessage),
    codes: ["not-authorised", "dkg-refused"],
  }),
  dkgAnswer: route({
    name: "dkgAnswer",
    method: "POST",
    path: "/v1/custody/dkg/answer",
    signed: true,
    request: cbor(dkgRound1Messages),
    answer: cbor(dkgMessage),
    codes: ["not-authorised", "dkg-culprit", "dkg-unknown-run"],
  }),
  dkgFinish: route({
    name: "dkgFinish",
    method: "POST",
    path: "/v1/custody/dkg/finish",
    signed: true,
    request: cbor(dkgMessages),
    answer: cbor(dkgOutcome),
    codes: ["not-authorised", "dkg-culprit", "dkg-unknown-run"],
  }),
  dkgCommit: route({
    name: "dkgCommit",
    method: "POST",
    path: "/v1/custody/dkg/commit",
    signed: true,
    request: cbor(committeeCertificate),
    answer: cbor(committeeSignature),
    codes: ["not-authorised", "bad-certificate"],
  }),
  dkgAbort: route({
    name: "dkgAbort",
    method: "POST",
    path: "/v1/custody/dkg/abort",
    signed: true,
    request: cbor(dkgSetup),
    answer: none,
    codes: ["not-authorised"],
  }),
} as const);
