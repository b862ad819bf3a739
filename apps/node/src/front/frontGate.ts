import type { IncomingMessage } from "node:http";
import { portalRoutes } from "@anamnesis/api/routes/portal";
import { deviceRoutes } from "@anamnesis/api/routes/portalDevices";
import { portalOrganisationLoginRoutes } from "@anamnesis/api/routes/portalOrganisationLogin";
import { portalWalletRoutes } from "@anamnesis/api/routes/portalWallets";
import { networkOf } from "../http/networkOf.ts";
import { PortalGate } from "../http/portalGate.ts";
import { nodeOrigins } from "../portal/nodeOrigins.ts";
import { hashOfValue } from "../portal/session/hashOfValue.ts";
import type { SessionStore } from "../portal/session/sessionStore.ts";

/** Method and path of every route for who is signed in; none has a parameter. */
const REQUIRED: ReadonlySet<string> = new Set(
  [
    ...Object.values(portalRoutes),
    ...Object.values(deviceRoutes),
    ...Object.values(portalWalletRoutes),
    ...Object.values(portalOrganisationLoginRoutes),
  ]
    .filter(({ session }) => session === "required")
    .map(({ method, path }) => `${method} ${path}`),
);

export interface FrontGate {
  /** Throws `not-signed-in`, `cross-site`, `sessions-unavailable`. @param setCookie as for the `PortalGate`. */
  admit(request: IncomingMessage, ip: string, setCookie: (text: string) => void): Promise<void>;
}

/**
 * Ends at the front what no session stands for, by the sessions that all processes of the node share. It only looks: whether an account still stands, and what value a browser gets next, says the main
 * process, which looks again.
 */
export function createFrontGate(store: Pick<SessionStore, "find">, publicUrl: string): FrontGate {
  const origins = nodeOrigins(publicUrl);
  const gate = new PortalGate<true>({
    origins: () => origins,
    sessions: {
      admit: async (value) =>
        (await store.find(hashOfValue(value))) === null ? null : { signedIn: true, fresh: null },
    },
  });
  return {
    admit: async ({ method = "", url = "", headers }, ip, setCookie) => {
      const [path = ""] = url.split("?");
      if (!REQUIRED.has(`${method} ${path}`)) return;
      await gate.admit({ session: "required", method, headers, network: networkOf(ip), setCookie });
    },
  };
}
