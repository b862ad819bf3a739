import { answer, connectEngine } from "@anamnesis/ledger/evm/engine";

const PER_REQUEST = 200;

/** Transactions and gas of all blocks after `after`, asked of the engine itself. Throws `ledger-unavailable`. */
export async function ledgerWork(
  rpcUrl: string,
  after: number,
): Promise<{ readonly blocks: number; readonly transactions: number; readonly gas: number }> {
  const client = connectEngine({ rpcUrl, chainId: 0, requestDeadline: 10_000, pollingInterval: 100 });
  const head = Number(await answer("eth_blockNumber", () => client.getBlockNumber()));
  let transactions = 0;
  let gas = 0;
  for (let from = after + 1; from <= head; from += PER_REQUEST) {
    const numbers = Array.from({ length: Math.min(PER_REQUEST, head - from + 1) }, (_, i) => from + i);
    const blocks = await answer("eth_getBlockByNumber", () =>
      Promise.all(numbers.map((number) => client.getBlock({ blockNumber: BigInt(number) }))),
    );
    for (const block of blocks) {
      transactions += block.transactions.length;
      gas += Number(block.gasUsed);
    }
  }
  return { blocks: head - after, transactions, gas };
}

/** Sets the embedded chain's block interval in seconds. */
export async function setBlockInterval(rpcUrl: string, seconds: number): Promise<void> {
  await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "evm_setIntervalMining", params: [seconds] }),
    signal: AbortSignal.timeout(10_000),
  });
}
