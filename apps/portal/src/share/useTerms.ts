import { useState } from "react";
import type { DataKind } from "../meaning/areas.ts";
import type { SensitiveKind } from "../meaning/entry.ts";
import type { NewShare } from "../worker/protocol.ts";
import { partsOf } from "./partsOf.ts";

const DAY = 86_400;
const FROM = { all: null, five: 5 * 365, year: 365 } as const;
const UNTIL = { visit: 1, half: 182, year: 365 } as const;

/** What is chosen before a person has chosen anything, and what stands beside the usual choices. */
export interface TermsStart {
  readonly areas: ReadonlySet<DataKind>;
  readonly everything: boolean;
  /** Closed where nothing is said of them. */
  readonly sensitive?: ReadonlySet<SensitiveKind>;
  readonly purpose: NewShare["purpose"];
  /** As somebody asked: the day of the oldest record, and when it ends. Chosen first where there is one. */
  readonly asked?: { readonly dataFrom: number | null; readonly notAfter: number };
}

export interface Terms {
  readonly areas: ReadonlySet<DataKind>;
  readonly everything: boolean;
  readonly sensitive: ReadonlySet<SensitiveKind>;
  readonly from: keyof typeof FROM | "asked";
  readonly until: keyof typeof UNTIL | "asked";
  readonly purpose: NewShare["purpose"];
}

/** The choice of a form, what it comes to, and how it is changed. */
export function useTerms(start: TermsStart): {
  readonly terms: Terms;
  readonly change: (changes: Partial<Terms>) => void;
  readonly wish: Omit<NewShare, "grantee">;
} {
  const { asked } = start;
  const [terms, setTerms] = useState<Terms>({
    areas: start.areas,
    everything: start.everything,
    sensitive: start.sensitive ?? new Set(),
    from: asked === undefined || asked.dataFrom === null ? "all" : "asked",
    until: asked === undefined ? "half" : "asked",
    purpose: start.purpose,
  });
  // One moment for the sentence that is shown and the consents that are signed, whose second also tells one signing from another.
  const [now] = useState(() => Math.floor(Date.now() / 1000));
  const { areas, everything, sensitive, from, until, purpose } = terms;
  return {
    terms,
    change: (changes) => setTerms((before) => ({ ...before, ...changes })),
    wish: {
      parts: partsOf(areas, everything, sensitive),
      purpose,
      dataFrom: dataFromOf(from, asked?.dataFrom ?? null, now),
      notBefore: now,
      notAfter:
        until === "asked" && asked !== undefined
          ? asked.notAfter
          : endOfDay(now + (until === "asked" ? UNTIL.half : UNTIL[until]) * DAY),
    },
  };
}

function dataFromOf(from: Terms["from"], asked: number | null, now: number): number | null {
  if (from === "asked") return asked;
  const days = FROM[from];
  return days === null ? null : Math.floor(now / DAY) - days;
}

/** The end of that day where the person is, in seconds since 1970: "until 21 May" is until its midnight. */
function endOfDay(seconds: number): number {
  return new Date(seconds * 1000).setHours(24, 0, 0, 0) / 1000;
}
