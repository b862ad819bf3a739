import type { Address, Digest, Hash32, SegmentId, UnixSeconds } from "@anamnesis/core/ids";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import type { LedgerEventBody, LedgerPort } from "@anamnesis/core/ports/ledger";
import { genesisMember, named, organisationNamed, signerNamed } from "@anamnesis/testkit/ledger/cast";
import { expect, it } from "vitest";
import { readLedger } from "./ledgerView.ts";
import { isAuthor } from "./verify.ts";

/** The time of each event's block, by its place. */
const timeOf = (place: number): UnixSeconds => parseUnixSeconds(1_800_000_000 + place);

/** A ledger with these events, one in each block. */
function ledgerOf(bodies: readonly LedgerEventBody[]): Pick<LedgerPort, "head" | "events"> {
  const time = timeOf(bodies.length);
  const at = (number: number): { readonly number: number; readonly hash: Hash32 } => ({
    number,
    hash: named(`block ${number}`),
  });
  const last = at(bodies.length);
  return {
    head: async () => ({ ...last, time, confirmedAt: time }),
    events: async () => ({
      status: "ok",
      upTo: { ...last, time },
      recent: [last],
      events: bodies.map((body, i) => {
        const { number, hash } = at(i + 1);
        return { ...body, block: number, blockHash: hash, time: timeOf(i), index: 0, transaction: hash };
      }),
    }),
  };
}

it("has members' states, and the key that each has and those that it had", async () => {
  const [north, west] = [organisationNamed("north"), organisationNamed("west")];
  const { id: organisation } = west;
  const admitted = genesisMember(west, "West", "clinic", true);
  const rotated = (key: string): { readonly signer: Address; readonly keyCard: Digest } => ({
    signer: signerNamed(key).address,
    keyCard: named(`card of ${key}`),
  });
  const history: readonly LedgerEventBody[] = [
    { type: "member-admitted", ...genesisMember(north, "North", "hospital", true) },
    { type: "member-admitted", ...admitted },
    { type: "member-key-rotated", organisation, ...rotated("second") },
    { type: "endpoint-set", organisation, endpoint: "http://west.test", version: 1 },
    { type: "member-suspended", organisation },
    { type: "member-key-rotated", organisation, ...rotated("third") },
  ];
  const { members } = await readLedger(ledgerOf(history));
  expect(members.get(north.id)).toMatchObject({ status: "active", earlierKeys: [] });
  const { signer, keyCard } = admitted;
  expect(members.get(organisation)).toEqual({
    ...admitted,
    ...rotated("third"),
    endpoint: "http://west.test",
    status: "suspended",
    keySince: timeOf(5),
    earlierKeys: [
      { ...rotated("second"), since: timeOf(2) },
      { signer, keyCard, since: timeOf(1) },
    ],
  });
  const own = { organisation, author: organisation as never, segment: `0x${"00".repeat(32)}` as SegmentId };
  const signs = (by: Address): boolean => isAuthor({ members, actors: new Map() }, own, by, []);
  for (const by of [signer, rotated("second").signer, rotated("third").signer]) expect(signs(by)).toBe(true);
  expect(signs(north.address)).toBe(false);

  const statusAfter = async (...more: readonly LedgerEventBody[]): Promise<string | undefined> =>
    (await readLedger(ledgerOf([...history, ...more]))).members.get(organisation)?.status;
  expect(await statusAfter({ type: "member-reinstated", organisation })).toBe("active");
  expect(await statusAfter({ type: "member-removed", organisation })).toBe("removed");
});
