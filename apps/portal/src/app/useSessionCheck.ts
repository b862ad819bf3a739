import { portalRoutes } from "@anamnesis/api/routes/portal";
import { hasCode } from "@anamnesis/core/errors";
import { useEffect } from "react";
import { callPortal } from "../api/portal.ts";

const LOOK_EVERY = 30_000;

/** Whether the session still counts, at each page and now and then: who was signed out elsewhere keeps no open page. */
export function useSessionCheck(active: boolean, path: string, lock: () => Promise<void>): void {
  useEffect(() => {
    if (!active) return undefined;
    const look = (): void => {
      if (document.visibilityState !== "visible") return;
      void callPortal(portalRoutes.portalSession, undefined).catch(async (error: unknown) => {
        if (hasCode(error, "not-signed-in")) await lock();
      });
    };
    look();
    document.addEventListener("visibilitychange", look);
    const timer = setInterval(look, LOOK_EVERY);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [active, path, lock]);
}
