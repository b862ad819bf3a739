import type { OrganisationView, Parameter, ProposalWish } from "../../worker/protocol/administrator.ts";

/** What the form has, as it was typed. */
export interface ProposeForm {
  readonly type: ProposalWish["type"];
  /** An organisation, a request, a parameter or a function, by the type. */
  readonly subject: string;
  readonly value: string;
  readonly offer: Uint8Array | null;
}

const HOUR = 3_600;

/** People's units in one of the ledger's: per cent, hours, members. */
const UNIT: Readonly<Record<Parameter, number>> = {
  quorum: 100,
  votingPeriod: HOUR,
  minimumMembers: 1,
  maxPause: HOUR,
};

/** Bounds of the ledger, in its units; the members cannot move them. */
const BOUNDS: Readonly<Record<Parameter, readonly [least: number, most: number]>> = {
  quorum: [5_000, 10_000],
  votingPeriod: [HOUR, 90 * 24 * HOUR],
  minimumMembers: [2, 2 ** 32 - 1],
  maxPause: [HOUR, 30 * 24 * HOUR],
};

/** `null` while the form is not complete, or a value is outside what the ledger takes. @param now seconds since 1970. */
export function wishOf(
  { type, subject, value, offer }: ProposeForm,
  { members, parameters }: Pick<OrganisationView, "members" | "parameters">,
  now: number,
): ProposalWish | null {
  switch (type) {
    case "rotate-key":
      return offer === null ? null : { type, offer };
    case "admit":
      return subject === "" ? null : { type, request: subject };
    case "set-parameter": {
      const parameter = subject as Parameter;
      if (subject === "") return null;
      const exact = numberOf(value) * UNIT[parameter];
      const [least, most] = BOUNDS[parameter];
      const active = members.filter(({ status }) => status === "active").length;
      const top = parameter === "minimumMembers" ? Math.min(most, active) : most;
      // What per cent and hours come to in the ledger's units is whole, but for what a computer's fractions leave over.
      const whole = Math.round(exact);
      if (!(Math.abs(exact - whole) < 1e-6) || whole < least || whole > top) return null;
      return { type, parameter, value: whole };
    }
    case "pause": {
      const hours = numberOf(value);
      if (subject === "" || !(hours > 0) || hours * HOUR > parameters.maxPause) return null;
      return { type, intent: subject as never, until: now + Math.round(hours * HOUR) };
    }
    case "lift-pause":
      return subject === "" ? null : { type, intent: subject as never };
    default:
      return subject === "" ? null : { type, organisation: subject };
  }
}

/** A number as people type it; `NaN` when it is none. */
function numberOf(typed: string): number {
  const text = typed.trim().replace(",", ".");
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
