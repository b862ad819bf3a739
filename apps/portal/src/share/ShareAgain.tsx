import { Link } from "@tanstack/react-router";
import { useWords } from "../words/useWords.tsx";
import type { Share } from "../worker/protocol.ts";

/** The way back for who stopped the wrong share: the same choices once more, to be signed anew. */
export function ShareAgain({ share: { id, granteeName } }: { readonly share: Share }) {
  const words = useWords();
  return (
    <p className="tools">
      <Link to="/sharing/new" search={{ again: id }}>
        {words.sharing.again(granteeName)}
      </Link>
    </p>
  );
}
