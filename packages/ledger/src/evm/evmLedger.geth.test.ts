import { describeLedgerPort } from "@anamnesis/testkit/ledger/conformance";
import { afterAll, beforeAll } from "vitest";
import { CliqueNetwork } from "./geth/cliqueNetwork.ts";
import { requireGeth } from "./geth/gethProgram.ts";
import { gethFixture } from "./gethFixture.ts";

let network: CliqueNetwork;
beforeAll(async () => {
  network = await CliqueNetwork.start({ program: requireGeth() });
});
afterAll(async () => network.stop());

describeLedgerPort("evm on three geth signers", async (genesis) => gethFixture(network, genesis));
