import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { domainHashHex } from "@anamnesis/core/encoding/hash";
import type { Hash32, UnixSeconds } from "@anamnesis/core/ids";
import { parseAddress } from "@anamnesis/core/ids";
import type { LedgerIdentity, SignedIntent } from "@anamnesis/core/ledger/intents";
import { type ConsortiumParameters, DEFAULT_PARAMETERS, PARAMETERS } from "@anamnesis/core/ledger/proposal";
import type {
  BlockRef,
  EventPage,
  IntentOutcome,
  LedgerEvent,
  LedgerEventBody,
  LedgerHead,
  LedgerPort,
  Submission,
} from "@anamnesis/core/ports/ledger";
import type { Clock } from "@anamnesis/core/ports/runtime";
import type { GenesisMember } from "../genesisMember.ts";
import { ledgerUnavailable } from "../unavailable.ts";
import { applyIntent } from "./applyIntent.ts";
import { copyState, initialState, type LedgerState } from "./state.ts";

export interface MemoryLedgerOptions {
  readonly clock: Clock;
  readonly genesis: readonly GenesisMember[];
  /** Chain 1337 and made-up contracts by default. */
  readonly identity?: LedgerIdentity;
  /** `DEFAULT_PARAMETERS` by default. */
  readonly parameters?: ConsortiumParameters;
  /** `instant` (default): a submission makes its block. `manual`: submissions wait for `mine`. */
  readonly mining?: "instant" | "manual";
}

interface Block extends BlockRef {
  readonly time: UnixSeconds;
  readonly events: readonly LedgerEvent[];
  readonly applied: readonly SignedIntent[];
}

interface Pending {
  readonly intents: readonly SignedIntent[];
  /** Outcomes that were known before; `null` for intents that the block decides on. */
  readonly known: readonly (IntentOutcome | null)[];
  readonly included: (submission: Submission) => void;
}

const MAX_RECENT = 64;

const MADE_UP: LedgerIdentity = {
  chainId: 1337,
  contracts: {
    consortium: parseAddress(`0x${"c0".repeat(20)}`),
    directory: parseAddress(`0x${"d1".repeat(20)}`),
    consents: parseAddress(`0x${"c5".repeat(20)}`),
    records: parseAddress(`0x${"4e".repeat(20)}`),
    receipts: parseAddress(`0x${"4c".repeat(20)}`),
    owners: parseAddress(`0x${"03".repeat(20)}`),
  },
};

/**
 * A chain in this process, with the rules of the contracts, for tests of what is above the port. Each `connect` is
 * another node's port on the same ledger.
 */
export class MemoryLedger {
  readonly identity: LedgerIdentity;
  readonly #clock: Clock;
  readonly #genesis: readonly GenesisMember[];
  readonly #parameters: ConsortiumParameters;
  readonly #manual: boolean;
  readonly #chain: Block[] = [];
  #state: LedgerState;
  #pending: Pending[] = [];
  #forks = 0;
  #answering = true;

