import type { ConsortiumStatus } from "@anamnesis/api/routes/consortium";
import { hasCode } from "@anamnesis/core/errors";
import type { Address, Digest, Hash32, Hex, OrganisationId } from "@anamnesis/core/ids";
import { PAUSABLE, type PausableIntent } from "@anamnesis/core/ledger/functions";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { joinRequestIdOf, type NewMember } from "@anamnesis/core/ledger/newMember";
import { contractName, DEFAULT_PARAMETERS, type ProposalAction } from "@anamnesis/core/ledger/proposal";
import { tallyOf } from "@anamnesis/core/ledger/tally";
import { describe, expect, it } from "vitest";
import { actionOf } from "./actionOf.ts";
import { ballotOf } from "./ballotOf.ts";
import { readAction } from "./readAction.ts";

const hash = (digit: string): Hash32 => `0x${digit.repeat(64)}`;
const account = (digit: string): Address => `0x${digit.repeat(40)}` as Address;
const organisation = (digit: string): OrganisationId => hash(digit) as string as OrganisationId;
const [north, south, west, east] = [
  organisation("1"),
  organisation("2"),
  organisation("3"),
  organisation("4"),
];
const entrant: NewMember = {
  organisation: east,
  kind: "clinic",
  signer: account("e"),
  keyCard: hash("e") as string as Digest,
  custodian: true,
  name: "East",
  endpoint: "http://east.example",
};
const identity: LedgerIdentity = {
  chainId: 1,
  contracts: {
    consortium: account("a"),
    directory: account("b"),
    consents: account("c"),
    records: account("d"),
    receipts: account("e"),
    owners: account("f"),
  },
};
const member = (organisation: OrganisationId, name: string, status: "active" | "suspended" = "active") => ({
  organisation,
  name,
  status,
  kind: "hospital" as const,
  endpoint: "http://node.example",
  custodian: true,
});
const status: Pick<ConsortiumStatus, "members" | "requests" | "parameters"> = {
  members: [member(north, "North"), member(south, "South"), member(west, "West")],
  requests: [{ request: joinRequestIdOf(entrant), entrant }],
  parameters: DEFAULT_PARAMETERS,
};
const read = (action: ProposalAction) => readAction(action, status, identity);

describe("what a proposal would do", () => {
  it("says whom a change is about by name, and nobody's name for an id that nobody has", () => {
    expect(read({ type: "suspend", organisation: west })).toEqual({
      type: "suspend",
      organisation: west,
      name: "West",
    });
    expect(read({ type: "remove", organisation: east })).toMatchObject({ name: "East" });
    expect(read({ type: "reinstate", organisation: organisation("9") })).toMatchObject({
      name: null,
    });
  });

  it("has everything that is signed: the entrant, both values of a parameter, keys, addresses and code", () => {
    expect(read({ type: "admit", entrant })).toEqual({ type: "admit", entrant });
    expect(read({ type: "set-parameter", parameter: "quorum", value: 6000 })).toEqual({
      type: "set-parameter",
      parameter: "quorum",
      value: 6000,
      present: 5000,
    });
    const keys = { organisation: west, signer: account("9"), keyCard: hash("8") as string as Digest };
    expect(read({ type: "rotate-key", ...keys, acceptance: "0x00" })).toEqual({
      type: "rotate-key",
      name: "West",
      ...keys,
    });
    const code = { target: account("7"), codehash: hash("6"), version: 2 };
    expect(read({ type: "adopt-contract", contract: contractName("records"), ...code })).toEqual({
      type: "adopt-contract",
      contract: "records",
      ...code,
    });
  });

  it("knows every function that can be paused, by what was wished, and says when it knows one not", () => {
    for (const intent of Object.keys(PAUSABLE) as readonly PausableIntent[]) {
      const action = actionOf({ type: "pause", intent, until: 99 }, { requests: [], identity });
      expect(read(action)).toMatchObject({ type: "pause", intent, until: 99 });
      const lifted = actionOf({ type: "lift-pause", intent }, { requests: [], identity });
      expect(read(lifted)).toMatchObject({ type: "lift-pause", intent });
    }
    const other = { target: account("7"), selector: "0x01020304" as Hex };
    expect(read({ type: "lift-pause", ...other })).toEqual({ type: "lift-pause", intent: null, ...other });
  });
});

describe("what is put to the vote", () => {
  it("admits exactly who asked, and nobody who did not", () => {
    const { requests } = status;
    const [{ request }] = requests as [(typeof requests)[number]];
    expect(actionOf({ type: "admit", request }, { requests, identity })).toEqual({ type: "admit", entrant });
    let refused: unknown = null;
    try {
      actionOf({ type: "admit", request: hash("9") }, { requests, identity });
    } catch (error) {
      refused = error;
    }
    expect(hasCode(refused, "unknown-request")).toBe(true);
  });
});

describe("how far a vote is", () => {
  const ballot = (
    action: ProposalAction,
    votes: readonly (readonly [OrganisationId, boolean])[],
    members = status.members,
  ) => {
    const active = new Set(
      members.filter((item) => item.status === "active").map((item) => item.organisation),
    );
    const excluded = action.type === "suspend" ? action.organisation : null;
    const tally = tallyOf({ active, votes: new Map(votes), excluded, quorum: DEFAULT_PARAMETERS.quorum });
    const list = votes.map(([organisation, support]) => ({ organisation, support }));
    return ballotOf({ action, votes: list, state: "open", tally }, { members });
  };
  const parameter: ProposalAction = { type: "set-parameter", parameter: "maxPause", value: 3600 };

  it("counts what is missing, who is silent, and what ends it", () => {
    expect(ballot(parameter, [[north, true]])).toEqual({
      missing: 1,
      toReject: 2,
      silent: [south, west],
      excluded: null,
      toCount: false,
    });
    expect(ballot(parameter, [[south, false]])).toMatchObject({ missing: 2, toReject: 1 });
  });

  it("leaves out whom it is about, and who is suspended", () => {
    expect(ballot({ type: "suspend", organisation: west }, [[north, true]])).toMatchObject({
      missing: 1,
      toReject: 1,
      silent: [south],
      excluded: west,
    });
    const members = [member(north, "North"), member(south, "South"), member(west, "West", "suspended")];
    // Two of three had to agree; of the two that are left, both.
    expect(
      ballot(
        parameter,
        [
          [north, true],
          [west, true],
        ],
        members,
      ),
    ).toMatchObject({
      missing: 1,
      silent: [south],
      toCount: false,
    });
  });

  it("says when votes that stand became enough by who left, and only a count is missing", () => {
    const members = [
      member(north, "North"),
      member(south, "South", "suspended"),
      member(west, "West", "suspended"),
    ];
    expect(ballot(parameter, [[north, true]], members)).toMatchObject({ missing: 0, toCount: true });
  });
});
