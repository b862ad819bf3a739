import { describeReceiptLog } from "@anamnesis/testkit/storage/receiptLogConformance";
import { MemoryReceiptLog } from "./memoryReceiptLog.ts";

describeReceiptLog("memory", async () => ({
  log: new MemoryReceiptLog(),
  reopen: null,
  dispose: async () => undefined,
}));
