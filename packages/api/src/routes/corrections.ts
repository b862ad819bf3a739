import { array, type Infer, nullable, struct, uint } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { sealedCorrection } from "@anamnesis/core/correction/correction";
import { sealedCorrectionAnswer } from "@anamnesis/core/correction/correctionAnswer";
import { correctionWithdrawal } from "@anamnesis/core/correction/correctionWithdrawal";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { accessRequest } from "@anamnesis/core/release/accessRequest";
import { cbor, crossOrigin, none, route } from "../route.ts";

/** Corrections of one answer. */
export const MAX_CORRECTIONS_PER_PAGE = 8;

/** Corrections that a node keeps, oldest first, and what became of each there. */
export const correctionPage = defineFormat(
  "correction-page",
  struct({
    corrections: array(
      struct({
        correction: sealedCorrection,
        /** When its owner withdrew it, by the node's clock. */
        withdrawnAt: nullable(uint<UnixSeconds>(2 ** 40)),
        answer: nullable(sealedCorrectionAnswer),
      }),
      MAX_CORRECTIONS_PER_PAGE,
    ),
    /** Where to go on (`from`); `null` at the end. */
    next: nullable(uint()),
  }),
  4 * 1024 * 1024,
);
export type CorrectionPage = Infer<typeof correctionPage>;

export const correctionsAsked = defineFormat("corrections-asked", struct({ from: uint() }), 256);

/** What owners ask authors to put right, at the author's node and at the homes of the record's segment. */
export const correctionRoutes = crossOrigin({
  /** From the present owner of the segment of a record that this node keeps. */
  putCorrection: route({
    name: "putCorrection",
    method: "POST",
    path: "/v1/corrections",
    signed: true,
    request: cbor(sealedCorrection),
    answer: none,
    codes: [
      "bad-request-signature",
      "bad-request",
      "not-found",
      "correction-waits",
      "corrections-full",
      "rate-limited",
      "custody-not-ready",
    ],
  }),
  /** What waits for the node's own organisation, for its own people. */
  correctionQueue: route({
    name: "correctionQueue",
    method: "POST",
    path: "/v1/corrections/own",
    signed: true,
    request: cbor(correctionsAsked),
    answer: cbor(correctionPage),
    codes: ["not-authorised"],
  }),
  /** Asked by the segment's owner, who shows itself by the request inside. */
  listCorrections: route({
    name: "listCorrections",
    method: "POST",
    path: "/v1/access/corrections",
    signed: true,
    request: cbor(accessRequest),
    answer: cbor(correctionPage),
    codes: ["bad-request-signature", "stale-request", "replayed-request", "custody-not-ready"],
  }),
  withdrawCorrection: route({
    name: "withdrawCorrection",
    method: "POST",
    path: "/v1/corrections/withdrawals",
    signed: true,
    request: cbor(correctionWithdrawal),
    answer: none,
    codes: ["bad-request-signature", "not-found", "correction-closed", "custody-not-ready"],
  }),
  /** Of a person of the record's author; the first stays. */
  putCorrectionAnswer: route({
    name: "putCorrectionAnswer",
    method: "POST",
    path: "/v1/corrections/answers",
    signed: true,
    request: cbor(sealedCorrectionAnswer),
    answer: none,
    codes: ["bad-request-signature", "not-authorised", "not-found", "correction-closed"],
  }),
} as const);
