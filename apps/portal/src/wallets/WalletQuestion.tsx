import { Button } from "@mantine/core";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { Failed } from "../parts/Failed.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { useWords } from "../words/useWords.tsx";
import { answerWith, onQuestion, openQuestion, type OpenQuestion, turnDown } from "./questions.ts";
import { WalletList } from "./WalletList.tsx";

/** What the wallet is asked to sign, above the page that wants it: the same sentence that the wallet shows. */
export function WalletQuestion() {
  const question = useSyncExternalStore(onQuestion, openQuestion);
  return question === null ? null : <Question question={question} />;
}

function Question({ question }: { readonly question: OpenQuestion }) {
  const words = useWords().wallets.question;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const { account, sentence, wallet, error } = question;
  return (
    <dialog
      ref={dialog}
      className="card stack"
      aria-labelledby="wallet-question"
      onCancel={(event) => {
        event.preventDefault();
        turnDown();
      }}
    >
      <h2 id="wallet-question">{words.title}</h2>
      <p className="sentence">{sentence}</p>
      <p className="muted">{words.free(shortAccount(account))}</p>
      {error !== null && <Failed error={error} />}
      {wallet === null ? (
        <WalletList action={words.ask} busy={null} onChoose={(chosen) => void answerWith(chosen)} />
      ) : (
        <Waiting label={words.answer(wallet.name)} />
      )}
      <div className="tools">
        <Button variant="subtle" onClick={turnDown}>
          {words.notNow}
        </Button>
      </div>
    </dialog>
  );
}

/** The first and last characters, as wallets show it. */
export function shortAccount(account: string): string {
  return `${account.slice(0, 6)}…${account.slice(-4)}`;
}
