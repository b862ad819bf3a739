import type { ConsentId, UnixSeconds } from "@anamnesis/core/ids";
import type { GivenConsent } from "./givenConsents.ts";
import type { Visit } from "./visitsOf.ts";

/** Why a visit needs the patient's look, the gravest first; what each means stands in docs/portal.md. */
export const NOTICE_RULES = [
  "emergency",
  "refused",
  "unknown-consent",
  "other-organisation",
  "first-organisation",
  "first-person",
  "many-records",
  "unusual-hour",
  "before-end",
] as const;
export type NoticeRule = (typeof NOTICE_RULES)[number];

export interface Notice {
  /** One for each visit: kept by who has seen them, and given as `seen` the next time. */
  readonly ids: readonly string[];
  readonly rules: readonly NoticeRule[];
  /** The newest of the visits. */
  readonly visit: Visit;
}

export interface NoticesParameters {
  /** All of them, see `visitsOf`: what is usual is told from what was before. */
  readonly visits: readonly Visit[];
  /** See `givenConsents`. */
  readonly consents: ReadonlyMap<ConsentId, Shared>;
  readonly now: UnixSeconds;
  /** Hour of the day, 0 to 23, where the patient lives. */
  readonly hourOf: (time: UnixSeconds) => number;
  /** Ids of notices that the patient knows of. */
  readonly seen?: ReadonlySet<string>;
}

/** What is needed of a consent. */
export interface Shared {
  readonly organisation: GivenConsent["organisation"];
  readonly consent: { readonly body: Pick<GivenConsent["consent"]["body"], "notBefore" | "notAfter"> };
}

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Older visits stand in the list of all, and are news no more. */
export const NOTICE_DAYS = 30;
/** Visits of a reader from which on something is usual. */
const USUAL_AMOUNT = 3;
const USUAL_HOURS = 5;
/** So many times the most of before, and so many at least, are many. */
const MANY_TIMES = 3;
const MANY_RECORDS = 20;
/** Hours from each earlier visit's. */
const FAR_HOURS = 3;
/** The end of a share of at least so long, and how long nobody had looked before. */
const LONG_SHARE = 7 * DAY;
const QUIET = 7 * DAY;
const ENDS_SOON = DAY;

/** Refusals that say nothing about who asked: the custodian's ledger was behind, or it is about the record's own standing. */
const NOT_ABOUT_READER: ReadonlySet<string> = new Set([
  "ledger-stale",
  "not-registered",
  "erased",
  "retracted",
  "no-permit",
]);

/**
 * What of who looked needs the patient's look, newest first: first, unusual and refused visits of others within the last 30 days. Visits of one reader for the same reasons
 * are one notice. Pure and total.
 */
export function noticesOf(parameters: NoticesParameters): readonly Notice[] {
  const { visits, now, seen } = parameters;
  const before: Visit[] = [];
  const found: Found[] = [];
  for (const visit of visits.toSorted((a, b) => a.began - b.began || order(a, b))) {
    if (visit.who === null) continue;
    const rules = rulesOf(visit, before, parameters);
    if (visit.opened > 0) before.push(visit);
    const id = `${visit.id} ${rules.join("+")}`;
    const isNews = visit.when > now - NOTICE_DAYS * DAY;
    if (rules.length > 0 && isNews && seen?.has(id) !== true) found.push({ id, rules, visit });
  }
  const alike = Map.groupBy(found, ({ rules, visit: { who } }) =>
    [who?.organisation, who?.actor, ...rules].join(" "),
  );
  return [...alike.values()]
    .map((notices): Notice => {
      const newest = notices.toSorted((a, b) => b.visit.when - a.visit.when || order(a, b))[0] as Found;
      return { ids: notices.map(({ id }) => id), rules: newest.rules, visit: newest.visit };
    })
    .sort((a, b) => b.visit.when - a.visit.when || order(a.visit, b.visit));
}

interface Found {
  readonly id: string;
  readonly rules: readonly NoticeRule[];
  readonly visit: Visit;
}

/** Of two at the same second, so that the order of the logs changes nothing. */
function order(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

type Test = (
  visit: Visit,
  own: readonly Visit[],
  all: readonly Visit[],
  context: NoticesParameters,
) => boolean;

/** `own`: earlier visits of the same reader at which something was opened; `all`: of everybody. */
const TESTS: Readonly<Record<NoticeRule, Test>> = {
  emergency: ({ basis, purpose }) => basis === "emergency" || purpose === "ETREAT",
  refused: ({ codes }) => codes.some((code) => !NOT_ABOUT_READER.has(code)),
  "unknown-consent": ({ opened, basis, consents: shown }, _, __, { consents }) =>
    opened > 0 && basis === "consent" && !shown.every((id) => consents.has(id)),
  "other-organisation": ({ opened, who, consents: shown }, _, __, { consents }) =>
    opened > 0 &&
    shown.some((id) => {
      const given = consents.get(id);
      return given !== undefined && given.organisation !== who?.organisation;
    }),
  "first-organisation": ({ opened, who }, _, all) =>
    opened > 0 && !all.some((one) => one.who?.organisation === who?.organisation),
  "first-person": ({ opened, who }, own, all) =>
    opened > 0 && own.length === 0 && all.some((one) => one.who?.organisation === who?.organisation),
  "many-records": ({ opened }, own) =>
    own.length >= USUAL_AMOUNT &&
    opened >= MANY_RECORDS &&
    opened > MANY_TIMES * Math.max(...own.map((one) => one.opened)),
  "unusual-hour": ({ opened, machine, began }, own, _, { hourOf }) =>
    opened > 0 &&
    !machine &&
    own.length >= USUAL_HOURS &&
    own.every((one) => hoursApart(hourOf(one.began), hourOf(began)) > FAR_HOURS),
  "before-end": ({ opened, when, began, consents: shown }, own, _, { consents }) =>
    opened > 0 &&
    shown.some((id) => {
      const body = consents.get(id)?.consent.body;
      return (
        body !== undefined &&
        body.notAfter - body.notBefore >= LONG_SHARE &&
        when > body.notAfter - ENDS_SOON &&
        own.every((one) => began - one.when > QUIET)
      );
    }),
};

function rulesOf(visit: Visit, all: readonly Visit[], context: NoticesParameters): readonly NoticeRule[] {
  const own = all.filter(({ who }) => who?.actor === visit.who?.actor);
  return NOTICE_RULES.filter((rule) => TESTS[rule](visit, own, all, context));
}

function hoursApart(a: number, b: number): number {
  const apart = Math.abs(a - b);
  return Math.min(apart, 24 - apart);
}
