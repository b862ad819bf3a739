import { areasSentence } from "../meaning/accessSentence.ts";
import { locale } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { NewShare } from "../worker/protocol.ts";
import { signedSentences } from "./signedSentences.ts";

/** What the signature permits, as each consent will say it word for word, and which sensitive areas that opens. */
export function SignedSentences({
  share,
  granteeName,
}: {
  readonly share: Omit<NewShare, "grantee">;
  readonly granteeName: string;
}) {
  const words = useWords();
  const { parts } = share;
  if (parts.length === 0) {
    return (
      <p className="sentence" aria-live="polite">
        {words.share.chooseSomething}
      </p>
    );
  }
  return (
    <div aria-live="polite">
      {signedSentences(share, granteeName).map(({ kind, sentence }) => (
        <div key={kind} className="signed">
          <h3>{words.kinds[kind]}</h3>
          <p className="sentence">{sentence}</p>
        </div>
      ))}
      <p className="muted">{areasSentence(parts, meaningEn, locale)}</p>
    </div>
  );
}
