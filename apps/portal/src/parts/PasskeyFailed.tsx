import { hasCode } from "@anamnesis/core/errors";
import { useWords } from "../words/useWords.tsx";
import { Failed } from "./Failed.tsx";
import { AlertIcon } from "./icons.tsx";

/** What failed while a passkey was made; of one that cannot keep keys, what else can be done. */
export function PasskeyFailed({ error }: { readonly error: unknown }) {
  const words = useWords();
  if (!hasCode(error, "no-prf")) return <Failed error={error} />;
  return (
    <div className="notice stop" role="alert">
      <AlertIcon />
      <div className="grow">
        <h2>{words.keys.noPrf.title}</h2>
        <p>{words.keys.noPrf.help}</p>
      </div>
    </div>
  );
}
