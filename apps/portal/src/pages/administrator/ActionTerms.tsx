import { useWords } from "../../words/useWords.tsx";
import { type SaidAction, shortened } from "./sayAction.ts";

/** What a proposal would do: what comes of it, what is in it, and the exact terms on demand. @param more other exact terms. */
export function ActionTerms({
  said: { means, facts, exact },
  more = [],
}: {
  readonly said: SaidAction;
  readonly more?: SaidAction["exact"];
}) {
  const words = useWords();
  const terms = [...exact, ...more];
  const inShort = exact.map(([name, value]) => `${name} ${shortened(value)}`).join(", ");
  return (
    <>
      {facts.length > 0 && (
        <dl className="changes">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {means.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {terms.length > 0 && (
        <>
          {inShort !== "" && <p className="muted">{inShort}</p>}
          <details>
            <summary>{words.organisation.proposals.exact}</summary>
            <dl className="terms">
              {terms.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd className="code">{value}</dd>
                </div>
              ))}
            </dl>
          </details>
        </>
      )}
    </>
  );
}
