import { Command } from "commander";
import { checkReceiptCommand } from "./checkReceipt.ts";
import { deletedCommand } from "./deleted.ts";
import { grantCommand } from "./grant.ts";
import { listCommand } from "./list.ts";
import { previewCommand } from "./preview.ts";
import { receiptCommand } from "./receipt.ts";
import { revokeCommand } from "./revoke.ts";
import { statusCommand } from "./status.ts";

/** `anamnesis consent`: who may read, for how long and why. */
export function consentCommand(): Command {
  return new Command("consent")
    .description(
      "who may read: preview, grant, list, revoke, what every custodian says of a consent, what was deleted when one ended",
    )
    .addCommand(grantCommand())
    .addCommand(previewCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand())
    .addCommand(statusCommand())
    .addCommand(deletedCommand())
    .addCommand(receiptCommand())
    .addCommand(checkReceiptCommand());
}
