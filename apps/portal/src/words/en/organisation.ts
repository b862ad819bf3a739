import type { PausableIntent } from "@anamnesis/core/ledger/functions";
import type { Parameter } from "@anamnesis/core/ledger/proposal";

function members(value: number): string {
  return `${value} ${value === 1 ? "member" : "members"}`;
}

function votes(value: number): string {
  return `${value} more ${value === 1 ? "vote" : "votes"}`;
}

/** "14 days", "36 hours". */
function lasting(seconds: number): string {
  const [value, unit] = seconds % 86_400 === 0 ? [seconds / 86_400, "day"] : [seconds / 3_600, "hour"];
  return `${value.toLocaleString("en", { maximumFractionDigits: 2 })} ${unit}${value === 1 ? "" : "s"}`;
}

const percent = (value: number): string => `${(value / 100).toLocaleString("en")} %`;

const parameterValues: Readonly<Record<Parameter, (value: number) => string>> = {
  quorum: (value) => `more than ${percent(value)} of the active members`,
  votingPeriod: lasting,
  minimumMembers: members,
  maxPause: lasting,
};

/** What the page of an administrator says. */
export const organisation = {
  people: "People and devices",
  noPeople: "Nobody is registered yet. “anamnesis directory add” registers a key card.",
  noName: "No name: the key card is not at hand",
  roles: { practitioner: "Practitioner", staff: "Staff", device: "Device" },
  suspended: "suspended",
  suspend: "Suspend",
  suspendWho: (name: string) => `Suspend ${name}`,
  bringBack: "Bring back",
  bringBackWho: (name: string) => `Bring ${name} back`,
  sent: "It is on its way to the ledger. It counts when this page shows it.",
  node: {
    title: "This node",
    states: { ready: "The node is well", starting: "The node is starting", degraded: "The node needs you" },
    checks: (count: number) => `What the node checks (${count})`,
    well: "well",
    look: "look at this",
    /** Of each check: what it is about, and what to do where it is not well. */
    names: {
      ledger: ["Copy of the ledger", "It is behind or not there. See whether the ledger's address answers."],
      clock: ["Clock", "It differs from the others' clocks. Set this computer's time."],
      committee: [
        "Custodians' common key",
        "There is none yet. It is formed once enough custodians are members.",
      ],
      custody: [
        "Our share of the common key",
        "It is missing here. Restore the node's newest copy, or have the share made anew.",
      ],
      membership: ["Membership", "The members have not admitted this organisation, or suspended it."],
      keys: ["Keys of this organisation", "The members gave it other keys. Start the node with these."],
      receipts: [
        "Log of openings",
        "It cannot be written, or entries are missing. Nothing opens here meanwhile.",
      ],
      witnesses: [
        "Others who confirm our log",
        "Too few have confirmed it. See whether the other nodes are reached.",
      ],
      others: [
        "Logs of the others",
        "One of them contradicts itself. Keep the evidence, and tell the members.",
      ],
      storage: ["Disk", "The last write failed. Free space or mend the disk."],
      outbox: [
        "What waits for the ledger",
        "The ledger refused something that this node signed. See its log.",
      ],
      anchoring: ["Records on their way to the ledger", "See the log of the node."],
      sealing: ["Records to be sealed", "For some patients the permission is over. Ask them for a new one."],
      manifests: ["Lists of what others anchored", "See the log of the node."],
    } as Readonly<Record<string, readonly [name: string, todo: string]>>,
    other: "Another check",
  },
  members: {
    title: "Members of the consortium",
    kinds: {
      hospital: "Hospital",
      clinic: "Clinic",
      laboratory: "Laboratory",
      pharmacy: "Pharmacy",
      insurer: "Insurer",
      research: "Research",
      manufacturer: "Manufacturer",
      regulator: "Regulator",
    } as Readonly<Record<string, string>>,
    custodian: "custodian",
    us: "we",
    standings: { suspended: "suspended", removed: "removed" } as Readonly<Record<string, string>>,
    rules: "What the members have set for themselves",
  },
  proposals: {
    title: "What the members decide",
    none: "Nothing waits for a vote.",
    ended: (count: number) => `Decided or over (${count})`,
    by: (name: string) => `Proposed by ${name}`,
    until: (time: string) => `Open until ${time}`,
    wasUntil: (time: string) => `Was open until ${time}`,
    yes: "For it",
    no: "Against it",
    silent: "Not voted yet",
    nobody: "nobody",
    needed: (missing: number, required: number, voters: number) =>
      `${votes(missing)} for it and it is done: ${required} of ${voters} must agree.`,
    enough: "There are enough votes; they are counted when somebody asks for it.",
    count: "Have the votes counted",
    states: {
      open: "open",
      "carried-out": "done",
      rejected: "rejected",
      failed: "not possible",
      expired: "not enough votes in time",
    },
    failed: (problem: string) => `The members agreed, and it could not be done: ${problem}`,
    voteFor: "Vote for it",
    voteAgainst: "Vote against it",
    voteForWhat: (title: string) => `Vote for: ${title}`,
    voteAgainstWhat: (title: string) => `Vote against: ${title}`,
    confirm: (support: boolean, title: string) =>
      support
        ? `Your organisation votes for this: ${title}.`
        : `Your organisation votes against this: ${title}.`,
    forEver: "A vote is signed in the organisation's name and is not changed or taken back.",
    decides: "With this vote it is done.",
    ends: "With this vote it is rejected.",
    sign: "Sign the vote",
    cancel: "Do not vote now",
    voted: (support: boolean) => (support ? "We voted for it." : "We voted against it."),
    aboutUs: "It is about our own organisation, which has no vote on it.",
    inactive: "Our organisation is not an active member, so it neither proposes nor votes.",
    onTheWay: "Our vote is on its way to the ledger.",
    exact: "The exact terms",
    terms: {
      proposal: "Proposal",
      request: "Request",
      organisation: "Organisation",
      signer: "Key that signs",
      keyCard: "Key card",
      target: "Contract's address",
      codehash: "Code",
      selector: "Function",
      kind: "Kind",
      endpoint: "Its node is at",
      custodian: "Custodian",
      now: "Now",
      wanted: "Then",
      to: "To",
      until: "Until",
    },
  },
  actions: {
    titles: {
      admit: (name: string) => `Admit ${name} as a member`,
      suspend: (name: string) => `Suspend ${name}`,
      reinstate: (name: string) => `Bring ${name} back`,
      remove: (name: string) => `Remove ${name} for ever`,
      "rotate-key": (name: string) => `Give ${name} another key`,
      "adopt-contract": (name: string, version: number) =>
        `Adopt version ${version} of the contract “${name}”`,
      pause: (name: string) => `Pause: ${name}`,
      "lift-pause": (name: string) => `End the pause: ${name}`,
      parameters: {
        quorum: "Change how many members must agree",
        votingPeriod: "Change how long a vote is open",
        minimumMembers: "Change how few members there may be",
        maxPause: "Change how long a pause may last",
      } satisfies Readonly<Record<Parameter, string>>,
    },
    means: {
      admit:
        "From then on it has a vote, its people and devices count, and patients can share with them. Check with the organisation itself that this is its request, its address and its key.",
      custodian:
        "It may take part in the custodians' next common key, with which records are opened. It does not change the present one.",
      suspend:
        "It stops at once: its people and devices open and write nothing, its node signs nothing, and it has no vote, until the members bring it back.",
      reinstate: "Its people, its devices and its vote count again.",
      remove:
        "It stops at once and for ever, with its people and devices. It cannot be brought back: if it returns, it does so as a new member with new keys. What it signed before stays good.",
      "rotate-key":
        "From then on only this key signs for it. What it signed before stays good. Check with the organisation that it made this key.",
      "adopt-contract":
        "The ledger's address book names this address for the contract from then on. Have the code that stands there reviewed first.",
      pause:
        "Nobody of any member can do this until the time is over or the members end the pause. Patients can still stop sharing, and votes go on.",
      "lift-pause": "It goes on at once.",
      parameters: {
        quorum: "It counts for every vote that is open by then, and for all later ones.",
        votingPeriod: "It counts for proposals that are made from then on.",
        minimumMembers: "No vote can bring the number of active members below it.",
        maxPause: "It counts for pauses that are decided from then on.",
      } satisfies Readonly<Record<Parameter, string>>,
    },
    unknownName: (id: string) => `an organisation that nobody here knows (${id})`,
    parameterNames: {
      quorum: "How many must agree",
      votingPeriod: "How long a vote is open",
      minimumMembers: "How few members there may be",
      maxPause: "How long a pause may last",
    } satisfies Readonly<Record<Parameter, string>>,
    parameterValues,
    intents: {
      SetEndpoint: "changing the address of a member's node",
      RequestJoin: "asking to become a member",
      AdoptCommittee: "changing the custodians' common key",
      SetActor: "registering and changing people and devices",
      AnchorBatch: "anchoring new records",
      AnchorLogHead: "anchoring the logs of openings",
      AmendRecord: "correcting records",
      RetractRecord: "taking records back",
      NameEndorsers: "asking for co-signatures",
      EndorseRecord: "giving co-signatures",
      EraseRecord: "erasing records",
    } satisfies Readonly<Record<PausableIntent, string>>,
    unknownFunction: "a function that this page does not know",
    yes: "yes",
    no: "no",
  },
  propose: {
    title: "Propose something",
    open: "Propose something",
    close: "Close",
    what: "What is proposed?",
    choose: "Choose",
    kinds: {
      admit: "Admit a member",
      suspend: "Suspend a member",
      reinstate: "Bring a suspended member back",
      remove: "Remove a member for ever",
      "set-parameter": "Change a rule of the members",
      "rotate-key": "Give a member another key",
      pause: "Pause something in an emergency",
      "lift-pause": "End a pause",
    },
    who: "Which organisation?",
    request: "Whose request?",
    noRequests: "No request waits. Bring one to the ledger first, below.",
    noMember: "There is no member of whom this can be proposed.",
    noPause: "Nothing is paused.",
    parameter: "Which rule?",
    values: {
      quorum: ["More than how many per cent of the active members?", "50 to 100."],
      votingPeriod: ["For how many hours?", "1 to 2160, which is 90 days."],
      minimumMembers: ["How many members at least?", "2 or more, and no more than there are."],
      maxPause: ["For how many hours at most?", "1 to 720, which is 30 days."],
    } satisfies Readonly<Record<Parameter, readonly [label: string, help: string]>>,
    offer: "The member's file",
    offerHelp: "What “anamnesis node keys next” wrote at the member.",
    pause: "What is paused?",
    hours: "For how many hours, from now?",
    hoursHelp: (most: string) => `At most ${most}, as the members have set it.`,
    look: "Look at it before signing",
    openFor: (time: string) => `The vote is open for ${time}.`,
    sure: "Nothing is signed yet.",
    signed:
      "The proposal is signed in the organisation's name, with its vote for it. It cannot be taken back; the others vote on it until it is decided or its time is over.",
    signedAboutUs:
      "The proposal is signed in the organisation's name. It is about us, so we have no vote on it.",
    sign: "Sign and propose",
    change: "Change something",
    sent: "The proposal is on its way to the ledger. It counts when it stands below.",
    stands: "The proposal stands on the ledger, with the others' votes to come.",
    command:
      "A new version of a contract is proposed with the command (“anamnesis consortium propose adopt-contract”), by whoever has its code at hand.",
  },
  join: {
    title: "Organisations that ask to be admitted",
    none: "No request waits.",
    proposed: "There is a proposal about it.",
    propose: (name: string) => `Propose to admit ${name}`,
    proposeShort: "Propose to admit it",
    file: "Bring a request to the ledger",
    fileHelp: "The file that the organisation made with “anamnesis consortium join”.",
    check: "Is this the organisation that gave you the file?",
    relay: "Bring it to the ledger",
    cancel: "No, leave it",
    sent: (name: string) =>
      `The request of ${name} is on its way. Once it stands here, its admission can be proposed.`,
    unreadable: "The file could not be read. Choose it again.",
  },
  sending: {
    title: "Not on the ledger yet",
    kinds: {
      RequestJoin: "A request to join",
      Propose: "A proposal of ours",
      Vote: "Our vote",
      SettleProposal: "A count of votes",
    },
    waits: "on its way",
    refused: (why: string) => `The ledger refused it: ${why}`,
  },
  /** Why the ledger refuses what members decide. */
  refusals: {
    "unknown-member": "nobody of this id is a member.",
    "member-not-active": "the member is not active.",
    "member-not-suspended": "the member is not suspended.",
    "member-exists": "the organisation is or was a member already.",
    "no-longer-member": "the organisation was removed.",
    "signer-taken": "the key is or was another member's.",
    "bad-name": "its name is too long or empty.",
    "bad-endpoint": "the address of its node has no right form.",
    "incomplete-member": "its request is not complete.",
    "unknown-request": "nobody asked to be admitted in exactly this way.",
    "key-not-accepted": "the new key has not signed that it becomes this member's.",
    "too-few-members": "fewer members would be left than the members allow.",
    "committee-below-threshold": "too few custodians would be left to open records.",
    "parameter-out-of-bounds": "the value is outside what the ledger allows.",
    "not-pausable": "votes cannot be paused.",
    "bad-pause": "the pause ends too late, or has ended already.",
    "not-paused": "it is not paused.",
    "other-code": "the code at the address is another one.",
    "contract-version-conflict": "another version was adopted meanwhile.",
    "unknown-proposal": "there is no such proposal.",
    "proposal-closed": "it was decided or over before this came.",
    "voted-otherwise": "we voted otherwise before.",
    "no-vote-about-oneself": "it is about ourselves.",
    "function-paused": "this is paused at the moment.",
    "bad-signature": "the signature does not fit.",
  } as Readonly<Record<string, string>>,
  otherRefusal: (code: string) => `a rule that this page has no words for (${code}).`,
} as const;
