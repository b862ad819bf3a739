import { Navigate } from "@tanstack/react-router";
import { useWho } from "../app/useWho.ts";
import { Home } from "./patient/Home.tsx";

/** The first page of whoever is signed in. */
export function Start() {
  const { data: who } = useWho();
  return who?.kind === "staff" ? <Navigate to="/patients" replace /> : <Home />;
}
