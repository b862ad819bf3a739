import { addressOf, publicKeyOf } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { cidOf, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import type { Hash32 } from "@anamnesis/core/ids";
import type { WrapContent } from "@anamnesis/core/record/wrap";
import type { ReleaseRequestBody } from "@anamnesis/core/release/releaseRequest";
import { formatExamples } from "@anamnesis/testkit/core/formatExamples";
import { expect } from "vitest";
import { bytesOf } from "../../indexer/testing/testNode.ts";

const hash = (text: string): Hash32 => toHex(bytesOf(text));
const address = addressOf(publicKeyOf(bytesOf("account")));
const filler = (length: number): Uint8Array => new Uint8Array(length).fill(7);

/** A value of every structure that a route carries, by its kind. */
export async function routeExamples(): Promise<ReadonlyMap<string, unknown>> {
  const known = new Map((await formatExamples()).map(({ format, value }) => [format.kind, value]));
  const one = (kind: string): unknown => known.get(kind) ?? expect.unreachable(kind);
  const anchor = { sequence: 1, index: 0, size: 2, path: [filler(32)] };
  const setup = {
    run: filler(32),
    threshold: 2,
    participants: ["north", "south"].map((name) => ({ organisation: hash(name), ed25519: bytesOf(name) })),
  };
  const message = filler(300);
  const messages = [message, filler(301)];
  const person = { given: "Ané", family: "Testander", birthDate: "1950-02-03", identifier: null };
  const status = { record: hash("record"), accepted: true, stored: false, anchor };
  const own: readonly (readonly [string, unknown])[] = [
    ["record-batch", batch()],
    ["record-statuses", { records: [status, { ...status, anchor: null }] }],
    ["blob-names", { cids: [cidOf(filler(9), CODEC_RAW)] }],
    ["blob-bundle", { blobs: [filler(9), null] }],
    ["record-ids", { records: [hash("record")] }],
    ["card-chain", { cards: [one("card")] }],
    ["card-chain-state", { status: "waiting" }],
    ["permit-list", { permits: [one("permit")] }],
    ["sealed-hand-over", { locator: hash("locator"), sealed: filler(300), expiresAt: 1_760_000_000 }],
    ["hand-over-bytes", { sealed: filler(300) }],
    ["rotation-question", { segments: [hash("segment")], owners: [address] }],
    ["rotation-list", { rotations: [{ segment: hash("segment"), generation: 2, newOwner: address }] }],
    ["segment-ids", { segments: [hash("segment"), hash("other")] }],
    [
      "segment-states",
      {
        segments: [
          { newestCard: hash("card"), previous: hash("label") },
          { newestCard: null, previous: null },
        ],
      },
    ],
    [
      "header-page",
      {
        headers: [{ header: one("header"), anchor }],
        permits: [one("permit")],
        cards: [one("card")],
        statement: { statement: one("header-statement"), signature: filler(64) },
        next: 7,
        end: 7,
      },
    ],
    ["receipt-page", receiptPage()],
    ["grant-page", { grants: [one("grant")], next: "12.0x00" }],
    ["directory", directory()],
    ["consent-state", { consent: hash("consent"), status: "registered", since: 1_760_000_000 }],
    ["consent-registration", { commitment: hash("commitment"), revoker: address, signature: filler(65) }],
    ["dkg-setup", setup],
    ["dkg-message", { message }],
    ["dkg-round1-messages", { setup, round1: messages }],
    ["dkg-messages", { setup, round1: messages, round2: messages }],
    ["dkg-outcome", { status: "complaint", message }],
    ["committee-certificate", certificate()],
    ["committee-signature", { signature: filler(65) }],
    ["set-actor", { keyCard: one("key-card"), role: "practitioner", active: true }],
    [
      "node-status",
      {
        now: 1_760_000_000,
        version: "0.1.0",
        head: { number: 7, time: 1_760_000_000, confirmedAt: 1_760_000_000 },
        custodians: [{ organisation: hash("north"), name: "North", answers: false }],
        threshold: 2,
        anchors: { last: { sequence: 3, time: 1_760_000_000, records: 9 }, waiting: 1 },
        outbox: [{ type: "AnchorBatch", pending: 1, attempts: 4, refused: 0 }],
        storage: { database: 1e9, blobs: { count: 3, bytes: 700 }, disk: { free: 1e10, size: 2e10 } },
        log: { size: 9, signed: 8, anchored: null, cosigned: { size: 8, count: 1, wanted: 1 } },
      },
    ],
    ["registration-wanted", { locator: filler(16) }],
    ["registration-card", { keyCard: one("key-card") }],
    ["new-desk-patient", { ...person, entry: filler(16), kept: filler(300) }],
    ["desk-patient", { patient: "a-1" }],
    ["admit-patient", { patient: "a-1", admission: filler(300) }],
    ["desk-patients-wanted", { search: "tes 1950-02-03", after: null }],
    [
      "desk-patients",
      {
        patients: [
          { patient: "a-1", ...person, state: "provisional", registeredAt: 1_760_000_000, kept: true },
        ],
        next: "next",
      },
    ],
    ["kept-patient-bytes", { kept: filler(300) }],
    ["form-committee", { threshold: 2 }],
    ["fhir-patients-wanted", { patients: ["a-1"], after: null }],
    ["fhir-patients", { patients: [{ patient: "a-1", bound: false, waiting: 3 }], more: true }],
    ["bind-patient", { patient: "a-1", admission: filler(300), replace: false }],
    ["record-name", { record: hash("record") }],
    [
      "erasure-approvals",
      { record: hash("record"), approvals: [{ custodian: hash("north"), signature: filler(65) }] },
    ],
    ["erasure-receipts", { receipts: [one("erasure-receipt")] }],
    ["fhir-login", { challenge: hash("login"), purpose: "TREAT" }],
    ["patient-login", { logins: [one("owner-login")] }],
    ["keep-wish", keepWish()],
    [
      "purge-page",
      {
        purges: [
          {
            record: hash("record"),
            organisation: hash("north"),
            consent: hash("consent"),
            reason: "revoked",
            purgedAt: 1_700_000_000,
          },
        ],
        next: null,
      },
    ],
    [
      "kept-records",
      {
        records: [
          { record: hash("record"), code: null },
          { record: hash("other"), code: "not-fhir" },
        ],
      },
    ],
    ["request-page", requestPage()],
    ["corrections-asked", { from: 8 }],
    [
      "correction-page",
      {
        corrections: [
          {
            correction: one("sealed-correction"),
            withdrawnAt: null,
            answer: one("sealed-correction-answer"),
          },
          { correction: one("sealed-correction"), withdrawnAt: 1_760_000_100, answer: null },
        ],
        next: 8,
      },
    ],
    [
      "ledger-standings",
      {
        standings: [
          {
            record: hash("record"),
            amended: true,
            retracted: false,
            erased: false,
            endorsers: {
              label: hash("label"),
              threshold: 1,
              asked: [hash("north"), hash("south")],
              signed: [hash("south")],
            },
            anchored: { sequence: 1, time: 1_800_000_000 },
          },
        ],
      },
    ],
    ["endorse-wish", { header: one("header"), opened: filler(32) }],
    [
      "endorsement-queue",
      {
        waiting: [
          {
            organisation: hash("north"),
            record: hash("record"),
            label: hash("label"),
            threshold: 2,
            endorsers: [hash("north"), hash("south")],
            endorsed: [hash("north")],
            declined: [hash("south")],
            since: 1_800_000_000,
          },
        ],
        own: [
          {
            organisation: hash("south"),
            record: hash("other"),
            label: hash("other label"),
            threshold: 1,
            endorsers: [hash("north")],
            endorsed: [],
            declined: [],
            since: null,
          },
        ],
      },
    ],
    ["decline-wish", { header: one("header"), decline: one("decline"), opened: filler(32) }],
    ["declines-asked", { records: [hash("record"), hash("other")] }],
    ["decline-list", { declines: [one("decline")] }],
    ["join-request", { entrant: entrant(), signature: filler(65) }],
    ["propose", { action: { type: "admit", entrant: entrant() } }],
    ["proposed", { proposal: hash("proposal") }],
    ["settle", { proposal: hash("proposal") }],
    ["vote", { proposal: hash("proposal"), support: false }],
    ["consortium-status", consortiumStatus()],
  ];
  return new Map([...known, ...own]);

  function entrant(): unknown {
    return {
      organisation: hash("west"),
      kind: "clinic",
      signer: address,
      keyCard: hash("card"),
      custodian: true,
      name: "Wést",
      endpoint: "http://west.test",
    };
  }
  function consortiumStatus(): unknown {
    const { signer: _, keyCard: _card, ...member } = entrant() as Record<string, unknown>;
    const pause = { target: address, selector: "0x01020304", until: 1_800_000_000 };
    return {
      organisation: hash("north"),
      members: [{ ...member, status: "removed" }],
      requests: [{ request: hash("request"), entrant: entrant() }],
      proposals: [
        {
          proposal: hash("proposal"),
          organisation: hash("north"),
          action: { type: "pause", ...pause },
          expires: 1_800_000_000,
          state: "failed",
          problem: "bad-pause",
          votes: [{ organisation: hash("north"), support: true }],
          tally: { yes: 1, no: 0, voters: 3, required: 2 },
        },
      ],
      parameters: { quorum: 5_000, votingPeriod: 86_400, minimumMembers: 2, maxPause: 3_600 },
      pauses: [pause],
      contracts: [{ contract: hash("name"), version: 2, target: address, codehash: hash("code") }],
      committee: { committee: hash("committee"), threshold: 2, shareEpoch: 1, members: [hash("north")] },
      sending: [
        { type: "Vote", about: hash("proposal"), refusal: null },
        { type: "Propose", about: hash("proposal"), refusal: "too-few-members" },
      ],
    };
  }
  function keepWish(): unknown {
    const body = one("release-request-body") as ReleaseRequestBody;
    const { opening, purpose, consent, parent, delegation, permits } = body;
    const keys = { k1: filler(32), G: filler(33) };
    const records = body.records.map((item) => ({ ...item, ...keys }));
    return { opening, purpose, consent, parent, delegation, permits, records };
  }
  function requestPage(): unknown {
    const request = one("sealed-consent-request");
    return {
      requests: [
        { request, withdrawnAt: null, answer: one("sealed-consent-answer") },
        { request, withdrawnAt: 1_760_000_100, answer: null },
      ],
      next: 64,
    };
  }
  function batch(): unknown {
    const alone = { header: one("header"), wrap: null, content: null, endorsement: null, amends: null };
    const { endorsement, amends } = one("wrap-content") as WrapContent;
    const put = { ...alone, wrap: filler(200), content: filler(500), endorsement, amends };
    return {
      sessions: [one("session")],
      permits: [one("permit")],
      records: [put, { ...put, content: null }, alone],
    };
  }
  function receiptPage(): unknown {
    return {
      entries: [{ index: 3, commitment: filler(32), sealed: filler(400), path: [filler(32)] }],
      checkpoint: "anamnesis/receipts/x\n4\n\n",
      statement: {
        segment: hash("segment"),
        size: 4,
        count: 1,
        indexes: hash("indexes"),
        signature: filler(64),
      },
      anchored: { size: 2, root: hash("root"), consistency: [filler(32)] },
      next: null,
    };
  }
  function directory(): unknown {
    const member = {
      organisation: hash("north"),
      kind: "hospital",
      name: "North",
      endpoint: "http://north.test",
    };
    return {
      members: [
        {
          ...member,
          signer: address,
          keyCard: hash("card"),
          custodian: true,
          status: "suspended",
          earlierKeys: [{ signer: address, keyCard: hash("first card") }],
        },
      ],
      actors: [
        {
          actor: hash("actor"),
          organisation: hash("north"),
          role: "device",
          signer: address,
          keyCard: hash("card"),
          active: false,
        },
      ],
      committee: {
        committee: hash("committee"),
        certificate: hash("certificate"),
        threshold: 2,
        shareEpoch: 0,
        members: [hash("north"), hash("south")],
      },
    };
  }
  function certificate(): unknown {
    const point = publicKeyOf(bytesOf("point"));
    const body = { ...setup, publicKey: point, verificationShares: [point, point], shareEpoch: 0 };
    return { body: { ...body, transcript: hash("transcript") }, signatures: [filler(64), filler(64)] };
  }
}
