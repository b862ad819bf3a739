/** What the pages say where somebody writes, and of what became of it. */
export const writing = {
  titles: { add: "Add to your records", details: "Your details", history: "History" },
  back: "Back",
  doctor: {
    title: "Write",
    keys: "Press the letter of a form anywhere on this page. Ctrl and Enter signs, Escape closes and keeps what you typed, in this browser, for a week.",
    forms: { note: "Note", diagnosis: "Diagnosis", prescription: "Prescription", order: "Order" },
    draft: "draft",
    draftKept: "draft kept",
    close: "Close, keep the draft",
    sentBefore:
      "You sent this once, and the page was left before it heard of it. Look whether it is on the chart before you sign it again.",
    sign: "Sign and file",
    signKeys: "Ctrl+Enter",
    about: (name: string) => `About ${name}`,
    anonymous: "About this patient",
    as: (name: string) => `You sign for ${name}. The patient sees it at once, with your name.`,
    none: "Your organisation may not add to these records yet",
    noneHelp: (name: string) =>
      `The patient lets ${name} write: on their page Sharing, under “Who may add to your records”. This page shows it once you load it again.`,
    looking: "Looking whether your organisation may write here.",
    area: "Sensitive area",
    areaHelp: "The area of the diagnosis' code counts when it is stricter.",
    areaOwn: "As its content says",
    reason: "Why is it corrected?",
    correct: "Correct",
    correctWhat: (title: string) => `Correct ${title}`,
    correcting: "You write a new version. The one before stays, and both are shown.",
    filed: (name: string) => `Signed and stored at ${name}.`,
    spreading: "Copies are on their way to the patient's homes.",
    stored: "Two of the patient's homes have it.",
    anchored: "It stands on the ledger.",
    failed: "It was not filed. Nothing you typed is lost.",
    fields: {
      title: "Title",
      text: "Text",
      name: "Diagnosis",
      nameHelp: "Words of your own, or one of the list with its code.",
      known: "From the list",
      uncoded: "in words, without a code",
      certain: "Confirmed",
      since: "Since",
      comment: "Comment",
      medicine: "Medicine, strength and form",
      dose: "Amount each time",
      unit: "Unit",
      times: "How many times",
      per: "in each",
      periods: { h: "hour", d: "day", wk: "week" },
      days: "For how many days",
      asNeeded: "Only when needed",
      instruction: "As the patient reads it",
      reason: "Reason",
      what: "What is ordered",
      priority: "Priority",
      priorities: { routine: "routine", urgent: "urgent", asap: "as soon as possible", stat: "at once" },
    },
    defaults: { note: "Note", unit: "tablet" },
    instruct: (parts: {
      readonly dose: string | null;
      readonly unit: string;
      readonly times: number | null;
      readonly unitOfTime: "h" | "d" | "wk";
      readonly days: number | null;
      readonly asNeeded: boolean;
    }) => {
      const { dose, unit, times, unitOfTime, days, asNeeded } = parts;
      const period = { h: "an hour", d: "a day", wk: "a week" }[unitOfTime];
      const often = times === null ? null : times === 1 ? `once ${period}` : `${times} times ${period}`;
      const said = [
        dose === null ? null : `${dose} ${unit}${dose === "1" || dose === "" ? "" : "s"}`,
        often,
        days === null ? null : days === 1 ? "for 1 day" : `for ${days} days`,
        asNeeded ? "when needed" : null,
      ];
      return said.filter((part) => part !== null).join(", ");
    },
  },
  own: {
    lead: "What you add is sealed with your own key and marked as yours. It stands in your private area: nobody reads it unless you share “What I add myself”.",
    link: "Add to your records",
    wrote: "You wrote this",
    patientWrote: "The patient wrote this",
    signedBy: (name: string) => `Signed by ${name}`,
    measure: "A measurement",
    kind: "What did you measure?",
    kinds: {
      bloodPressure: "Blood pressure",
      weight: "Weight",
      temperature: "Temperature",
      heartRate: "Heart rate",
      oxygen: "Oxygen in the blood",
      glucose: "Blood sugar",
    },
    values: {
      bloodPressure: ["Upper value (mmHg)", "Lower value (mmHg)"],
      weight: ["Weight (kg)"],
      temperature: ["Temperature (°C)"],
      heartRate: ["Beats a minute"],
      oxygen: ["Oxygen (%)"],
      glucose: ["Blood sugar (mmol/L)"],
    },
    measured: "When?",
    comment: "Comment",
    keep: "Sign and keep it",
    file: "A file",
    choose: "A letter, a picture, a result: PDF, image or text",
    most: (size: string) =>
      `At most ${size}. A larger one, such as a whole scan on a disc, your hospital can add.`,
    fileTitle: "What is it?",
    active:
      "This file could run a program when it is opened. It is kept, and never shown on a page: you can save it.",
    activeShort: "Could run a program when opened: it is not shown here, only saved.",
    tooLarge: (size: string, most: string) =>
      `This file has ${size}, and at most ${most} can be kept. Nothing was sent. Save it smaller, in parts, or ask your hospital to add it.`,
    unreadable: "This file could not be read. Choose it again.",
    keepFile: "Sign and keep the file",
    kept: (name: string) => `Kept, and signed by you. ${name} has it on its disk.`,
    seeIt: "See your records",
    failed: "It was not kept. Nothing you typed is lost.",
  },
  details: {
    lead: "What you write here stands beside what your hospitals have, signed by you. What is different there you can ask them to correct.",
    link: "Your details",
    given: "First names",
    family: "Family name",
    birthDate: "Date of birth",
    line: "Street and number",
    postalCode: "Postal code",
    city: "Town",
    country: "Country",
    phone: "Phone",
    email: "E-mail",
    language: "Language, such as en or de-CH",
    save: "Sign and save",
    saved: (name: string) => `Saved, and signed by you. ${name} has it on its disk.`,
    onItsWay:
      "These are your details as you saved them. They are on their way to the ledger; whoever may read them sees them from then on.",
    missing: (name: string) =>
      `These are your details as you saved them. ${name} took them, and says now that it does not have them: only it can bring them to the ledger. If it does not find them within an hour of when you saved them, you can save them again here.`,
    lost: (name: string) =>
      `These are your details as you saved them, and they are lost at ${name}, which took them: nobody else can see them. Save them again.`,
    walletOwns:
      "Your wallet signs for the general part of your record, and wallets cannot sign what you write. So this device signs your details, and they are kept in your private area: only those with whom you share “What I add myself” see what you change. When your device signs for the general part again, save them once more.",
    stillPrivate:
      "These details are in your private area: they were saved while a wallet signed for the general part. Saving puts all of them into the general part, where everybody sees them with whom you share it.",
    wallet: "Your wallet",
    reason: "Changed by the patient",
    theirs: "Your hospitals have",
    said: "The patient's own details",
  },
  writers: {
    title: "Who may add to your records",
    lead: "An organisation that you let write can add to your records until the day that you choose. It cannot read by this, and it cannot change what is there.",
    who: "Organisation",
    until: "Until when?",
    choices: { week: "For one week", quarter: "For three months", year: "For one year" },
    sign: "Let it add",
    sentence: (name: string, date: string) =>
      `Your signature lets ${name} add to all your areas until ${date}. It cannot be taken back before then.`,
    done: (name: string) => `${name} may add to your records now.`,
    choose: "Choose an organisation",
  },
  history: {
    title: "History",
    current: "This is how it stands",
    before: "Before",
    sealed: (day: string) => `sealed ${day}`,
    by: (name: string, organisation: string) => `${name}, ${organisation}`,
    why: (reason: string) => `Why: ${reason}`,
    retracted: "Taken back by who wrote it",
    erased: "Deleted for ever",
    waiting: "On its way to the ledger",
    checked: "Signature checked",
    unchecked: "Written in this sitting: it is checked when it is opened the next time.",
    ledger: (name: string) => `What became of it, as the node of ${name} has read the ledger.`,
    terms: {
      record: "Record",
      author: "Author's id",
      signed: "Signed digest (blabel)",
      batch: "Batch and leaf",
      anchored: "Anchored",
    },
    owner: "the segment itself: its owner's signature",
    batch: (sequence: number, index: number, size: number) => `${sequence}, leaf ${index + 1} of ${size}`,
    checkedHow:
      "In this browser: the author's signature over this digest by the directory's key, the proof of both locks, and that the content is the one that was signed.",
  },
  fresh: {
    title: "New since your last visit",
    none: "Nothing new since your last visit.",
  },
} as const;
