import { Navigate } from "@tanstack/react-router";
import { useWho } from "../app/useWho.ts";
import { Home } from "./patient/Home.tsx";

/** The first page of whoever is signed in. */
export function Start() {
  const { data: who } = useWho();
  if (who?.kind !== "staff") return <Home />;
  return <Navigate to={who.administrator ? "/organisation" : "/patients"} replace />;
}
