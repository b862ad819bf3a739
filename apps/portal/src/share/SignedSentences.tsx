import { accessSentence } from "../meaning/accessSentence.ts";
import { locale } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { Grantee, NewShare } from "../worker/protocol.ts";
import { signedSentences } from "./signedSentences.ts";
import { wishedPermission } from "./wishedPermission.ts";

export interface SignedSentencesProps {
  readonly share: Omit<NewShare, "grantee">;
  readonly grantee: Pick<Grantee, "name" | "organisationName">;
}

/** What the signature permits, all of it in one sentence of plain words. */
export function ShareSentence({ share, grantee }: SignedSentencesProps) {
  const words = useWords();
  return (
    <p className="sentence" aria-live="polite">
      {share.parts.length === 0
        ? words.share.chooseSomething
        : accessSentence(wishedPermission(share, grantee), "sign", meaningEn, locale)}
    </p>
  );
}

/** What each consent will say, word for word, for who wants to hold it against what a wallet shows or a receipt says. */
export function SignedSentences({ share, grantee }: SignedSentencesProps) {
  const words = useWords();
  if (share.parts.length === 0) return null;
  return (
    <details className="signed">
      <summary>{words.share.wordForWord}</summary>
      <p className="muted">{words.share.wordForWordHelp}</p>
      {signedSentences(share, grantee.name).map(({ kind, sentence }) => (
        <div key={kind}>
          <h3>{words.kinds[kind]}</h3>
          <p className="exact">{sentence}</p>
        </div>
      ))}
    </details>
  );
}
