import type { RequestPage } from "@anamnesis/api/routes/requests";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type AskerWish, askerWishSigner } from "@anamnesis/core/request/askerWish";
import type { RequestWindow } from "../access/requestWindow.ts";
import type { NodeContext } from "../context.ts";
import { notFound } from "../runtime/refuse.ts";
import { requestClosed } from "./requestClosed.ts";
import { requestPageOf } from "./requestPages.ts";
import { requireActiveAsker } from "./requireActiveAsker.ts";

type WishContext = Pick<NodeContext, "db" | "clock" | "copy" | "organisation" | "durable">;

/** What somebody asked at this node, with the answers. Throws `bad-request-signature`, `not-authorised`, and what the window throws. */
export async function ownRequests(
  context: WishContext,
  window: RequestWindow,
  wish: AskerWish,
): Promise<RequestPage> {
  await admitWish(context, window, wish, "list");
  return requestPageOf(context.db, { requester: wish.body.requester.actor }, wish.body.from);
}

/**
 * Withdraws a request that waits; the same again succeeds. It stays, marked, until it would have expired, so that the patient sees that there was one.
 * Throws `request-closed` once it is answered, `not-found`, and what `ownRequests` throws.
 */
export async function withdrawRequest(
  context: WishContext,
  window: RequestWindow,
  wish: AskerWish,
): Promise<void> {
  await admitWish(context, window, wish, "withdraw");
  const { request, requester } = wish.body;
  await context.durable("request.withdrawal", () =>
    context.db.transaction(async (tx) => {
      const rows = await tx.query<{ withdrawn_at: number | null; answered: boolean }>(
        `select withdrawn_at, answer is not null as answered from consent_requests
         where request = $1 and requester = $2 for update`,
        [request, requester.actor],
      );
      const row = rows[0];
      if (row === undefined) throw notFound();
      if (row.withdrawn_at !== null) return;
      if (row.answered) throw requestClosed();
      await tx.query("update consent_requests set withdrawn_at = $2 where request = $1", [
        request,
        context.clock.now(),
      ]);
    }),
  );
}

async function admitWish(
  context: WishContext,
  window: RequestWindow,
  wish: AskerWish,
  what: AskerWish["body"]["what"],
): Promise<void> {
  const { body } = wish;
  const signer = askerWishSigner(wish);
  const fits = body.what === what && body.audience === context.organisation;
  if (signer === null || !fits) {
    throw new AnamnesisError({
      code: "bad-request-signature",
      rule: "A wish about requests is signed by who asked, for one purpose and one node.",
      fix: "Sign one that names this node and what is wanted.",
    });
  }
  window.admit(signer, body.nonce, body.time, context.clock.now());
  await requireActiveAsker(context, body.requester, signer);
}
