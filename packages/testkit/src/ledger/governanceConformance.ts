import { sign as signBytes } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import {
  type ActorId,
  type Address,
  type CommitteeKeyId,
  type Digest,
  type Hash32,
  type OrganisationId,
  parseUnixSeconds,
} from "@anamnesis/core/ids";
import { functionOf, type PausableIntent, VOTING } from "@anamnesis/core/ledger/functions";
import {
  type Intent,
  intentDigest,
  ledgerDomain,
  type LogHead,
  proposalIdOf,
  type SignedIntent,
} from "@anamnesis/core/ledger/intents";
import { joinRequestIdOf, type NewMember } from "@anamnesis/core/ledger/newMember";
import { acceptKeyTypedData, contractName, type ProposalAction } from "@anamnesis/core/ledger/proposal";
import { describe, expect, test } from "vitest";
import {
  genesisMember,
  named,
  type Organisation,
  organisationNamed,
  type Signer,
  signerNamed,
} from "./cast.ts";
import { ALREADY, APPLIED, type LedgerTest, refused } from "./ledgerTest.ts";

type IntentOf<T extends Intent["type"]> = Extract<Intent, { type: T }>;

const north = organisationNamed("north");
const south = organisationNamed("south");
const laboratory = organisationNamed("laboratory");
const west = organisationNamed("west");
const stranger = organisationNamed("stranger");
const HOUR = 3_600;

/** West as it asks to be admitted, with the longest texts that the ledger takes. */
const entrant: NewMember = {
  ...genesisMember(west, `West Clinic ${"☂".repeat(81)}.`, "clinic", true),
  endpoint: `http://${"w".repeat(249)}`,
};
const entrantEvent = (type: "join-requested" | "member-admitted") => ({
  type,
  ...(type === "join-requested" ? { request: joinRequestIdOf(entrant) } : {}),
  ...entrant,
});

function request(change: Partial<NewMember> = {}): IntentOf<"RequestJoin"> {
  return { type: "RequestJoin", ...entrant, ...change };
}

function proposal(
  by: Organisation,
  action: ProposalAction,
  salt = named<Hash32>("salt"),
): IntentOf<"Propose"> {
  return { type: "Propose", organisation: by.id, action, salt };
}

function vote(
  { id: organisation }: Organisation,
  about: IntentOf<"Propose">,
  support = true,
): IntentOf<"Vote"> {
  return { type: "Vote", proposal: proposalIdOf(about), organisation, support };
}

const about = (
  type: "suspend" | "reinstate" | "remove",
  { id: organisation }: Organisation,
): ProposalAction => ({
  type,
  organisation,
});

/**
 * How members decide: who is one, with which key, with which parameters and contracts, and what is paused. Said of a ledger with two
 * hospitals, which are its custodians, and a laboratory.
 */
