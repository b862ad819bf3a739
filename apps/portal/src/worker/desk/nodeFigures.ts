import { adminRoutes } from "@anamnesis/api/routes/admin";
import { nodeFindings } from "@anamnesis/sdk/nodeFindings";
import { asAdministrator } from "../administrator/administrator.ts";
import type { DeskMethods } from "../protocol/desk.ts";

/** Throws `wrong-role`, and what the node refuses. */
export const nodeFigures: DeskMethods["nodeFigures"] = async () => {
  const status = await asAdministrator().call(adminRoutes.nodeStatus, {}, undefined);
  return { ...status, findings: nodeFindings(status) };
};
