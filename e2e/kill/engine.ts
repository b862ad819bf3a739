import { randomBytes } from "node:crypto";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Anvil } from "@anamnesis/ledger/evm/anvil";
import { testClientOf } from "@anamnesis/ledger/evm/anvilFixture";

/** Replaces the newest blocks by as many empty ones with other hashes; the engine must have been started with `keptStates`. */
export async function reorganise({ rpcUrl }: Anvil, depth: number): Promise<void> {
  const engine = testClientOf(rpcUrl);
  // Empty blocks of one second would else come out the same, with the same hash.
  await engine.setCoinbase({ address: toHex(randomBytes(20)) });
  await engine.request<{ Method: "anvil_reorg"; Parameters: [number, []]; ReturnType: null }>({
    method: "anvil_reorg",
    params: [depth, []],
  });
}
