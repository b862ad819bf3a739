import { portalRoutes } from "@anamnesis/api/routes/portal";
import { useQuery } from "@tanstack/react-query";
import { callPortal } from "../api/portal.ts";

/** Whose node this is, and how one signs in here. */
export function useConfig() {
  return useQuery({
    queryKey: ["config"],
    queryFn: async () => callPortal(portalRoutes.portalConfig, undefined),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
