interface Block {
  readonly gasUsed: string;
  readonly transactions: readonly unknown[];
}

const PER_REQUEST = 200;

/** Transactions and gas of all blocks after `after`, asked of the engine itself. */
export async function ledgerWork(
  rpcUrl: string,
  after: number,
): Promise<{ readonly blocks: number; readonly transactions: number; readonly gas: number }> {
  const head = Number(await rpc<string>(rpcUrl, "eth_blockNumber", []));
  let transactions = 0;
  let gas = 0;
  for (let from = after + 1; from <= head; from += PER_REQUEST) {
    const numbers = Array.from({ length: Math.min(PER_REQUEST, head - from + 1) }, (_, i) => from + i);
    const blocks = await Promise.all(
      numbers.map((number) =>
        rpc<Block>(rpcUrl, "eth_getBlockByNumber", [`0x${number.toString(16)}`, false]),
      ),
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
  await rpc(rpcUrl, "evm_setIntervalMining", [seconds]);
}

async function rpc<T>(rpcUrl: string, method: string, params: readonly unknown[]): Promise<T> {
  const response = await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(10_000),
  });
  return ((await response.json()) as { result: T }).result;
}
