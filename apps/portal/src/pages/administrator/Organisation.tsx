import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { Failed } from "../../parts/Failed.tsx";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import { JoinRequests } from "./JoinRequests.tsx";
import { Members } from "./Members.tsx";
import { Node } from "./Node.tsx";
import { People } from "./People.tsx";
import { Proposals } from "./Proposals.tsx";
import { Register } from "./Register.tsx";

/** Milliseconds between two looks. */
const LOOK_EVERY = 5000;

/** The node, the organisation's people, the members, and what they decide. */
export function Organisation() {
  const words = useWords();
  usePageTitle(words.titles.organisation);
  const { register = "" } = useSearch({ from: "/inside/organisation" });
  const view = useQuery({
    queryKey: ["organisation"],
    queryFn: async () => ask("organisation"),
    refetchInterval: LOOK_EVERY,
  });
  return (
    <>
      <h1>{view.data?.name ?? words.titles.organisation}</h1>
      {view.isPending && <Waiting />}
      {view.isError && <Failed error={view.error} reset={() => void view.refetch()} busy={view.isFetching} />}
      {view.data !== undefined && (
        <div className="columns">
          <div className="stack">
            <Proposals view={view.data} />
            <People people={view.data.people} />
            <Register given={register} />
          </div>
          <div className="stack">
            <Node {...view.data} />
            <Members {...view.data} />
            <JoinRequests requests={view.data.requests} />
          </div>
        </div>
      )}
    </>
  );
}
