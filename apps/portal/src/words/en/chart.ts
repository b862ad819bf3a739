/** What a doctor's chart says. */
export const chart = {
  results: "Laboratory results",
  vaccines: "Vaccines",
  documents: "Documents",
  /** What an empty list means. */
  empty: {
    withheld: "Not shared with you.",
    withheldBut: (areas: string) => `Not shared with you, but for: ${areas}. None recorded there.`,
    none: "None recorded in what is shared with you.",
    noneSince: (periods: string) =>
      `Shared ${periods}; none recorded in that time. What is older or has no date may be there.`,
    nonePart: "Shared in part; none recorded in that part. There may be others.",
    opening: "Still opening.",
    late: "None yet: some records are still on their way.",
    silent: (names: string) => `Could not be loaded: ${names} does not answer.`,
    tooFew: "Could not be loaded: too few organisations answered to open it.",
    refused: "Could not be told: some of what is shared did not open.",
  },
  /** What else there may be, below a list that has rows. */
  more: {
    part: "Of this only a part is shared: there may be others.",
    since: (periods: string) => `Shared ${periods}; there may be others.`,
    silent: (names: string) => `Not all of it could be loaded: ${names} does not answer.`,
    failed: "Some records did not open: there may be others.",
  },
  ask: "Ask the patient",
  askFor: (list: string) => `Ask the patient for: ${list}`,
  tryAgainFor: (list: string) => `Try again: ${list}`,
  earlierOf: (entries: number, list: string) => `${entries} earlier: ${list}`,
  hideEarlier: "Hide the earlier ones",
  hideEarlierOf: (list: string) => `Hide the earlier ones: ${list}`,
  allOf: (lines: number, list: string) => `Show all ${lines}: ${list}`,
  allergyTo: (names: string) => `Allergy: ${names}`,
  signedBy: (name: string) => `signed by ${name}`,
  preliminary: "not final",
  notGiven: "not given",
  overTime: "Over time",
  latest: "Newest",
  /** For who does not see the line. */
  series: (name: string, figures: string) => `${name}, oldest first: ${figures}`,
  search: "Find in what happened",
  found: (shown: number, all: number) => `${shown} of ${all}`,
  alsoShared: "Also shared, under other terms.",
  openOther: "Open that chart",
  file: (files: number) => (files === 1 ? "Open it" : `Open its ${files} files`),
  when: "When",
} as const;
