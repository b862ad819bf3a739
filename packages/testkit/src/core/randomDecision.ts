import { CONSENT_STATES, EMERGENCY_SECONDS, RECORD_STATES } from "@anamnesis/core/consent/decide";
import { ACTIONS, type Exception, MAX_EXCEPTIONS, PURPOSES, type Terms } from "@anamnesis/core/consent/terms";
import type { Address, Day, Hash32 } from "@anamnesis/core/ids";
import { ACTOR_ROLES } from "@anamnesis/core/ports/ledger";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import {
  accountOf,
  actor,
  asOwner,
  asProxy,
  asReader,
  attributes,
  authority,
  byProxy,
  CAST,
  type Change,
  consent,
  consentBody,
  day,
  type DecisionInput,
  delegation,
  delegationBody,
  emergency,
  idOf,
  inEmergency,
  NOW,
  parent,
  parentBody,
  permit,
  PERMITTED,
  permitSignedBy,
  record,
  request,
  reshared,
  seconds,
  state,
} from "./decisionInput.ts";
import { DECISION_CASES } from "./decisionVectors.ts";

/** Evenly spread numbers from 0 up to, not including, 1, the same for the same seed (mulberry32; not for secrets). */
export function randomNumbers(seed: number): () => number {
  let at = seed >>> 0;
  return () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(at ^ (at >>> 15), at | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;

function oneOf<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

function someOf<T>(random: Random, items: readonly T[], chance = 0.4): readonly T[] {
  return items.filter(() => random() < chance);
}

function atLeastOne<T>(random: Random, items: readonly T[]): readonly T[] {
  const some = someOf(random, items);
  return some.length === 0 ? [oneOf(random, items)] : some;
}

const HASHES = [
  CAST.segment,
  CAST.otherSegment,
  CAST.hospital,
  CAST.clinic,
  CAST.laboratory,
  CAST.author,
  CAST.doctor,
  CAST.doctorKeys,
  CAST.specialist,
  CAST.specialistKeys,
  idOf("old keys"),
] as const;
const ACCOUNTS = [
  CAST.owner,
  CAST.doctorAccount,
  CAST.specialistAccount,
  CAST.proxy,
  CAST.other,
  accountOf("first co-signer"),
  accountOf("second co-signer"),
] as const;
const TYPES = ["Observation", "Condition", "Patient", "MedicationRequest"] as const;

// The brands say where a value came from; here all come from the pools.
const hash = <T extends Hash32>(random: Random): T => oneOf<string>(random, HASHES) as T;
const account = (random: Random): Address => oneOf(random, ACCOUNTS);
const accountOrNone = (random: Random): Address | null => (random() < 0.15 ? null : account(random));

/** Near the limits of the examples, far away, or on the other side of 1970. */
function someDay(random: Random): Day {
  const base = oneOf(random, [19_000, 19_500, 20_000, 20_100, 0, -400]);
  return day(base + Math.floor(random() * 5) - 2);
}
const dayOrNone = (random: Random): Day | null => (random() < 0.3 ? null : someDay(random));

function someTime(random: Random) {
  const base = oneOf(random, [
    NOW,
    NOW - 1000,
    NOW + 1000,
    NOW - 120,
    NOW - EMERGENCY_SECONDS,
    20_100 * 86_400,
  ]);
  return seconds(base + Math.floor(random() * 5) - 2);
}

function someException(random: Random): Exception {
  return {
    resourceTypes: someOf(random, TYPES, 0.3),
    actions: someOf(random, ACTIONS, 0.3),
    purposes: someOf(random, PURPOSES, 0.2),
    dataFrom: dayOrNone(random),
    dataTo: dayOrNone(random),
  };
}

function someExceptions(random: Random): readonly Exception[] {
  return Array.from({ length: Math.floor(random() * (MAX_EXCEPTIONS + 1)) }, () => someException(random));
}

function someTerms(random: Random): Partial<Terms> {
  const all: Terms = {
    resourceTypes: random() < 0.3 ? ["*"] : atLeastOne(random, TYPES),
    actions: random() < 0.5 ? ["read"] : atLeastOne(random, ACTIONS),
    purposes: atLeastOne(random, PURPOSES),
    dataFrom: dayOrNone(random),
    dataTo: dayOrNone(random),
    exceptions: someExceptions(random),
    notBefore: someTime(random),
    notAfter: someTime(random),
  };
  const chance = random();
  return Object.fromEntries(Object.entries(all).filter(() => random() < chance)) as Partial<Terms>;
}

const cosigner = (random: Random) =>
  random() < 0.15 ? null : { organisation: hash<never>(random), signer: account(random) };

/** Each changes one thing, or the terms of one link, to anything that fits. */
const CHANGES: readonly ((random: Random) => Change)[] = [
  (random) => request({ signer: accountOrNone(random) }),
  (random) => request({ action: oneOf(random, ACTIONS) }),
  (random) => request({ purpose: oneOf(random, PURPOSES) }),
  (random) => request({ segment: hash(random) }),
  (random) => request({ kind: oneOf(random, SEGMENT_KINDS) }),
  (random) =>
    request({
      requester:
        random() < 0.2 ? null : { actor: hash(random), organisation: hash(random), keyCard: hash(random) },
    }),
  (random) => consentBody(someTerms(random)),
  (random) => parentBody(someTerms(random)),
  (random) => delegationBody(someTerms(random)),
  (random) => consentBody({ exceptions: someExceptions(random) }),
  (random) => parentBody({ exceptions: someExceptions(random) }),
  (random) => delegationBody({ exceptions: someExceptions(random) }),
  (random) => consentBody({ segment: hash(random) }),
  (random) => consentBody({ grantee: hash(random) }),
  (random) => consentBody({ granteeKeys: hash(random) }),
  (random) => consent({ signer: accountOrNone(random), id: hash(random) }),
  (random) => parent({ signer: accountOrNone(random) }),
  (random) => parentBody({ segment: hash(random), granteeKeys: hash(random) }),
  (random) => delegation({ signer: accountOrNone(random), id: hash(random) }),
  (random) => delegationBody({ proxy: account(random), mayRead: random() < 0.5 }),
  (random) => emergency({ declaredAt: someTime(random) }),
  (random) => emergency({ signer: accountOrNone(random) }),
  (random) => emergency({ cosigners: [accountOrNone(random), accountOrNone(random)] }),
  (random) => authority({ [oneOf(random, ["consent", "parent", "delegation", "emergency"])]: null }),
  (random) => attributes({ resourceType: oneOf(random, TYPES) }),
  (random) => attributes({ from: dayOrNone(random), to: dayOrNone(random) }),
  (random) => record({ segment: hash(random), organisation: hash(random) }),
  (random) => record({ anchoredOn: someDay(random) }),
  (random) => record({ state: oneOf(random, RECORD_STATES) }),
  (random) => permit({ segment: hash(random) }),
  (random) => permit({ organisation: hash(random) }),
  (random) => permit({ notAfter: someTime(random) }),
  (random) => (random() < 0.3 ? record({ permit: null }) : permitSignedBy(accountOrNone(random))),
  (random) => state({ ledgerTime: someTime(random) }),
  (random) => state({ localTime: someTime(random) }),
  (random) => state({ confirmedAt: someTime(random), staleAfter: Math.floor(random() * 300) }),
  (random) => state({ owner: account(random) }),
  (random) => state({ consent: oneOf(random, CONSENT_STATES) }),
  (random) => state({ parent: oneOf(random, CONSENT_STATES), delegation: oneOf(random, CONSENT_STATES) }),
  (random) => state({ cosigners: [cosigner(random), cosigner(random)] }),
  (random) => (input) => {
    const [first, second] = input.state.cosigners;
    const moved = second === null ? null : { ...second, organisation: hash<never>(random) };
    return state({ cosigners: random() < 0.5 ? [first, moved] : [moved, first] })(input);
  },
  (random) => state({ resharer: random() < 0.2 ? null : { signer: account(random), keyCard: hash(random) } }),
  (random) => (random() < 0.2 ? state({ actor: null }) : actor({ signer: account(random) })),
  (random) => actor({ role: oneOf(random, ACTOR_ROLES), memberActive: random() < 0.7 }),
  (random) => actor({ organisation: hash(random), keyCard: hash(random) }),
  (random) => actor({ earlierKeyCards: someOf<string>(random, HASHES, 0.3) as never }),
];

const WAYS: readonly Change[] = [
  (input) => input,
  asOwner,
  reshared,
  byProxy,
  asProxy,
  asReader,
  inEmergency,
];

/** The vectors' changes by what comes of them, so that a code with few vectors is drawn as often as others. */
const KNOWN: readonly (readonly Change[])[] = [
  ...DECISION_CASES.reduce(
    (groups, [, change, outcome]) => groups.set(outcome, [...(groups.get(outcome) ?? []), change]),
    new Map<string, readonly Change[]>(),
  ).values(),
];

/**
 * An input of `decide`: permitted in one of its ways, and then changed in up to three places, by the vectors' changes or
 * at random. Few changes leave most of the rules holding, so that the later ones are reached too.
 */
export function randomDecision(random: Random): DecisionInput {
  let input = oneOf(random, WAYS)(PERMITTED);
  for (let changes = Math.floor(random() * 4); changes > 0; changes--) {
    const change = random() < 0.4 ? oneOf(random, oneOf(random, KNOWN)) : oneOf(random, CHANGES)(random);
    input = change(input);
  }
  return input;
}
