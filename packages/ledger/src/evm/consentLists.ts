import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Hex } from "@anamnesis/core/ids";
import type { LedgerIdentity, SignedIntent } from "@anamnesis/core/ledger/intents";
import { encodeFunctionData, type Log, parseEventLogs } from "viem";
import { consentsAbi } from "./generated/consents.ts";
import { bound, type IntentCall } from "./intentCall.ts";

/** The call of one intent together with its place in the submission. */
export interface PlacedCall extends IntentCall {
  readonly place: number;
  readonly signed: SignedIntent;
}

/** A call in the relay's list, for one intent or for a run of them. */
export interface SentCall extends IntentCall {
  /** Of its intents in the submission, in their order. */
  readonly places: readonly number[];
}

type ListedType = "RegisterConsent" | "RevokeConsent";
type Listed = PlacedCall & {
  readonly signed: { readonly intent: Extract<SignedIntent["intent"], { type: ListedType }> };
};

const SIGNATURE_LENGTH = 65;

/**
 * The same calls, but each run of registrations or of revocations that follow each other as one call with a list: of ten, each
 * costs about 3,000 gas less, for the relay calls once and the contract takes signatures in fixed places.
 */
export function joinConsentCalls(
  identity: LedgerIdentity,
  calls: readonly PlacedCall[],
): readonly SentCall[] {
  const sent: SentCall[] = [];
  let run: Listed[] = [];
  const endRun = (): void => {
    const [only] = run;
    if (run.length > 1) sent.push(listCall(identity, run));
    else if (only !== undefined) sent.push(alone(only));
    run = [];
  };
  for (const call of calls) {
    if (!isListed(call)) {
      endRun();
      sent.push(alone(call));
      continue;
    }
    if (run[0] !== undefined && run[0].signed.intent.type !== call.signed.intent.type) endRun();
    run.push(call);
  }
  endRun();
  return sent;
}

/**
 * Revert data of the items of lists that changed nothing, by the places of their intents. Each intent of a consent that was called left one
 * event, in their order.
 * @param calls those that did not fail.
 */
export function refusedItems(
  logs: readonly Log[],
  { contracts }: LedgerIdentity,
  calls: readonly SentCall[],
): ReadonlyMap<number, Hex> {
  const own = logs.filter((log) => log.address.toLowerCase() === contracts.consents);
  const events = parseEventLogs({ abi: consentsAbi, logs: own });
  const places = calls.filter((call) => call.target === contracts.consents).flatMap((call) => call.places);
  return new Map(
    places.flatMap((place, i) => {
      const event = events[i];
      return event?.eventName === "ConsentRefused" ? [[place, event.args.reason] as const] : [];
    }),
  );
}

function alone({ target, data, gas, place }: PlacedCall): SentCall {
  return { target, data, gas, places: [place] };
}

/** A list takes signatures of one length alone. */
function isListed(call: PlacedCall): call is Listed {
  const { intent, signatures } = call.signed;
  return (
    (intent.type === "RegisterConsent" || intent.type === "RevokeConsent") &&
    signatures.length === 1 &&
    signatures[0]?.length === SIGNATURE_LENGTH
  );
}

function listCall({ contracts }: LedgerIdentity, run: readonly Listed[]): SentCall {
  const places = run.map(({ place }) => place);
  const registers = run[0]?.signed.intent.type === "RegisterConsent";
  const data = registers
    ? encodeFunctionData({
        abi: consentsAbi,
        functionName: "registerMany",
        args: [run.flatMap(({ signed }) => itemsOf(signed, "RegisterConsent"))],
      })
    : encodeFunctionData({
        abi: consentsAbi,
        functionName: "revokeMany",
        args: [run.flatMap(({ signed }) => itemsOf(signed, "RevokeConsent"))],
      });
  const each = registers ? 40_000 : 30_000;
  return { target: contracts.consents, data, gas: bound(30_000 + each * run.length, data), places };
}

/** One item: the intent's fields and the signature's parts. */
function itemsOf<T extends ListedType>(signed: SignedIntent, type: T) {
  const { intent, signatures } = signed;
  const [signature = new Uint8Array()] = signatures;
  const parts = {
    r: toHex(signature.subarray(0, 32)),
    s: toHex(signature.subarray(32, 64)),
    v: signature[64] ?? 0,
  };
  if (intent.type !== type) return [];
  return [{ ...(intent as Extract<typeof intent, { type: T }>), ...parts }];
}
