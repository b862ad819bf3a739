/** What the pages say of lists: what a patient's records hold, values over time, and how much of a list is shown. */
export const lists = {
  titles: {
    medicines: "Medicines now",
    allergies: "Allergies",
    vaccines: "Vaccines",
    documents: "Documents and images",
  },
  since: (date: string) => `since ${date}`,
  notGiven: "not given",
  replaced: (versions: number) => (versions === 1 ? "one earlier version" : `${versions} earlier versions`),
  /** Said only when everything was opened. */
  noneRecorded: "None recorded.",
  noneNow: "None now.",
  earlier: (lines: number) => `${lines} earlier, in the list below`,
  /** After the name of what a button leads to. */
  find: "show where it comes from",
  files: {
    pictures: (count: number) => (count === 1 ? "1 picture" : `${count} pictures`),
    images: (count: number) => (count === 1 ? "1 set of images" : `${count} sets of images`),
    documents: (count: number) => (count === 1 ? "1 document" : `${count} documents`),
  },
  withFiles: (said: string, files: string) => `${said}, ${files}`,
  showAll: (count: string) => `Show all ${count}`,
  showMore: (count: string) => `Show ${count} more`,
  showFewer: "Show fewer",
  shown: (shown: string, of: string) => `${shown} of ${of} are shown.`,
  textShown: (shown: string, of: string) => `The first ${shown} of ${of} characters are shown.`,
  moreText: "Show more",
  trend: {
    /** The button beside a value. */
    show: "Over time",
    of: (name: string) => `of ${name}`,
    at: (value: string, date: string) => `${value}, ${date}`,
    usual: (range: string) => `Shaded: usual range ${range}.`,
    diamonds: "Diamonds: outside the usual range.",
    /** For who does not see the chart, after the values. */
    span: (points: number, from: string, to: string) => `${points} in all, from ${from} to ${to}`,
    standing: (state: string) => `The newest is ${state}`,
  },
  save: {
    file: "My health records",
    waits: "It can be saved once everything is open.",
    missing: "The file would not be complete",
    what: {
      gaps: "Part of your records could not be opened.",
      refused: (records: number) =>
        records === 1 ? "1 record did not open." : `${records} records did not open.`,
      late: (records: number) =>
        records === 1
          ? "1 record is still on its way to the ledger."
          : `${records} records are still on their way to the ledger.`,
    },
    help: "The file says so. Try again later to save all of them.",
    anyway: "Save what is here",
    notNow: "Not now",
  },
} as const;
