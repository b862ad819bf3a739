import { setTimeout as delay } from "node:timers/promises";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { Address, Hex, UnixSeconds } from "@anamnesis/core/ids";
import type { LedgerIdentity, SignedIntent } from "@anamnesis/core/ledger/intents";
import type {
  BlockRef,
  EventPage,
  IntentOutcome,
  LedgerHead,
  LedgerPort,
  Submission,
} from "@anamnesis/core/ports/ledger";
import type { Clock } from "@anamnesis/core/ports/runtime";
import type { PrivateKeyAccount, PublicClient } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { APPLIED, refused } from "../refusal.ts";
import { ledgerUnavailable } from "../unavailable.ts";
import { digestOfWellFormed } from "../wellFormed.ts";
import { checkDeployment, ledgerMismatch } from "./checkDeployment.ts";
import { answer, callNewest, connectEngine, readBlock } from "./engine.ts";
import { joinConsentCalls, type PlacedCall, refusedItems } from "./consentLists.ts";
import { type IntentCall, intentCall } from "./intentCall.ts";
import { outcomeOf } from "./outcomeOf.ts";
import { readEvents } from "./readEvents.ts";
import { encodeRelay, readFailures, readResults } from "./relayCalls.ts";
import { sendTransaction } from "./sendTransaction.ts";
import { waitIncluded } from "./waitIncluded.ts";

export interface EvmLedgerOptions {
  readonly rpcUrl: string;
  readonly identity: LedgerIdentity;
  readonly relay: Address;
  /** Private key (32 bytes) of the account that sends transactions; it needs no coins and has no rights. */
  readonly account: Hex;
  readonly clock: Clock;
  /** First block with events of this ledger; 0 by default. */
  readonly firstBlock?: number;
  /** Milliseconds that one RPC request may take; 5,000 by default. */
  readonly requestDeadline?: number;
  /** Milliseconds that a transaction may wait for its block; 30,000 by default. */
  readonly inclusionDeadline?: number;
  /** Milliseconds between two looks for a new block while a transaction waits; 100 by default. */
  readonly pollingInterval?: number;
}

const CONNECT_ATTEMPTS = 5;
/** Milliseconds. */
const CONNECT_PAUSE = 200;

/** What the relay needs besides its calls: the transaction itself and the end of the list. */
const RELAY_GAS = 60_000n;

/** The ledger on any EVM network of London rules or later that takes transactions at gas price zero. */
export class EvmLedger implements LedgerPort {
  readonly identity: LedgerIdentity;
  readonly #client: PublicClient;
  readonly #account: PrivateKeyAccount;
  readonly #relay: Address;
  readonly #clock: Clock;
  readonly #firstBlock: number;
  readonly #inclusionDeadline: number;
  readonly #blockGas: bigint;
  /** Ends when the last submission that was begun has ended: nonces need one at a time. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(options: EvmLedgerOptions, client: PublicClient, blockGas: bigint) {
    this.identity = options.identity;
    this.#client = client;
    this.#account = privateKeyToAccount(options.account);
    this.#relay = options.relay;
    this.#clock = options.clock;
    this.#firstBlock = options.firstBlock ?? 0;
    this.#inclusionDeadline = options.inclusionDeadline ?? 30_000;
    this.#blockGas = blockGas;
  }

  /** Throws `ledger-unavailable`, or `ledger-mismatch` when the engine is another chain or lacks the contracts. */
  static async connect(options: EvmLedgerOptions): Promise<EvmLedger> {
    const client = connectEngine({
      rpcUrl: options.rpcUrl,
      chainId: options.identity.chainId,
      requestDeadline: options.requestDeadline ?? 5_000,
      pollingInterval: options.pollingInterval ?? 100,
    });
    for (let attempt = 1; ; attempt++) {
      try {
        const { blockGas } = await checkDeployment(client, options.identity, options.relay);
        return new EvmLedger(options, client, blockGas);
      } catch (error) {
        // An engine that has just loaded its state answers some calls with an error until its first block.
        if (!hasCode(error, "ledger-unavailable") || attempt === CONNECT_ATTEMPTS) throw error;
        await delay(CONNECT_PAUSE);
      }
    }
  }

