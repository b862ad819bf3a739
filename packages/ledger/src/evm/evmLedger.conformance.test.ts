import { describeLedgerPort } from "@anamnesis/testkit/ledger/conformance";
import { anvilFixture } from "./anvilFixture.ts";

describeLedgerPort("evm", anvilFixture);
