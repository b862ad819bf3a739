import { Button } from "@mantine/core";
import { accessSentence } from "../meaning/accessSentence.ts";
import { locale } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { SignedSentencesProps } from "./SignedSentences.tsx";
import { wishedPermission } from "./wishedPermission.ts";

/**
 * What the choice comes to, in sight while choosing in a narrow window, where the whole sentence stands below all choices; and the way there. It signs
 * nothing: who signs has read all of it. It sticks within the choices, so it is gone where the whole sentence is.
 *
 * @param card id of the heading above the whole sentence, which takes the focus.
 */
export function SignBar({
  share,
  grantee,
  card,
}: SignedSentencesProps & {
  readonly card: string;
}) {
  const words = useWords();
  const isEmpty = share.parts.length === 0;
  return (
    <section className="sign-bar" aria-label={words.share.soFar}>
      <p aria-live="polite">
        {isEmpty
          ? words.share.chooseSomething
          : accessSentence(wishedPermission(share, grantee), "short", meaningEn, locale)}
      </p>
      <Button
        disabled={isEmpty}
        onClick={() => {
          const heading = document.getElementById(card);
          heading?.focus({ preventScroll: true });
          heading?.scrollIntoView({ block: "start" });
        }}
      >
        {words.share.toSign}
      </Button>
    </section>
  );
}
