import { FAMILY_NAMES, GIVEN_NAMES, CASES, type Case } from "./catalogue.ts";
import type { Plain } from "./bundleBuilder.ts";
import { seededRandom } from "./seededRandom.ts";

/** The synthetic person of a seed: the same in every organisation's bundle. */
export interface Person {
  readonly family: string;
  readonly given: string;
  readonly gender: "female" | "male";
  /** YYYY-MM-DD. */
  readonly birthDate: string;
  /** By which organisations know that they speak of the same person. */
  readonly nationalId: string;
  readonly course: Case;
  /** Kilograms, of an adult. */
  readonly weight: number;
  readonly adult: boolean;
}

const DAY_MS = 86_400_000;

/** Days since 1970 of YYYY-MM-DD. */
export function dayFromDate(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

/** YYYY-MM-DD of days since 1970. */
export function dateFromDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** `until` (YYYY-MM-DD) decides who is of age. Children have asthma: the other courses are adults' ones. */
export function personOf(seed: string, birthDate: string | undefined, until: string): Person {
  const random = seededRandom(`person ${seed}`);
  const gender = random.pick(["female", "male"] as const);
  const given = random.pick(GIVEN_NAMES[gender]);
  const family = random.pick(FAMILY_NAMES);
  const born = dateFromDay(random.int(dayFromDate("1945-01-01"), dayFromDate("1994-12-31")));
  const nationalId = `TEST-${random.int(10_000_000, 99_999_999)}`;
  const course = random.pick([CASES.cardiometabolic, CASES.asthma, CASES.thyroid] as readonly Case[]);
  const weight = random.int(58, 92);
  const adult = dayFromDate(until) - dayFromDate(birthDate ?? born) >= 18 * 365.25;
  return {
    family,
    given,
    gender,
    birthDate: birthDate ?? born,
    nationalId,
    course: adult ? course : CASES.asthma,
    weight,
    adult,
  };
}

export function patientResource(
  person: Person,
  localIdSystem: string,
  localId: string,
): { resourceType: string; [name: string]: Plain } {
  return {
    resourceType: "Patient",
    identifier: [
      { use: "official", system: "http://example.org/test-national-id", value: person.nationalId },
      { use: "usual", system: localIdSystem, value: localId },
    ],
    active: true,
    name: [{ use: "official", family: person.family, given: [person.given] }],
    gender: person.gender,
    birthDate: person.birthDate,
    address: [{ use: "home", line: ["1 Example Street"], city: "Testville", postalCode: "00000" }],
  };
}
