import { Navigate, Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { Failed } from "../parts/Failed.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { useWho } from "./useWho.ts";

const Unfinished = lazy(async () => {
  const page = await import("../pages/keys/Unfinished.tsx");
  return { default: page.Unfinished };
});

/** Lets in who is signed in and has nothing left to finish, and sends everybody else to the sign-in. */
export function Gate() {
  const who = useWho();
  if (who.isPending) return <Waiting />;
  if (who.isError) return <Failed error={who.error} reset={() => void who.refetch()} busy={who.isFetching} />;
  if (who.data === null) return <ToSignIn />;
  if (who.data.due !== null) {
    return (
      <Suspense fallback={<Waiting />}>
        <Unfinished due={who.data.due} />
      </Suspense>
    );
  }
  return <Outlet />;
}

/** With the address to go on at: a link that was opened from a code leads there after the sign-in. */
function ToSignIn() {
  const href = useRouterState({ select: (state) => state.location.href });
  // The address of before: it changes while this one leads away.
  const [wanted] = useState(href);
  const [search] = useState(wanted === "/" ? {} : { to: wanted });
  return <Navigate to="/sign-in" search={search} replace />;
}
