import { Navigate, Outlet } from "@tanstack/react-router";
import { Failed } from "../parts/Failed.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { useWho } from "./useWho.ts";

/** Lets in who is signed in, and sends everybody else to the sign-in. */
export function Gate() {
  const who = useWho();
  if (who.isPending) return <Waiting />;
  if (who.isError) return <Failed error={who.error} reset={() => void who.refetch()} />;
  if (who.data === null) return <Navigate to="/sign-in" replace />;
  return <Outlet />;
}
