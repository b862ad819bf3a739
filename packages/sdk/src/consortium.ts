import { custodyRoutes } from "@anamnesis/api/routes/custody";
import { type Directory, exchangeRoutes, type NodeInfo } from "@anamnesis/api/routes/exchange";
import { type KeyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import {
  committeeCertificate,
  type CertificateBody,
  type CommitteeCertificate,
  committeeKeyId,
  verifyCertificate,
} from "@anamnesis/core/crypto/dkg/certificate";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import {
  type ActorId,
  type CommitteeKeyId,
  type Digest,
  type OrganisationId,
  parseAddress,
} from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { concurrently } from "./concurrently.ts";
import type { LedgerView } from "./ledgerView.ts";
import { connect, type Runtime } from "./runtime.ts";

export type Member = Directory["members"][number];
export type DirectoryActor = Directory["actors"][number];

export interface Custodian {
  readonly organisation: OrganisationId;
  readonly name: string;
  readonly endpoint: string;
  /** What it signs with now, from its present key card, or from the certificate where no node that answers has the card; 32 bytes. */
  readonly ed25519: Uint8Array;
  /** Keys that the members replaced, newest first: what they signed stays its word. */
  readonly earlierEd25519: readonly Uint8Array[];
  /** Share index, from 1. */
  readonly index: number;
  /** g^s of its share, compressed SEC1. */
  readonly verificationShare: Uint8Array;
}

export interface Committee {
  readonly id: CommitteeKeyId;
  /** Y, compressed SEC1, from the verified certificate. */
  readonly key: Uint8Array;
  readonly threshold: number;
  readonly shareEpoch: number;
  readonly custodians: readonly Custodian[];
  /** As its custodians signed it; part of evidence against one of them. */
  readonly certificate: CommitteeCertificate;
}

/** Who takes part, with what keys, on which ledger. */
export interface Consortium {
  readonly identity: LedgerIdentity;
  readonly members: ReadonlyMap<OrganisationId, Member>;
  readonly actors: ReadonlyMap<ActorId, DirectoryActor>;
  readonly committee: Committee;
}

export interface LoadConsortiumParameters {
  readonly runtime: Runtime;
  /** Any member's node, such as `http://127.0.0.1:4001`. */
  readonly endpoint: string;
  /** What the ledger says; with it the node's directory is not trusted but compared. */
  readonly ledger?: LedgerView;
}

/**
 * Members, actors and committee as a node knows them; certificate and custodians' keys are verified, and everything is
 * held against the ledger when its view is given. Nodes that do not answer are no obstacle as long as one has the
 * certificate.
 *
 * Throws `node-unreachable`, `directory-mismatch`, `no-committee`, `no-certificate`, `bad-certificate`.
 */
export async function loadConsortium(parameters: LoadConsortiumParameters): Promise<Consortium> {
  const { runtime, endpoint, ledger } = parameters;
  const client = connect(runtime, endpoint, null);
  const [info, directory] = await Promise.all([
    client.call(exchangeRoutes.node, {}, undefined),
    client.call(exchangeRoutes.directory, {}, undefined),
  ]);
  if (ledger !== undefined) compareWithLedger(directory, ledger);
  const identity = identityOf(info);
  const members = new Map(directory.members.map((member) => [member.organisation, member]));
  const actors = new Map(directory.actors.map((actor) => [actor.actor, actor]));
  const certificate = await findCertificate(runtime, endpoint, directory);
  const cards = await custodianCards(runtime, endpoint, certificate.body, members);
  return { identity, members, actors, committee: committeeOf(certificate, members, cards) };
}

/** The ledger that a node says it follows. Throws `bad-id`. */
export function identityOf({ ledger: { chainId, contracts } }: Pick<NodeInfo, "ledger">): LedgerIdentity {
  return {
    chainId,
    contracts: {
      consortium: parseAddress(contracts.consortium),
      directory: parseAddress(contracts.directory),
      consents: parseAddress(contracts.consents),
      records: parseAddress(contracts.records),
      receipts: parseAddress(contracts.receipts),
      owners: parseAddress(contracts.owners),
      ...(contracts.policy === undefined ? {} : { policy: parseAddress(contracts.policy) }),
    },
  };
}

/** The key card with this digest, from the first node that has it. Throws `key-card-not-found`. */
export async function fetchKeyCard(
  runtime: Runtime,
  endpoints: readonly string[],
  digest: Digest,
): Promise<KeyCard> {
  for (const endpoint of endpoints) {
    const card = await connect(runtime, endpoint, null)
      .call(exchangeRoutes.getKeyCard, { digest }, undefined)
      .catch(() => null);
    if (card !== null && keyCardDigest(card) === digest) return card;
  }
  throw new AnamnesisError({
    code: "key-card-not-found",
    rule: "The key card whose digest stands on the ledger is kept by its organisation's node.",
    fix: "Try again when that node is up.",
    meta: { keyCard: digest },
  });
}

async function findCertificate(
  runtime: Runtime,
  endpoint: string,
  directory: Directory,
): Promise<CommitteeCertificate> {
  const named = directory.committee;
  if (named === null) {
    throw new AnamnesisError({
      code: "no-committee",
      rule: "Records are sealed to the key of the consortium's committee.",
      fix: "Have the custodians form a committee first.",
    });
  }
  const endpoints = [endpoint, ...directory.members.map((member) => member.endpoint)];
  for (const at of new Set(endpoints)) {
    const value: CommitteeCertificate | null = await connect(runtime, at, null)
      .call(custodyRoutes.committee, {}, undefined)
      .catch(() => null);
    if (value === null || committeeCertificate.digest(value) !== named.certificate) continue;
    const body = verifyCertificate(value);
    const agrees =
      committeeKeyId(body) === named.committee &&
      body.threshold === named.threshold &&
      body.shareEpoch === named.shareEpoch &&
      body.participants.length === named.members.length &&
      body.participants.every(({ organisation }, i) => organisation === named.members[i]);
    if (agrees) return value;
    throw badCertificate("ledger");
  }
  throw new AnamnesisError({
    code: "no-certificate",
    rule: "A committee key is used only with the certificate that the ledger names.",
    fix: "Try again when a custodian's node is up.",
  });
}

/**
 * Key cards of the participants, the present one first, `null` where no node that answers has it. A participant's key in the certificate
 * is one of its cards', where all of them can be had.
 */
async function custodianCards(
  runtime: Runtime,
  endpoint: string,
  certificate: CertificateBody,
  members: ReadonlyMap<OrganisationId, Member>,
): Promise<ReadonlyMap<OrganisationId, readonly (KeyCard | null)[]>> {
  const found = new Map<OrganisationId, readonly (KeyCard | null)[]>();
  await concurrently(certificate.participants, 4, async ({ organisation, ed25519 }) => {
    const member = members.get(organisation);
    if (member === undefined) throw badCertificate("member");
    // The certificate keeps the key that its member had then.
    const cards = await Promise.all(
      [member, ...member.earlierKeys].map(({ keyCard }) =>
        fetchKeyCard(runtime, [endpoint, member.endpoint], keyCard).catch(() => null),
      ),
    );
    const all = cards.every((card) => card !== null);
    if (all && !cards.some((card) => equalBytes(card.ed25519, ed25519))) throw badCertificate("key-card");
    found.set(organisation, cards);
  });
  return found;
}

function committeeOf(
  whole: CommitteeCertificate,
  members: ReadonlyMap<OrganisationId, Member>,
  cards: ReadonlyMap<OrganisationId, readonly (KeyCard | null)[]>,
): Committee {
  const certificate = whole.body;
  return {
    id: committeeKeyId(certificate),
    key: certificate.publicKey,
    threshold: certificate.threshold,
    shareEpoch: certificate.shareEpoch,
    certificate: whole,
    custodians: certificate.participants.map(({ organisation, ed25519 }, i) => {
      const member = members.get(organisation);
      const verificationShare = certificate.verificationShares[i];
      if (member === undefined || verificationShare === undefined) throw badCertificate("member");
      const { name, endpoint } = member;
      const [present = null, ...earlier] = (cards.get(organisation) ?? []).map(
        (card) => card?.ed25519 ?? null,
      );
      const now = present ?? ed25519;
      const before = [...earlier, ed25519].filter((key) => key !== null && !equalBytes(key, now));
      return {
        organisation,
        name,
        endpoint,
        ed25519: now,
        earlierEd25519: before.filter((key) => key !== null),
        index: i + 1,
        verificationShare,
      };
    }),
  };
}

/** Throws `directory-mismatch` with `meta.what`: `member`, `actor` or `committee`. */
function compareWithLedger(directory: Directory, ledger: LedgerView): void {
  for (const member of directory.members) {
    const found = ledger.members.get(member.organisation);
    if (found === undefined || found.status !== member.status) throw mismatch("member");
    if (keysOf(found) !== keysOf(member)) throw mismatch("member");
  }
  for (const actor of directory.actors) {
    const event = ledger.actors.get(actor.actor);
    const same =
      event?.keyCard === actor.keyCard &&
      event.signer === actor.signer &&
      event.organisation === actor.organisation &&
      event.active === actor.active;
    if (!same) throw mismatch("actor");
  }
  const { committee } = directory;
  if (committee !== null && committee.certificate !== ledger.committee?.certificate)
    throw mismatch("committee");
}

/** Present and earlier keys as one text, to compare them. */
function keysOf(member: Pick<Member, "signer" | "keyCard" | "earlierKeys">): string {
  return [member, ...member.earlierKeys].map(({ signer, keyCard }) => `${signer} ${keyCard}`).join(", ");
}

function mismatch(what: "member" | "actor" | "committee"): AnamnesisError<"directory-mismatch"> {
  return new AnamnesisError({
    code: "directory-mismatch",
    rule: "A node's directory says what the ledger says.",
    fix: "Wait until the node has caught up with the ledger, or ask another node.",
    meta: { what },
  });
}

function badCertificate(part: "ledger" | "member" | "key-card"): AnamnesisError<"bad-certificate"> {
  return new AnamnesisError({
    code: "bad-certificate",
    rule: "A committee key is used only with a certificate that fits the ledger's members.",
    fix: "Fetch the certificate from another custodian; do not write records to this key.",
    meta: { part },
  });
}
