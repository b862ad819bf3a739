import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { accessSentence } from "../meaning/accessSentence.ts";
import { locale } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { RequestToMe } from "../worker/protocol/requests.ts";
import { askedPermission } from "./askedPermission.ts";

/** What waits for the patient's word: first on the first page, and not there when nothing waits. */
export function NeedsMe({ requests }: { readonly requests: readonly RequestToMe[] }) {
  const words = useWords();
  if (requests.length === 0) return null;
  return (
    <section className="card ask" aria-labelledby="needs-you">
      <h2 id="needs-you">{words.requests.needsYou}</h2>
      <ul className="rows">
        {requests.map((request, i) => (
          <li key={request.id} className="row">
            <div className="grow">
              <p>{accessSentence(askedPermission(request.asked, request), "request", meaningEn, locale)}</p>
            </div>
            <Button
              component={Link}
              to={`/requests/${request.id}`}
              variant={i === 0 ? "filled" : "outline"}
              aria-label={words.requests.lookWho(request.name)}
            >
              {words.requests.look}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
