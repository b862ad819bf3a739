import { custodyRoutes as routes } from "@anamnesis/api/routes/custody";
import { committeeCertificate } from "@anamnesis/core/crypto/dkg/certificate";
import type { Hex } from "@anamnesis/core/ids";
import type { DkgRuns } from "../committee/dkgRuns.ts";
import type { NodeContext } from "../context.ts";
import { release, type ReleaseServices } from "../custody/release.ts";
import { revoke } from "../custody/revoke.ts";
import { notFound } from "../runtime/refuse.ts";
import { handler, type Handler } from "./handler.ts";

/** What a custodian does: release, revoke, and its side of the key generation. */
export function custodyHandlers(
  context: NodeContext,
  services: ReleaseServices,
  runs: DkgRuns,
): readonly Handler[] {
  return [
    handler(routes.release, ({ request }) => release(context, services, request)),
    handler(routes.revoke, ({ request }) => revoke(context, request)),
    handler(routes.committee, async () => {
      const row = await context.copy.committee();
      const rows =
        row === null
          ? []
          : await context.db.query<{ bytes: Uint8Array }>(
              "select bytes from committee_certificates where digest = $1",
              [row.certificate],
            );
      if (rows[0] === undefined) throw notFound();
      return committeeCertificate.decode(rows[0].bytes);
    }),
    handler(routes.dkgStart, async ({ request, signer }) => ({
      message: await runs.start(request, signer as Hex),
    })),
    handler(routes.dkgAnswer, async ({ request, signer }) => ({
      message: await runs.answer(request.setup, request.round1, signer as Hex),
    })),
    handler(routes.dkgFinish, ({ request, signer }) =>
      runs.finish(request.setup, request.round1, request.round2, signer as Hex),
    ),
    handler(routes.dkgCommit, async ({ request, signer }) => ({
      signature: await runs.commit(request, signer as Hex),
    })),
    handler(routes.dkgAbort, ({ request, signer }) => runs.abort(request, signer as Hex)),
  ];
}