export function describeGovernance(ledger: () => LedgerTest): void {
  const propose = (
    by: Organisation,
    action: ProposalAction,
    salt?: Hash32,
  ): readonly [IntentOf<"Propose">, SignedIntent] => {
    const intent = proposal(by, action, salt);
    return [intent, ledger().sign(intent, by)];
  };
  const ballot = (by: Organisation, on: IntentOf<"Propose">, support = true): SignedIntent =>
    ledger().sign(vote(by, on, support), by);
  const settle = (on: IntentOf<"Propose">): SignedIntent => ({
    intent: { type: "SettleProposal", proposal: proposalIdOf(on) },
    signatures: [],
  });
  /** North proposes and these agree: of three members one is enough, of four it takes two. */
  const decide = async (action: ProposalAction, ...others: readonly Organisation[]): Promise<void> => {
    const [intent, signed] = propose(north, action);
    const ballots = (others.length === 0 ? [south] : others).map((other) => ballot(other, intent));
    expect(await ledger().submit(signed, ...ballots)).toEqual([APPLIED, ...ballots.map(() => APPLIED)]);
    expect((await types()).at(-1)).toBe("proposal-carried-out");
  };
  const admitWest = async (): Promise<void> => {
    expect(await ledger().submit(ledger().sign(request(), west))).toEqual([APPLIED]);
    await decide({ type: "admit", entrant });
  };
  /** Types of the events since the beginning. */
  const types = async (): Promise<readonly string[]> =>
    (await ledger().events()).map((event) => (event as { type: string }).type);
  const endpointOf = (of: Organisation, version: number, by: Signer = of): SignedIntent =>
    ledger().sign({ type: "SetEndpoint", organisation: of.id, endpoint: `http://${version}`, version }, by);
  const headOf = (of: Organisation, text: string, size = 5): LogHead => ({
    organisation: of.id,
    size,
    root: named<Hash32>(text),
    checkpoint: named<Digest>(`checkpoint ${text}`),
  });
  const headIntent = (head: LogHead): IntentOf<"AnchorLogHead"> => ({ type: "AnchorLogHead", ...head });

  describe("how members decide", () => {
    test("RequestJoin, by the entrant's own key", async () => {
      const { sign, submit, events } = ledger();
      const wrong: readonly (readonly [Partial<NewMember>, string])[] = [
        [{ organisation: `0x${"0".repeat(64)}` as OrganisationId }, "incomplete-member"],
        [{ organisation: north.id }, "member-exists"],
        [{ name: "" }, "bad-name"],
        [{ name: "ä".repeat(129) }, "bad-name"],
        [{ endpoint: "http://a b" }, "bad-endpoint"],
        [{ kind: "spaceship" as NewMember["kind"] }, "malformed-intent"],
      ];
      // Of what nobody can sign the signatures are not looked at.
      const { signatures } = sign(request(), west);
      expect(await submit(...wrong.map(([change]) => ({ intent: request(change), signatures })))).toEqual(
        wrong.map(([, code]) => refused(code)),
      );
      expect(
        await submit(
          sign({ ...request(), signer: north.address }, north),
          sign({ ...request(), signer: `0x${"0".repeat(40)}` as Address }, north),
          sign(request(), stranger),
          sign(request(), west),
          sign(request(), west),
          sign(request({ name: "Another name" }), west),
        ),
      ).toEqual([
        refused("signer-taken"),
        refused("incomplete-member"),
        refused("bad-signature"),
        APPLIED,
        ALREADY,
        APPLIED,
      ]);
      expect((await events())[0]).toEqual(entrantEvent("join-requested"));
    });

    test("a proposal carries when more than half agree, once, and says so in its events", async () => {
      const { sign, submit, events } = ledger();
      const [intent, signed] = propose(north, { type: "admit", entrant });
      expect(await submit(signed)).toEqual([refused("unknown-request")]);
      expect(await submit(sign(request(), west), sign(intent, south), signed, signed)).toEqual([
        APPLIED,
        refused("bad-signature"),
        APPLIED,
        ALREADY,
      ]);
      expect(
        await submit(
          sign(vote(south, intent), laboratory),
          sign(vote(stranger, intent), stranger),
          sign({ ...vote(south, intent), proposal: named("no proposal") }, south),
          ballot(north, intent),
          ballot(north, intent, false),
          endpointOf(west, 1),
          ballot(south, intent),
          ballot(south, intent),
          ballot(laboratory, intent),
          settle(intent),
          endpointOf(west, 1),
        ),
      ).toEqual([
        refused("bad-signature"),
        refused("unknown-member"),
        refused("unknown-proposal"),
        ALREADY,
        refused("voted-otherwise"),
        refused("unknown-member"),
        APPLIED,
        ALREADY,
        refused("proposal-closed"),
        refused("proposal-closed"),
        APPLIED,
      ]);
      const id = proposalIdOf(intent);
      const all = await events();
      const made = all[1] as { expires: number };
      expect(all.slice(0, 6)).toEqual([
        entrantEvent("join-requested"),
        {
          type: "proposal-made",
          proposal: id,
          organisation: north.id,
          action: { type: "admit", entrant },
          salt: named("salt"),
          expires: made.expires,
        },
        { type: "vote-cast", proposal: id, organisation: north.id, support: true },
        { type: "vote-cast", proposal: id, organisation: south.id, support: true },
        entrantEvent("member-admitted"),
        { type: "proposal-carried-out", proposal: id },
      ]);
      expect(await submit(sign(request(), west))).toEqual([ALREADY]);
      expect(await submit(propose(north, { type: "admit", entrant }, named("again"))[1])).toEqual([
        refused("member-exists"),
      ]);
    });

    test("a proposal is rejected when it cannot be carried any more", async () => {
      const { submit, events } = ledger();
      const [intent, signed] = propose(north, { type: "set-parameter", parameter: "quorum", value: 6_000 });
      expect(
        await submit(signed, ballot(south, intent, false), ballot(laboratory, intent, false), signed),
      ).toEqual([APPLIED, APPLIED, APPLIED, ALREADY]);
      expect((await events()).at(-1)).toEqual({ type: "proposal-rejected", proposal: proposalIdOf(intent) });
      expect(await submit(ballot(laboratory, intent))).toEqual([refused("voted-otherwise")]);
    });

    test("one that broke a rule by the time that it was carried has failed, with the rule", async () => {
      const { submit, events } = ledger();
      const [first, one] = propose(north, about("suspend", laboratory), named("one"));
      const [second, two] = propose(south, about("suspend", laboratory), named("two"));
      expect(await submit(one, two)).toEqual([APPLIED, APPLIED]);
      expect(await submit(ballot(south, first), ballot(north, second))).toEqual([APPLIED, APPLIED]);
      expect((await events()).at(-1)).toEqual({
        type: "proposal-failed",
        proposal: proposalIdOf(second),
        problem: "member-not-active",
      });
    });

    test("nobody votes after a proposal has expired", async (context) => {
      const { fixture, sign, submit } = ledger();
      const { pass } = fixture;
      if (typeof pass === "string") return context.skip(pass);
      const [intent, signed] = propose(north, about("suspend", laboratory));
      const { time } = await (await fixture.connect()).head();
      expect(await submit(signed)).toEqual([APPLIED]);
      const made = (await ledger().events())[0] as { expires: number };
      expect(made.expires).toBeGreaterThanOrEqual(time + fixture.parameters.votingPeriod);
      await pass(fixture.parameters.votingPeriod + 60);
      expect(await submit(ballot(south, intent), settle(intent), ballot(north, intent))).toEqual([
        refused("proposal-closed"),
        refused("proposal-closed"),
        ALREADY,
      ]);
      expect(await submit(signed, sign({ ...intent, salt: named("anew") }, north))).toEqual([
        ALREADY,
        APPLIED,
      ]);
    });
  });

  describe("members", () => {
    const doctor = (version: number): IntentOf<"SetActor"> => ({
      type: "SetActor",
      organisation: laboratory.id,
      actor: named<ActorId>("technician"),
      role: "staff",
      signer: signerNamed("technician").address,
      keyCard: named("card"),
      active: true,
      version,
    });
    /** One of each that an organisation signs. */
    const acts = (by: Organisation): readonly SignedIntent[] => {
      const { sign } = ledger();
      return [
        endpointOf(by, 1),
        sign({ ...doctor(1), organisation: by.id }, by),
        sign(
          {
            type: "AnchorBatch",
            organisation: by.id,
            sequence: 1,
            root: named("r"),
            count: 1,
            manifest: named("m"),
          },
          by,
        ),
        sign(headIntent(headOf(by, "head")), by),
        sign(proposal(by, about("suspend", south)), by),
      ];
    };

    test("a suspended one acts no more until it is reinstated", async () => {
      const { submit, events } = ledger();
      await decide(about("suspend", laboratory));
      expect((await events()).slice(-2)).toEqual([
        { type: "member-suspended", organisation: laboratory.id },
        {
          type: "proposal-carried-out",
          proposal: proposalIdOf(proposal(north, about("suspend", laboratory))),
        },
      ]);
      const all = acts(laboratory);
      expect(await submit(...all)).toEqual(all.map(() => refused("member-not-active")));
      expect(
        await submit(
          propose(north, about("suspend", laboratory), named("again"))[1],
          propose(north, about("reinstate", south))[1],
          propose(north, about("reinstate", stranger))[1],
          propose(north, about("remove", stranger))[1],
        ),
      ).toEqual([
        refused("member-not-active"),
        refused("member-not-suspended"),
        refused("unknown-member"),
        refused("unknown-member"),
      ]);
      await decide(about("reinstate", laboratory));
      expect((await types()).slice(-2)).toEqual(["member-reinstated", "proposal-carried-out"]);
      expect(await submit(...all)).toEqual(all.map(() => APPLIED));
    });

    test("a removed one never comes back, nor its key", async () => {
      const { sign, submit, events } = ledger();
      await admitWest();
      await decide(about("remove", laboratory), south, west);
      expect((await events()).at(-2)).toEqual({ type: "member-removed", organisation: laboratory.id });
      expect(await submit(...acts(laboratory).slice(0, 4))).toEqual(
        Array.from({ length: 4 }, () => refused("member-not-active")),
      );
      const anew = { ...entrant, organisation: stranger.id, signer: laboratory.address };
      expect(
        await submit(
          propose(north, about("reinstate", laboratory))[1],
          propose(north, about("remove", laboratory), named("again"))[1],
          propose(north, about("suspend", laboratory), named("again"))[1],
          sign({ type: "RequestJoin", ...anew }, laboratory),
          sign({ ...request(), organisation: laboratory.id, signer: stranger.address }, stranger),
        ),
      ).toEqual([
        refused("no-longer-member"),
        refused("no-longer-member"),
        refused("no-longer-member"),
        refused("signer-taken"),
        refused("member-exists"),
      ]);
    });

    test("whom a suspension or removal is about has no vote on it", async () => {
      const { submit } = ledger();
      const [intent, signed] = propose(north, about("suspend", laboratory));
      expect(await submit(signed, ballot(laboratory, intent, false))).toEqual([
        APPLIED,
        refused("no-vote-about-oneself"),
      ]);
      // It may propose its own, without a vote; then two others decide.
      const [own, ownSigned] = propose(laboratory, about("suspend", laboratory));
      expect(await submit(ownSigned, ballot(laboratory, own))).toEqual([
        APPLIED,
        refused("no-vote-about-oneself"),
      ]);
      expect((await types()).filter((type) => type === "vote-cast")).toHaveLength(1);
    });

    test("a suspended one's vote does not count, and a new count can carry what was open", async () => {
      const { submit } = ledger();
      await admitWest();
      // Three of four are needed: two have agreed, the laboratory one of them.
      const action: ProposalAction = { type: "set-parameter", parameter: "votingPeriod", value: HOUR };
      const [intent, signed] = propose(laboratory, action);
      expect(await submit(signed, ballot(north, intent), settle(intent))).toEqual([
        APPLIED,
        APPLIED,
        APPLIED,
      ]);
      expect((await types()).at(-1)).toBe("vote-cast");
      await decide(about("suspend", laboratory), south, west);
      // Two of three are needed now, and one vote of the two counts.
      expect(await submit(ballot(laboratory, intent), settle(intent))).toEqual([ALREADY, APPLIED]);
      expect((await types()).at(-1)).toBe("proposal-carried-out");
      expect((await types()).at(-2)).toBe("member-suspended");
      await decide(about("reinstate", laboratory));
      expect(await submit(settle(intent))).toEqual([APPLIED]);
      expect((await types()).at(-1)).toBe("proposal-carried-out");
      expect(await submit(ballot(south, intent), settle(intent))).toEqual([
        APPLIED,
        refused("proposal-closed"),
      ]);
      expect((await types()).slice(-3)).toEqual(["vote-cast", "parameter-set", "proposal-carried-out"]);
    });

    test("votes can become enough without a further one", async () => {
      const { submit } = ledger();
      await admitWest();
      const action: ProposalAction = { type: "set-parameter", parameter: "votingPeriod", value: HOUR };
      const [intent, signed] = propose(north, action);
      expect(await submit(signed, ballot(south, intent))).toEqual([APPLIED, APPLIED]);
      await decide(about("suspend", laboratory), south, west);
      expect(await submit({ ...settle(intent), signatures: [new Uint8Array(65)] }, settle(intent))).toEqual([
        refused("malformed-intent"),
        APPLIED,
      ]);
      expect((await types()).slice(-2)).toEqual(["parameter-set", "proposal-carried-out"]);
      expect(
        await submit({ intent: { type: "SettleProposal", proposal: named("none") }, signatures: [] }),
      ).toEqual([refused("unknown-proposal")]);
    });

    test("the least number and the committee's threshold stay", async () => {
      const { sign, submit } = ledger();
      await decide(about("suspend", laboratory));
      expect(await submit(propose(north, about("suspend", south))[1])).toEqual([refused("too-few-members")]);
      await decide(about("reinstate", laboratory));
      const committee: Intent = {
        type: "AdoptCommittee",
        committee: named<CommitteeKeyId>("committee"),
        certificate: named("certificate"),
        threshold: 2,
        shareEpoch: 0,
        members: [north.id, south.id],
      };
      expect(await submit(sign(committee, north, south))).toEqual([APPLIED]);
      expect(
        await submit(
          propose(north, about("suspend", south))[1],
          propose(north, about("remove", south))[1],
          propose(north, about("suspend", laboratory), named("again"))[1],
        ),
      ).toEqual([refused("committee-below-threshold"), refused("committee-below-threshold"), APPLIED]);
    });

    test("a suspended custodian counts for no committee", async () => {
      const { sign, submit } = ledger();
      await admitWest();
      await decide(about("suspend", west), south, laboratory);
      const committee = (members: readonly Organisation[]): Intent => ({
        type: "AdoptCommittee",
        committee: named<CommitteeKeyId>("committee"),
        certificate: named("certificate"),
        threshold: 2,
        shareEpoch: 0,
        members: members.map(({ id }) => id),
      });
      expect(
        await submit(
          sign(committee([north, south, west]), north, south, west),
          sign(committee([north, south]), north, south),
        ),
      ).toEqual([refused("member-not-active"), APPLIED]);
    });

    test("a rotated key signs from then on, the earlier one no more", async () => {
      const { fixture, submit, events } = ledger();
      const [next, keyCard] = [signerNamed("the laboratory's next key"), named<Digest>("next card")];
      const rotation = (by: Signer, signer = next.address) => {
        const key = { organisation: laboratory.id, signer, keyCard };
        const typed = acceptKeyTypedData(ledgerDomain(fixture.identity, "consortium"), key);
        return {
          type: "rotate-key" as const,
          ...key,
          acceptance: toHex(signBytes(typedDataDigest(typed), by.secret)),
        };
      };
      expect(
        await submit(
          propose(north, rotation(stranger))[1],
          propose(north, rotation(south, south.address))[1],
          propose(north, { ...rotation(next), organisation: stranger.id })[1],
          {
            ...propose(north, rotation(next))[1],
            intent: proposal(north, { ...rotation(next), acceptance: "0x12" }),
          },
        ),
      ).toEqual([
        refused("key-not-accepted"),
        refused("signer-taken"),
        refused("unknown-member"),
        refused("malformed-intent"),
      ]);
      await decide(rotation(next));
      expect((await events()).at(-2)).toEqual({
        type: "member-key-rotated",
        organisation: laboratory.id,
        signer: next.address,
        keyCard,
      });
      expect(
        await submit(
          endpointOf(laboratory, 1),
          endpointOf(laboratory, 1, next),
          propose(north, rotation(next), named("again"))[1],
        ),
      ).toEqual([refused("bad-signature"), APPLIED, refused("signer-taken")]);
    });
  });

  describe("parameters, contracts and pauses", () => {
    test("parameters stay within their bounds", async () => {
      const { submit, events } = ledger();
      const set = (
        parameter: "quorum" | "votingPeriod" | "minimumMembers" | "maxPause",
        value: number,
      ): SignedIntent => propose(north, { type: "set-parameter", parameter, value })[1];
      const wrong = [
        set("quorum", 4_999),
        set("quorum", 10_001),
        set("votingPeriod", HOUR - 1),
        set("votingPeriod", 90 * 86_400 + 1),
        set("minimumMembers", 1),
        set("minimumMembers", 4),
        set("maxPause", 30 * 86_400 + 1),
      ];
      expect(await submit(...wrong)).toEqual(wrong.map(() => refused("parameter-out-of-bounds")));
      await decide({ type: "set-parameter", parameter: "quorum", value: 10_000 });
      expect((await events()).at(-2)).toEqual({ type: "parameter-set", parameter: "quorum", value: 10_000 });
      // Now all of those that may vote have to agree.
      const [intent, signed] = propose(north, { type: "set-parameter", parameter: "quorum", value: 5_000 });
      expect(await submit(signed, ballot(south, intent))).toEqual([APPLIED, APPLIED]);
      expect((await types()).at(-1)).toBe("vote-cast");
      expect(await submit(ballot(laboratory, intent))).toEqual([APPLIED]);
      expect((await types()).at(-1)).toBe("proposal-carried-out");
    });

    test("a contract is adopted with the hash of its code, one version after the other", async () => {
      const { fixture, submit, events } = ledger();
      const { target, codehash } = await fixture.contract();
      const contract = contractName("records");
      const adoption = (version: number, hash = codehash): ProposalAction => ({
        type: "adopt-contract",
        contract,
        target,
        codehash: hash,
        version,
      });
      expect(
        await submit(
          propose(north, adoption(2))[1],
          propose(north, adoption(0))[1],
          propose(north, adoption(1, named("other code")))[1],
          propose(north, { ...adoption(1), target: stranger.address } as ProposalAction)[1],
        ),
      ).toEqual([
        refused("contract-version-conflict"),
        refused("contract-version-conflict"),
        refused("other-code"),
        refused("other-code"),
      ]);
      await decide(adoption(1));
      expect((await events()).at(-2)).toEqual({
        type: "contract-adopted",
        contract,
        target,
        version: 1,
        codehash,
      });
      expect(await submit(propose(north, adoption(1), named("again"))[1])).toEqual([
        refused("contract-version-conflict"),
      ]);
    });

    test("a pause stops one function, and ends by a vote or by itself", async () => {
      const { fixture, sign, submit, events } = ledger();
      const { time } = await (await fixture.connect()).head();
      const until = parseUnixSeconds(time + fixture.parameters.maxPause - HOUR);
      const of = (type: PausableIntent) => functionOf(fixture.identity, type);
      const pause = (type: PausableIntent, to: number = until): ProposalAction => ({
        type: "pause",
        ...of(type),
        until: to,
      });
      expect(
        await submit(
          propose(north, pause("SetActor", time - 1))[1],
          propose(north, pause("SetActor", time + fixture.parameters.maxPause + HOUR))[1],
          propose(north, { type: "lift-pause", ...of("SetActor") })[1],
        ),
      ).toEqual([refused("bad-pause"), refused("bad-pause"), refused("not-paused")]);
      const stopped = ["SetEndpoint", "RequestJoin", "AnchorLogHead"] as const;
      for (const type of stopped) await decide(pause(type));
      expect((await events()).at(-2)).toEqual({ type: "function-paused", ...of("AnchorLogHead"), until });
      const all = [
        endpointOf(laboratory, 1),
        sign(request(), west),
        sign(headIntent(headOf(north, "head")), north),
      ];
      expect(await submit(...all)).toEqual(all.map(() => refused("function-paused")));
      await decide({ type: "lift-pause", ...of("SetEndpoint") });
      expect((await events()).at(-2)).toEqual({ type: "pause-lifted", ...of("SetEndpoint") });
      expect(await submit(...all)).toEqual([APPLIED, refused("function-paused"), refused("function-paused")]);
      if (typeof fixture.pass === "string") return;
      await fixture.pass(fixture.parameters.maxPause);
      expect(await submit(...all)).toEqual([ALREADY, APPLIED, APPLIED]);
    });

    test("votes cannot be paused", async () => {
      const { fixture, submit } = ledger();
      const { time } = await (await fixture.connect()).head();
      const target = fixture.identity.contracts.consortium;
      const outcomes = await submit(
        ...VOTING.map(
          (selector) => propose(north, { type: "pause", target, selector, until: time + HOUR })[1],
        ),
      );
      expect(outcomes).toEqual(VOTING.map(() => refused("not-pausable")));
    });
  });

  describe("forks of receipt logs", () => {
    const fork = (first: LogHead, second: LogHead, ...by: readonly (Signer | null)[]): SignedIntent => ({
      intent: { type: "ProveFork", first, second },
      signatures: [first, second].map((head, i) => {
        const signer = by[i];
        if (signer === null || signer === undefined) return new Uint8Array();
        return signBytes(intentDigest(ledger().fixture.identity, headIntent(head)), signer.secret);
      }),
    });

    test("two signed heads of one size and two roots prove one, for ever", async () => {
      const { sign, submit, events } = ledger();
      const [one, two] = [headOf(north, "one"), headOf(north, "two")];
      const honest = headOf(north, "one", 6);
      expect(
        await submit(
          fork(one, one, north, north),
          fork(one, honest, north, north),
          fork(one, headOf(south, "two"), north, south),
          fork(one, two, north, south),
          fork(one, two, null, north),
          { ...fork(one, two, north, north), signatures: [] },
        ),
      ).toEqual([
        refused("no-fork"),
        refused("no-fork"),
        refused("no-fork"),
        refused("bad-signature"),
        refused("bad-signature"),
        refused("malformed-intent"),
      ]);
      expect(await submit(fork(one, two, north, north))).toEqual([APPLIED]);
      expect(await submit(fork(two, one, north, north), fork(one, two, north, north))).toEqual([
        ALREADY,
        ALREADY,
      ]);
      const [lowerRoot, higherRoot] = [one.root, two.root].sort() as [Hash32, Hash32];
      expect(await events()).toEqual([
        { type: "log-fork-proven", organisation: north.id, size: 5, lowerRoot, higherRoot },
      ]);
      // The head that stands needs no signature.
      expect(await submit(sign(headIntent(honest), north))).toEqual([APPLIED]);
      const other = headOf(north, "other", 6);
      expect(await submit(fork(honest, other, null, north), fork(other, honest, north, null))).toEqual([
        APPLIED,
        ALREADY,
      ]);
    });

    test("a suspended member's earlier heads prove as well", async () => {
      const { submit } = ledger();
      await decide(about("suspend", laboratory));
      const [one, two] = [headOf(laboratory, "one"), headOf(laboratory, "two")];
      expect(await submit(fork(one, two, laboratory, laboratory))).toEqual([APPLIED]);
    });
  });

  test("a reorganisation takes a decision back, and sending it again makes it again", async (context) => {
    const { fixture, submit } = ledger();
    const { reorganise } = fixture;
    if (typeof reorganise === "string") return context.skip(reorganise);
    const [intent, signed] = propose(north, about("suspend", laboratory));
    const before = await (await fixture.connect()).head();
    expect(await submit(signed, ballot(south, intent))).toEqual([APPLIED, APPLIED]);
    expect(await submit(endpointOf(laboratory, 1))).toEqual([refused("member-not-active")]);
    await reorganise(before.number);
    expect(await ledger().events()).toEqual([]);
    expect(await submit(ballot(south, intent))).toEqual([refused("unknown-proposal")]);
    expect(await submit(endpointOf(laboratory, 1))).toEqual([APPLIED]);
    expect(await submit(signed, ballot(south, intent))).toEqual([APPLIED, APPLIED]);
    expect(await submit(endpointOf(laboratory, 2))).toEqual([refused("member-not-active")]);
  });
}
