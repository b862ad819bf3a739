import type { Fetch } from "@anamnesis/api/client";
import { errorStatus } from "@anamnesis/api/errorStatus";
import { keyOf, parseHttpSignature } from "@anamnesis/api/http/signature";
import type { Route } from "@anamnesis/api/route";
import { bodyOf, requestOf, responseOf } from "@anamnesis/api/testing/wire";
import { auditRoutes } from "@anamnesis/api/routes/audit";
import { custodyRoutes } from "@anamnesis/api/routes/custody";
import { receivedRoutes } from "@anamnesis/api/routes/received";
import { correctionRoutes } from "@anamnesis/api/routes/corrections";
import { requestRoutes } from "@anamnesis/api/routes/requests";
import { standingRoutes } from "@anamnesis/api/routes/standing";
import { recordVerbRoutes } from "@anamnesis/api/routes/recordVerbs";
import { type Directory, exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { actorIdOf, type KeyCard, keyCardDigest, organisationIdOf } from "@anamnesis/core/actor/keyCard";
import {
  type CertificateBody,
  certificateBody,
  type CommitteeCertificate,
  committeeCertificate,
  committeeKeyId,
} from "@anamnesis/core/crypto/dkg/certificate";
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from "@anamnesis/core/crypto/ed25519";
import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import {
  addressOf,
  publicKeyOf,
  scalarBytes,
  scalarFromSeed,
  scalarOf,
} from "@anamnesis/core/crypto/secp256k1";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import {
  type ActorId,
  type Digest,
  type Hex,
  type OrganisationId,
  parseAddress,
  parseUnixSeconds,
  type UnixSeconds,
} from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { LedgerEvent, LedgerEventBody, LedgerPort } from "@anamnesis/core/ports/ledger";
import type { ActorKeys } from "../keys/actorKeys.ts";
import type { Runtime } from "../runtime.ts";
import { FakeNode } from "./fakeNode.ts";
import { problem } from "./problem.ts";
import { random } from "./random.ts";
import { ourError } from "../ourError.ts";

export interface FakeMember {
  readonly organisation: OrganisationId;
  readonly card: KeyCard;
  readonly endpoint: string;
  readonly ed25519: Uint8Array;
  readonly secp256k1: Uint8Array;
  /** Share of the committee's secret. */
  readonly share: Uint8Array;
  readonly verificationShare: Uint8Array;
  readonly index: number;
}

const IDENTITY: LedgerIdentity = {
  chainId: 1337,
  contracts: {
    consortium: parseAddress(`0x${"01".repeat(20)}`),
    directory: parseAddress(`0x${"02".repeat(20)}`),
    consents: parseAddress(`0x${"03".repeat(20)}`),
    records: parseAddress(`0x${"04".repeat(20)}`),
    receipts: parseAddress(`0x${"05".repeat(20)}`),
    owners: parseAddress(`0x${"06".repeat(20)}`),
  },
};

/** Turns of the event loop in which no node works. */
const IDLE_TURNS = 5;

/**
 * A consortium in one process: nodes behind a `fetch`, a ledger that is a list of events, custodians 2 of 3. Cryptography,
 * formats, HTTP signatures and the decision are the real ones; disks, replication and anchoring are not.
 */
export class FakeConsortium {
  readonly identity = IDENTITY;
  readonly members: readonly FakeMember[];
  readonly nodes: ReadonlyMap<string, FakeNode>;
  readonly actors = new Map<ActorId, Directory["actors"][number]>();
  readonly keyCards = new Map<Digest, KeyCard>();
  readonly certificate: CommitteeCertificate;
  readonly committeeKey: Uint8Array;
  readonly events: LedgerEvent[] = [];
  /** Endpoints that do not answer. */
  readonly stopped = new Set<string>();
  /** Called with each request before its node sees it, and waited for; may answer in its place by throwing. */
  intercept: (endpoint: string, method: string, path: string) => void | Promise<void> = () => undefined;
  /** Requests that a node works on now. */
  #working = 0;
  time = parseUnixSeconds(1_800_000_000);

  private constructor(
    members: readonly FakeMember[],
    committeeKey: Uint8Array,
    certificate: CommitteeCertificate,
  ) {
    this.members = members;
    this.committeeKey = committeeKey;
    this.certificate = certificate;
    this.nodes = new Map(members.map((member) => [member.endpoint, new FakeNode(this, member)]));
    for (const { card, organisation, endpoint } of members) {
      this.keyCards.set(keyCardDigest(card), card);
      this.record({
        type: "member-admitted",
        organisation,
        kind: "hospital",
        signer: addressOf(card.secp256k1),
        keyCard: keyCardDigest(card),
        custodian: true,
        name: card.name,
        endpoint,
      });
    }
    const { body } = certificate;
    this.record({
      type: "committee-adopted",
      committee: committeeKeyId(body),
      certificate: committeeCertificate.digest(certificate),
      threshold: body.threshold,
      shareEpoch: body.shareEpoch,
      members: members.map((member) => member.organisation),
    });
  }

  /** @param endpoints where the nodes are, for tests that put sockets before `fetch`. */
  static async create(
    names = ["North", "South", "Lab"],
    endpoints: readonly string[] = [],
  ): Promise<FakeConsortium> {
    // A dealer stands in for the DKG, which has its own tests: shares on a line, threshold 2.
    const [a0, a1] = [scalarFromSeed(random(48)), scalarFromSeed(random(48))];
    const members: FakeMember[] = [];
    for (const [i, name] of names.entries()) {
      const ed25519 = random(32);
      const secp256k1 = scalarFromSeed(random(48));
      const card: KeyCard = {
        subject: "organisation",
        name,
        organisation: null,
        secp256k1: publicKeyOf(secp256k1),
        ed25519: ed25519PublicKey(ed25519),
        kem: (await kemKeyPair(random(32))).publicKey,
      };
      const share = scalarBytes(scalarOf(a0) + scalarOf(a1) * BigInt(i + 1));
      const endpoint = endpoints[i] ?? `http://node${i}.test`;
      const organisation = organisationIdOf(card);
      members.push({
        organisation,
        card,
        endpoint,
        ed25519,
        secp256k1,
        share,
        verificationShare: publicKeyOf(share),
        index: i + 1,
      });
    }
    const body: CertificateBody = {
      run: random(32),
      threshold: 2,
      participants: members.map(({ organisation, card }) => ({ organisation, ed25519: card.ed25519 })),
      publicKey: publicKeyOf(a0),
      verificationShares: members.map((member) => member.verificationShare),
      transcript: toHex<Digest>(random(32)),
      shareEpoch: 0,
    };
    const digest = fromHex(certificateBody.digest(body));
    const signatures = members.map((member) => ed25519Sign(digest, member.ed25519));
    return new FakeConsortium(members, publicKeyOf(a0), { body, signatures });
  }

  get runtime(): Runtime {
    return {
      fetch: this.fetch,
      now: () => this.time,
      random,
      sleep: async (milliseconds, signal) => {
        // Time passes when nobody works any more, nor is between two requests.
        for (let idle = 0; idle < IDLE_TURNS; idle = this.#working > 0 ? 0 : idle + 1) {
          if (signal?.aborted === true) return;
          await new Promise((resolve) => setImmediate(resolve));
        }
        this.time = (this.time + Math.ceil(milliseconds / 1000)) as UnixSeconds;
      },
    };
  }

  get ledger(): Pick<LedgerPort, "head" | "events"> {
    const blockRef = (number: number) => ({
      number,
      hash: toHex(new Uint8Array(32).fill(number % 256)),
    });
    const head = () => ({ ...blockRef(this.events.length), time: this.time });
    return {
      head: async () => ({ ...head(), confirmedAt: this.time }),
      events: async (after) => {
        return { status: "ok", events: this.events.slice(after?.number ?? 0), upTo: head(), recent: [] };
      },
    };
  }

  member(i: number): FakeMember {
    return this.members[i] as FakeMember;
  }

  node(i: number): FakeNode {
    return this.nodes.get(this.member(i).endpoint) as FakeNode;
  }

  stop(...indexes: readonly number[]): void {
    for (const i of indexes) this.stopped.add(this.member(i).endpoint);
  }

  start(...indexes: readonly number[]): void {
    for (const i of indexes) this.stopped.delete(this.member(i).endpoint);
  }

  record(body: LedgerEventBody): void {
    const at = { block: this.events.length + 1, time: this.time, index: 0 };
    const hash = toHex(new Uint8Array(32));
    this.events.push({ ...body, ...at, blockHash: hash, transaction: hash });
  }

  register({ card }: ActorKeys): void {
    const actor = actorIdOf(card);
    const entry = {
      actor,
      organisation: card.organisation as OrganisationId,
      role: card.subject as "practitioner" | "staff" | "device",
      signer: addressOf(card.secp256k1),
      keyCard: keyCardDigest(card),
      active: true,
    };
    this.actors.set(actor, entry);
    this.keyCards.set(entry.keyCard, card);
    this.record({ type: "actor-set", ...entry, version: 1 });
  }

  directory(): Directory {
    const { body } = this.certificate;
    return {
      members: this.members.map(({ organisation, card, endpoint }) => ({
        organisation,
        kind: "hospital" as const,
        name: card.name,
        endpoint,
        signer: addressOf(card.secp256k1),
        keyCard: keyCardDigest(card),
        custodian: true,
        status: "active" as const,
        earlierKeys: [],
      })),
      actors: [...this.actors.values()],
      committee: {
        committee: committeeKeyId(body),
        certificate: committeeCertificate.digest(this.certificate),
        threshold: body.threshold,
        shareEpoch: body.shareEpoch,
        members: this.members.map((member) => member.organisation),
      },
    };
  }

  /** All that waits at any node goes to the ledger. */
  anchor(): void {
    for (const node of this.nodes.values()) node.anchorRecords();
  }

  /** Every node publishes its log's head of now, cosigned by the others, who remember it. */
  async cosignLogs(): Promise<void> {
    for (const node of this.nodes.values()) await node.publish();
  }

  anchorLogs(): void {
    for (const node of this.nodes.values()) node.anchorLog();
  }

  readonly fetch: Fetch = async (url, init) => {
    const { origin, pathname, search, host } = new URL(url);
    const node = this.nodes.get(origin);
    if (node === undefined || this.stopped.has(origin)) throw unreachable;
    let working = 0;
    try {
      await this.intercept(origin, init.method, pathname);
      this.#working += working = 1;
      const all = {
        ...exchangeRoutes,
        ...custodyRoutes,
        ...auditRoutes,
        ...recordVerbRoutes,
        ...receivedRoutes,
        ...requestRoutes,
        ...correctionRoutes,
        ...standingRoutes,
      };
      for (const route of Object.values(all) as readonly Route<string, unknown, unknown>[]) {
        const params = match(route, init.method, pathname);
        if (params === null) continue;
        const signer = route.signed ? verified(init, host, pathname, search) : null;
        const request = requestOf(route.request, init, await bodyOf(init));
        const range = init.headers["range"];
        const answer = await node.handle(route.name, { params, request, signer, range });
        return await responseOf(route.answer, answer, range !== undefined);
      }
      throw problem("not-found");
    } catch (error) {
      const { code, rule: title, fix: detail, meta } = ourError(error);
      const status = errorStatus(code);
      const text = JSON.stringify({ type: "about:blank", status, title, detail, code, meta });
      return new Response(text, { status });
    } finally {
      this.#working -= working;
    }
  };
}

/** As a refused connection: what `fetch` rejects with is not looked at. */
const unreachable = problem("stopped");

function match(
  route: Route<string, unknown, unknown>,
  method: string,
  path: string,
): Readonly<Record<string, string>> | null {
  if (route.method !== method) return null;
  const pattern = route.path.replace(/:([a-zA-Z]+)/g, "(?<$1>[^/]+)").replace("*", "(?<rest>.+)");
  const found = new RegExp(`^${pattern}$`).exec(path);
  if (found === null) return null;
  const { rest, ...params } = { ...found.groups };
  return rest === undefined ? params : { "*": rest };
}

function verified(init: Parameters<Fetch>[1], authority: string, path: string, search: string): Hex {
  const { method, headers } = init;
  const parts = {
    method,
    authority,
    path,
    query: search === "" ? "?" : search,
    contentDigest: headers["content-digest"] ?? "",
  };
  const { signature, base, keyid } = parseHttpSignature(parts, {
    signatureInput: headers["signature-input"] ?? "",
    signature: headers["signature"] ?? "",
  });
  if (!ed25519Verify(base, signature, keyOf(keyid))) throw problem("bad-http-signature");
  return keyid;
}
