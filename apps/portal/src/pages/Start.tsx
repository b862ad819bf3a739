import { Navigate } from "@tanstack/react-router";
import { useWho } from "../app/useWho.ts";
import { AwaitRegistration } from "./desk/AwaitRegistration.tsx";
import { Home } from "./patient/Home.tsx";

/** The first page of whoever is signed in. */
export function Start() {
  const { data: who } = useWho();
  if (who?.kind !== "staff") return <Home />;
  if (!who.registered && !who.administrator) return <AwaitRegistration />;
  if (who.administrator) return <Navigate to="/organisation" replace />;
  return <Navigate to={who.subject === "staff" ? "/desk" : "/patients"} replace />;
}
