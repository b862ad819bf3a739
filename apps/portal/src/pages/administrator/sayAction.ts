import type { Words } from "../../words/useWords.tsx";
import { formatDate, formatTime } from "../../words/format.ts";
import type { ReadAction } from "../../worker/protocol/administrator.ts";

/** What a proposal would do, as a page says it. */
export interface SaidAction {
  readonly title: string;
  /** What comes of it, and what to look at before signing. */
  readonly means: readonly string[];
  /** What is read. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Ids, keys and addresses: shortened, in full on demand. */
  readonly exact: readonly (readonly [name: string, value: string])[];
}

/** Pure. @param open what is now is said beside what would be; once it is decided, what is now is another thing. */
export function sayAction(action: ReadAction, { organisation: said }: Words, open = true): SaidAction {
  const { titles, means } = said.actions;
  const { terms } = said.proposals;
  switch (action.type) {
    case "admit": {
      const { name, kind, endpoint, custodian, organisation, signer, keyCard } = action.entrant;
      return {
        title: titles.admit(name),
        means: [means.admit, ...(custodian ? [means.custodian] : [])],
        facts: [
          [terms.kind, said.members.kinds[kind] ?? kind],
          [terms.endpoint, endpoint],
          [terms.custodian, custodian ? said.actions.yes : said.actions.no],
        ],
        exact: [
          [terms.organisation, organisation],
          [terms.signer, signer],
          [terms.keyCard, keyCard],
        ],
      };
    }
    case "set-parameter": {
      const { parameter, present, value } = action;
      const valueOf = said.actions.parameterValues[parameter];
      return {
        title: titles.parameters[parameter],
        means: [means.parameters[parameter]],
        facts: [
          ...(open ? [[terms.now, valueOf(present)] as const] : []),
          [open ? terms.wanted : terms.to, valueOf(value)],
        ],
        exact: [],
      };
    }
    case "rotate-key":
      return {
        title: titles["rotate-key"](named(action, said)),
        means: [means["rotate-key"]],
        facts: [],
        exact: [
          [terms.organisation, action.organisation],
          [terms.signer, action.signer],
          [terms.keyCard, action.keyCard],
        ],
      };
    case "adopt-contract":
      return {
        title: titles["adopt-contract"](action.contract, action.version),
        means: [means["adopt-contract"]],
        facts: [],
        exact: [
          [terms.target, action.target],
          [terms.codehash, action.codehash],
        ],
      };
    case "pause":
    case "lift-pause":
      return {
        title: titles[action.type](functionWords(action, said)),
        means: [means[action.type]],
        facts: action.type === "pause" ? [[terms.until, sayMoment(action.until)]] : [],
        exact: [
          [terms.target, action.target],
          [terms.selector, action.selector],
        ],
      };
    default:
      return {
        title: titles[action.type](named(action, said)),
        means: [means[action.type]],
        facts: [],
        exact: [[terms.organisation, action.organisation]],
      };
  }
}

/** "7 December 2026, 14:05": of votes and pauses, which end to the minute. */
export function sayMoment(seconds: number): string {
  return `${formatDate(seconds)}, ${formatTime(seconds)}`;
}

/** `0x1234…cdef`; what is short already stays as it is. */
export function shortened(value: string): string {
  return /^0x[0-9a-f]{16,}$/i.test(value) ? `${value.slice(0, 6)}…${value.slice(-4)}` : value;
}

/** What is paused, in words. */
export function functionWords(
  { intent }: Pick<Extract<ReadAction, { readonly type: "lift-pause" }>, "intent">,
  { actions }: Words["organisation"],
): string {
  return intent === null ? actions.unknownFunction : actions.intents[intent];
}

function named(
  { name, organisation }: { readonly name: string | null; readonly organisation: string },
  { actions }: Words["organisation"],
): string {
  return name ?? actions.unknownName(shortened(organisation));
}
