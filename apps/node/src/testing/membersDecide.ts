import { sign } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import type { Address, Digest } from "@anamnesis/core/ids";
import { type Intent, intentDigest, ledgerDomain, proposalIdOf } from "@anamnesis/core/ledger/intents";
import { acceptKeyTypedData, type ProposalAction } from "@anamnesis/core/ledger/proposal";
import type { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { expect } from "vitest";
import { bytesOf, genesisMember, testKeys } from "../indexer/testing/testNode.ts";

let made = 0;

/** The named members decide: the first one proposes, the others agree, and that carries it. */
export async function membersDecide(
  ledger: MemoryLedger,
  action: ProposalAction,
  ...[first, ...others]: readonly [string, ...string[]]
): Promise<void> {
  const salt = toHex(bytesOf(`proposal ${made++}`));
  const proposal = { type: "Propose", organisation: organisationOf(first), action, salt } as const;
  const votes = others.map((name): [string, Intent] => [
    name,
    {
      type: "Vote",
      proposal: proposalIdOf(proposal),
      organisation: organisationOf(name),
      support: true,
    },
  ]);
  const intents = [[first, proposal] as const, ...votes].map(([name, intent]) => ({
    intent,
    signatures: [testKeys(name).signDigest(intentDigest(ledger.identity, intent))],
  }));
  const { outcomes } = await ledger.connect().submit(intents);
  expect(outcomes.map(({ status }) => status)).toEqual(intents.map(() => "applied"));
  const page = await ledger.connect().events(null, Number.MAX_SAFE_INTEGER);
  expect(page.status === "ok" && page.events.at(-1)?.type).toBe("proposal-carried-out");
}

/** That a named member gets the key behind this secret. */
export function keyRotation(
  ledger: MemoryLedger,
  name: string,
  next: { readonly secret: Uint8Array; readonly signer: Address; readonly keyCard: Digest },
): ProposalAction {
  const { signer, keyCard } = next;
  const key = { organisation: organisationOf(name), signer, keyCard };
  const digest = typedDataDigest(acceptKeyTypedData(ledgerDomain(ledger.identity, "consortium"), key));
  return { type: "rotate-key", ...key, acceptance: toHex(sign(digest, next.secret)) };
}

function organisationOf(name: string): ReturnType<typeof genesisMember>["organisation"] {
  return genesisMember(name).organisation;
}
