import { Failed } from "../parts/Failed.tsx";
import { usePageTitle } from "../parts/usePageTitle.ts";
import { useWords } from "../words/useWords.tsx";

/** In the place of a page that did not come, or broke while it was drawn. */
export function PageFailed({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  const { errors } = useWords();
  usePageTitle(errors.page);
  return (
    <div className="stack">
      <h1>{errors.page}</h1>
      <Failed error={error} reset={reset} />
    </div>
  );
}
