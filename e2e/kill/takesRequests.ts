import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { OrganisationKey } from "@anamnesis/cli/demo/cast";
import { whenStarted } from "@anamnesis/cli/demo/until";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { cidOf, CODEC_DAG_CBOR } from "@anamnesis/core/encoding/cid";
import { hasCode } from "@anamnesis/core/errors";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import type { KillableConsortium } from "./killableConsortium.ts";

/** Resolves when the node does more with a signed request than refuse it for being asked so soon after its start. */
export async function takesRequests(
  { organisations }: KillableConsortium,
  key: OrganisationKey,
): Promise<void> {
  const { nodes, admins } = organisations;
  const client = connect(systemRuntime, nodes[key].url, httpSigner(admins[key].ed25519));
  const cid = cidOf(utf8ToBytes("a blob that nobody has"), CODEC_DAG_CBOR);
  await whenStarted(async () => {
    await client.call(exchangeRoutes.getBlob, { cid }, undefined).catch((error: unknown) => {
      if (hasCode(error, "node-starting")) throw error;
    });
  });
}
