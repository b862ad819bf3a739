import { deviceRoutes as routes } from "@anamnesis/api/routes/portalDevices";
import type { NodeContext } from "../context.ts";
import { sessionAnswer } from "../portal/accounts.ts";
import { shutOut } from "../portal/devices/shutOut.ts";
import { handler, type Handler } from "./handler.ts";
import type { PortalServices } from "./portalHandlers.ts";
import { signedInOf, visitOf } from "./visitOf.ts";

/** Devices of an account: adding one, and shutting out all but one. */
export function deviceHandlers(
  context: NodeContext,
  { sessions, devices }: Pick<PortalServices, "sessions" | "devices">,
): readonly Handler[] {
  return [
    handler(routes.offerDevice, async (call) =>
      devices.offer(signedInOf(call).account, call.request.locator),
    ),
    handler(routes.offeredDevice, async (call) => devices.offered(signedInOf(call).account)),
    handler(routes.withdrawDevice, async (call) => {
      await devices.withdraw(signedInOf(call).account);
      return {};
    }),
    handler(routes.answerDevice, async (call) => {
      await devices.answer(signedInOf(call).account, call.request);
      return {};
    }),
    handler(routes.claimDevice, (call) => devices.claim(visitOf(call), call.request)),
    handler(routes.takeDevice, async (call) => {
      const visit = visitOf(call);
      const taken = await devices.take(visit, call.request.ticket);
      if (taken === null) return {};
      await sessions.begin(visit, taken.account, "device");
      return { answer: taken.answer };
    }),
    handler(routes.shutOutDevices, async (call) => {
      const { account, how } = signedInOf(call);
      const { version } = await shutOut(context, account, call.request);
      await sessions.endAll(account);
      const visit = { ...visitOf(call), signedIn: null };
      const session = await sessionAnswer(context, await sessions.begin(visit, account, how));
      return { version, session };
    }),
  ];
}
