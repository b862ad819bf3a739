import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CliqueNetwork } from "@anamnesis/ledger/evm/geth/cliqueNetwork";
import { requireGeth } from "@anamnesis/ledger/evm/geth/gethProgram";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processesWith } from "./processesWith.ts";
import { CommandProcess, factsOf, readReport, stopAll } from "./runDemo.ts";

/** A machine with other work takes several times as long as an idle one. */
const LONG = 600_000;

let folder = "";
let network: CliqueNetwork;
let rpcUrl = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "given-ledger-"));
  network = await CliqueNetwork.start({ program: requireGeth() });
  ({ rpcUrl } = network.node(0));
});
afterAll(async () => {
  await stopAll();
  await network.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Plays to the end in a temporary folder of its own, which must be empty afterwards. */
async function once(...args: readonly string[]): Promise<{ exitCode: number | null; output: string }> {
  const temporary = await mkdtemp(join(folder, "tmp-"));
  const done = await new CommandProcess(["demo", "--once", ...args], { TMPDIR: temporary }).finished;
  expect(await readdir(temporary)).toEqual([]);
  expect(await processesWith(temporary)).toEqual([]);
  return done;
}

describe("the journey on a network of three geth signers", () => {
  it(
    "plays, says which chain it is on, and deploys a consortium of its own each time",
    async () => {
      const report = join(folder, "once.json");
      const { exitCode, output } = await once("--ledger", rpcUrl, "--json", report);
      expect(output).not.toContain("error:");
      expect(exitCode).toBe(0);
      expect(output).toContain(`chain ${network.chainId} at ${new URL(rpcUrl).host}`);
      const read = await readReport(report);
      expect(read.ok).toBe(true);
      expect(read.steps.filter(({ ok }) => !ok)).toEqual([]);
      expect(factsOf(read, "start")).toMatchObject({ chainId: network.chainId, resumed: false });
      expect(factsOf(read, "4 ")["opened"]).toBe(factsOf(read, "2 ")["sealed"]);
      expect(read.steps.at(-1)?.facts["readyNodes"]).toBe(3);
    },
    LONG,
  );

  it(
    "begins with new founders beside an earlier consortium, and goes on with a state folder on its own chain alone",
    async () => {
      const state = join(folder, "state");
      const stay = ["demo", "--quick", "--state", state];
      const first = new CommandProcess([...stay, "--ledger", rpcUrl]);
      const output = await first.until("Ctrl-C stops the nodes");
      expect(output).toContain("contracts deployed");
      expect(output).toContain("Ctrl-C stops the nodes");
      expect((await first.stop()).exitCode).toBe(0);

      const embedded = await new CommandProcess(stay).finished;
      expect([embedded.exitCode, embedded.output]).toEqual([1, expect.stringContaining("code: chain-lost")]);
      const other = await CliqueNetwork.start({ program: requireGeth(), signers: 1 });
      try {
        const elsewhere = await new CommandProcess([...stay, "--ledger", other.node(0).rpcUrl]).finished;
        expect([elsewhere.exitCode, elsewhere.output]).toEqual([
          1,
          expect.stringContaining("code: other-chain"),
        ]);
      } finally {
        await other.stop();
      }

      // Through another node of the network; `byHand.system.test.ts` plays a resumed journey to its end.
      const again = new CommandProcess([...stay, "--ledger", network.node(1).rpcUrl]);
      const resumed = await again.until("4 the doctor opens everything");
      expect(resumed).not.toContain("error:");
      expect(resumed).toContain("resumed from the state folder");
      expect(resumed).toContain("✓ 4 the doctor opens everything");
      await again.stop();
    },
    LONG,
  );

  it(
    "ends with ledger-stopped when the chain stops, and leaves nothing behind",
    async () => {
      const temporary = await mkdtemp(join(folder, "tmp-"));
      const demo = new CommandProcess(["demo", "--once", "--ledger", rpcUrl], { TMPDIR: temporary });
      expect(await demo.until("1 patients enrol")).not.toContain("error:");
      await Promise.all(network.nodes.map((node) => node.end("SIGKILL")));
      const { exitCode, output } = await demo.finished;
      expect([exitCode, output]).toEqual([1, expect.stringContaining("code: ledger-stopped")]);
      expect(await readdir(temporary)).toEqual([]);
      expect(await processesWith(temporary)).toEqual([]);
      await network.restartAll();
    },
    LONG,
  );
});

it("a chain that demands coins ends the demo with ledger-not-free", async () => {
  const chain = await CliqueNetwork.start({ program: requireGeth(), signers: 1, baseFee: 7 });
  try {
    const { exitCode, output } = await once("--ledger", chain.node(0).rpcUrl);
    expect([exitCode, output]).toEqual([1, expect.stringContaining("code: ledger-not-free")]);
  } finally {
    await chain.stop();
  }
});