  async head(): Promise<LedgerHead> {
    const block = await readBlock(this.#client, "latest");
    if (block === null) throw ledgerUnavailable("eth_getBlockByNumber", "no-head");
    return { ...block, confirmedAt: this.#clock.now() };
  }

  async blockAt(number: number): Promise<(BlockRef & { readonly time: UnixSeconds }) | null> {
    return readBlock(this.#client, number);
  }

  /** Also throws `submission-too-large` when the intents do not fit into one block, and `ledger-mismatch`. */
  async submit(intents: readonly SignedIntent[]): Promise<Submission> {
    const turn = this.#last.then(() => this.#submitNow(intents));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async events(after: BlockRef | null, maxBlocks: number): Promise<EventPage> {
    return readEvents(this.#client, {
      contracts: Object.values(this.identity.contracts),
      firstBlock: this.#firstBlock,
      after,
      maxBlocks,
    });
  }

  async close(): Promise<void> {
    await this.#last;
  }

  async #submitNow(intents: readonly SignedIntent[]): Promise<Submission> {
    const outcomes = new Map<number, IntentOutcome>();
    const calls: PlacedCall[] = [];
    for (const [place, signed] of intents.entries()) {
      if (digestOfWellFormed(this.identity, signed) === null) {
        outcomes.set(place, refused("malformed-intent"));
      } else calls.push({ ...intentCall(this.identity, signed), place, signed });
    }
    const wanted = calls.length === 0 ? [] : await this.#rehearse(calls, outcomes);
    if (wanted.length === 0) return submission(intents, outcomes, { block: null, transaction: null, gas: 0 });

    const sent = joinConsentCalls(this.identity, wanted);
    const transaction = await sendTransaction(this.#client, this.#account, {
      to: this.#relay,
      data: encodeRelay(sent),
      gas: this.#gasFor(sent),
    });
    const receipt = await waitIncluded(this.#client, transaction, this.#inclusionDeadline);
    const failures = readFailures(receipt.logs, this.#relay);
    for (const [index, { places }] of sent.entries()) {
      const failure = failures.get(index);
      const outcome = failure === undefined ? APPLIED : outcomeOfFailure(failure);
      for (const place of places) outcomes.set(place, outcome);
    }
    const succeeded = sent.filter((_, index) => !failures.has(index));
    for (const [place, reason] of refusedItems(receipt.logs, this.identity, succeeded)) {
      outcomes.set(place, outcomeOfFailure(reason));
    }
    return submission(intents, outcomes, {
      block: { number: Number(receipt.blockNumber), hash: receipt.blockHash },
      transaction,
      gas: Number(receipt.gasUsed),
    });
  }

  /** Runs the calls on the newest block without sending them; returns those that would change the ledger. */
  async #rehearse(
    calls: readonly PlacedCall[],
    outcomes: Map<number, IntentOutcome>,
  ): Promise<readonly PlacedCall[]> {
    const { data } = await answer("eth_call", () =>
      callNewest(this.#client, {
        account: this.#account.address,
        to: this.#relay,
        data: encodeRelay(calls),
        gas: this.#gasFor(calls),
        gasPrice: 0n,
      }),
    );
    if (data === undefined) throw ledgerMismatch("no-contract");
    const results = readResults(data);
    return calls.filter(({ place }, index) => {
      const result = results[index];
      if (result?.ok === true) return true;
      outcomes.set(place, outcomeOfFailure(result?.reason ?? "0x"));
      return false;
    });
  }

  #gasFor(calls: readonly IntentCall[]): bigint {
    const gas = calls.reduce((sum, call) => sum + call.gas, RELAY_GAS);
    if (gas <= this.#blockGas) return gas;
    throw new AnamnesisError({
      code: "submission-too-large",
      rule: "All intents of one submission fit into one block.",
      fix: "Submit fewer intents at once.",
      meta: { intents: calls.length, gas: Number(gas), blockGas: Number(this.#blockGas) },
    });
  }
}

function submission(
  intents: readonly SignedIntent[],
  outcomes: ReadonlyMap<number, IntentOutcome>,
  where: Omit<Submission, "outcomes">,
): Submission {
  return { outcomes: intents.map((_, place) => outcomes.get(place) ?? APPLIED), ...where };
}

/**
 * A failure that is none of the contracts' answers says nothing about the intent (it ran out of gas, or other contracts
 * stand at these addresses), so the intent must not count as refused. Throws `ledger-unavailable`.
 */
function outcomeOfFailure(reason: Hex): IntentOutcome {
  const outcome = outcomeOf(reason);
  if (outcome === null) throw ledgerUnavailable("relay", "call-failed-without-a-known-reason");
  return outcome;
}