  constructor(options: MemoryLedgerOptions) {
    this.identity = options.identity ?? MADE_UP;
    this.#clock = options.clock;
    this.#genesis = options.genesis;
    this.#manual = options.mining === "manual";
    this.#parameters = options.parameters ?? DEFAULT_PARAMETERS;
    this.#state = this.#initialState(options.clock.now());
    const set = PARAMETERS.map((parameter): LedgerEventBody => {
      return { type: "parameter-set", parameter, value: this.#parameters[parameter] };
    });
    const admitted = options.genesis.map((member): LedgerEventBody => ({
      type: "member-admitted",
      ...member,
    }));
    this.#append([[...set, ...admitted]], [], options.clock.now());
  }

  connect(): LedgerPort {
    return {
      identity: this.identity,
      head: async () => this.#head(),
      blockAt: async (number) => this.#blockAt(number),
      submit: async (intents) => this.#submit(intents),
      events: async (after, maxBlocks) => this.#events(after, maxBlocks),
      close: async () => undefined,
    };
  }

  /** Submissions that no block has yet. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** Makes one block of all that waits, or an empty one. */
  mine(): BlockRef {
    const pending = this.#pending;
    this.#pending = [];
    const applied: SignedIntent[] = [];
    const time = this.#nextTime();
    this.#state.time = time;
    const judged = pending.map(({ intents, known }) => {
      const events: LedgerEventBody[] = [];
      const outcomes = intents.map((signed, i): IntentOutcome => {
        const before = known[i];
        if (before !== null && before !== undefined) return before;
        const { outcome, events: caused } = applyIntent(this.#state, signed);
        if (outcome.status === "applied") {
          events.push(...caused);
          applied.push(signed);
        }
        return outcome;
      });
      return { events, outcomes };
    });
    const block = this.#append(
      judged.map(({ events }) => events),
      applied,
      time,
    );
    for (const [i, { included }] of pending.entries()) {
      included({
        outcomes: judged[i]?.outcomes ?? [],
        block: { number: block.number, hash: block.hash },
        transaction: transactionHash(block, i),
        gas: 0,
      });
    }
    return { number: block.number, hash: block.hash };
  }

  /** The newest `depth` blocks (never the first) are replaced by empty ones: what was in them is gone. */
  reorganise(depth: number): void {
    const dropped = Math.min(depth, this.#chain.length - 1);
    this.#chain.length -= dropped;
    this.#forks += 1;
    this.#state = this.#initialState((this.#chain[0] as Block).time);
    for (const block of this.#chain) {
      this.#state.time = block.time;
      for (const signed of block.applied) applyIntent(this.#state, signed);
    }
    for (let i = 0; i < dropped; i++) this.#append([], [], this.#nextTime());
  }

  /** While `false`, every method of every port throws `ledger-unavailable`. */
  setAnswering(answering: boolean): void {
    this.#answering = answering;
  }

  #initialState(time: UnixSeconds): LedgerState {
    return initialState(this.identity, this.#genesis, this.#parameters, time);
  }

  /** The clock's, and never before the newest block's. */
  #nextTime(): UnixSeconds {
    const now = this.#clock.now();
    const { time } = this.#newest();
    return time > now ? time : now;
  }

  #append(
    transactions: readonly (readonly LedgerEventBody[])[],
    applied: readonly SignedIntent[],
    time: UnixSeconds,
  ): Block {
    const parent = this.#chain.at(-1);
    const number = this.#chain.length;
    const content = JSON.stringify([parent?.hash ?? null, number, time, this.#forks, transactions]);
    const hash = domainHashHex<Hash32>("anamnesis/memory-block/1", utf8ToBytes(content));
    const events = transactions.flatMap((bodies, transaction) =>
      bodies.map((body) => ({ body, transaction: transactionHash({ hash }, transaction) })),
    );
    const block: Block = {
      number,
      hash,
      time,
      applied,
      events: events.map(({ body, transaction }, index) => ({
        ...body,
        block: number,
        blockHash: hash,
        time,
        index,
        transaction,
      })),
    };
    this.#chain.push(block);
    return block;
  }

  #newest(): Block {
    // The first block is made with the ledger and never dropped.
    return this.#chain.at(-1) as Block;
  }

  #requireAnswer(call: string): void {
    if (!this.#answering) throw ledgerUnavailable(call, "silenced");
  }

  #head(): LedgerHead {
    this.#requireAnswer("head");
    const { number, hash, time } = this.#newest();
    return { number, hash, time, confirmedAt: this.#clock.now() };
  }

  #blockAt(number: number): (BlockRef & { time: UnixSeconds }) | null {
    this.#requireAnswer("blockAt");
    const block = this.#chain[number];
    return block === undefined ? null : { number, hash: block.hash, time: block.time };
  }

  async #submit(intents: readonly SignedIntent[]): Promise<Submission> {
    this.#requireAnswer("submit");
    const trial = copyState(this.#state);
    trial.time = this.#nextTime();
    const outcomes = intents.map((signed) => applyIntent(trial, signed).outcome);
    if (outcomes.every((outcome) => outcome.status !== "applied")) {
      return { outcomes, block: null, transaction: null, gas: 0 };
    }
    const known = outcomes.map((outcome) => (outcome.status === "applied" ? null : outcome));
    const submission = new Promise<Submission>((included) =>
      this.#pending.push({ intents, known, included }),
    );
    if (!this.#manual) this.mine();
    return submission;
  }

  #events(after: BlockRef | null, maxBlocks: number): EventPage {
    this.#requireAnswer("events");
    if (after !== null && this.#chain[after.number]?.hash !== after.hash) return { status: "reorganised" };
    const from = after === null ? 0 : after.number + 1;
    const blocks = this.#chain.slice(from, from + Math.max(1, maxBlocks));
    const { number, hash, time } = blocks.at(-1) ?? this.#newest();
    return {
      status: "ok",
      events: blocks.flatMap((block) => block.events),
      upTo: { number, hash, time },
      recent: blocks.slice(-MAX_RECENT).map((block) => ({ number: block.number, hash: block.hash })),
    };
  }
}

function transactionHash(block: { readonly hash: Hash32 }, index: number): Hash32 {
  return domainHashHex<Hash32>("anamnesis/memory-transaction/1", utf8ToBytes(`${block.hash} ${index}`));
}
