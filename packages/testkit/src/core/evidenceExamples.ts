import type { KeyCard } from "@anamnesis/core/actor/keyCard";
import type { ReceiptPromise } from "@anamnesis/core/audit/receiptStatement";
import type { CommitteeCertificate } from "@anamnesis/core/crypto/dkg/certificate";
import { type EvidenceKind, EVIDENCE_FORMATS, type EvidenceOf } from "@anamnesis/core/evidence/evidence";
import type { Format } from "@anamnesis/core/encoding/format";
import { organisationIdOf } from "@anamnesis/core/actor/keyCard";
import type { Header } from "@anamnesis/core/record/header";
import { bodyLabel } from "@anamnesis/core/record/header";
import { headerLabels } from "@anamnesis/core/record/headerStatement";
import type { Digest, SegmentId, UnixSeconds } from "@anamnesis/core/ids";
import type { ReleaseAnswerBody } from "@anamnesis/core/release/releaseAnswer";
import type { FormatExample } from "./formatExamples.ts";

/** Structures of which evidence is made. */
export interface EvidenceParts {
  readonly filler: (name: string, length: number) => Uint8Array;
  readonly point: (name: string) => Uint8Array;
  readonly keyCard: KeyCard;
  readonly certificate: CommitteeCertificate;
  readonly answer: ReleaseAnswerBody;
  readonly promise: ReceiptPromise;
  readonly header: Header;
  readonly segment: SegmentId;
  readonly request: Digest;
  readonly time: UnixSeconds;
}

/** One value of every kind of evidence: the shape of each, not a lie that would stand. */
export function evidenceExamples(parts: EvidenceParts): readonly FormatExample[] {
  const { filler, keyCard, certificate, answer, promise, header, segment, request, time } = parts;
  const about = { accused: organisationIdOf(keyCard), keyCard };
  const laterCards = [{ ...keyCard, organisation: about.accused }];
  const { body } = header;
  const head = (name: string) => ({
    checkpoint: `anamnesis/receipts/${about.accused}\n5\n${name}\n`,
    entry: { commitment: filler(`${name} commitment`, 32), path: [filler(`${name} sibling`, 32)] },
  });
  const labels = [bodyLabel(body)];
  const statement = {
    home: about.accused,
    segment,
    request,
    time,
    count: labels.length,
    labels: headerLabels(labels),
  };
  const values: { readonly [K in EvidenceKind]: Omit<EvidenceOf<K>, "kind"> } = {
    "bad-share": {
      ...about,
      certificate,
      answer: { body: answer, signature: filler("answer signature", 64) },
      points: [body.U],
    },
    "conflicting-heads": { ...about, laterCards, first: head("first"), second: head("second"), index: 3 },
    "missing-entry": {
      ...about,
      promise: { promise, signature: filler("receipt promise", 64) },
      unlisted: null,
      replaced: head("replaced"),
    },
    "withheld-header": {
      ...about,
      withheld: bodyLabel(body),
      successor: body,
      signed: { statement, signature: filler("header statement", 64) },
      labels,
    },
    "content-mismatch": {
      ...about,
      header,
      k1: filler("k1", 32),
      G: parts.point("G"),
      ciphertext: filler("content", 64),
    },
  };
  return Object.entries(values).map(([kind, value]) => ({
    format: EVIDENCE_FORMATS[kind as EvidenceKind] as unknown as Format<never>,
    value,
  }));
}
