import { hasCode } from "@anamnesis/core/errors";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useEnter } from "../app/useWho.ts";
import { Failed } from "../parts/Failed.tsx";
import { PasskeyOnce } from "../parts/PasskeyOnce.tsx";
import { useOnce } from "../parts/useOnce.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { useWords } from "../words/useWords.tsx";
import type { Who } from "../worker/protocol.ts";
import type { FoundWallet } from "./discoverWallets.ts";
import { signInWithWallet } from "./signInWithWallet.ts";
import { WalletList } from "./WalletList.tsx";

/** Signing in with a wallet; in a browser that does not have the keys yet, a passkey once. */
export function WalletSignIn() {
  const words = useWords();
  const enter = useEnter();
  const navigate = useNavigate();
  const [needsKeys, setNeedsKeys] = useState(false);
  const goIn = async (who: Who): Promise<void> => {
    enter(who);
    await navigate({ to: "/" });
  };
  const wallet = useMutation({
    mutationFn: async ({ provider }: FoundWallet) => signInWithWallet(provider),
    onSuccess: async (who) => {
      if (who === null) setNeedsKeys(true);
      else await goIn(who);
    },
  });
  const signInOnce = useOnce(wallet);
  if (needsKeys) {
    return (
      <PasskeyOnce
        title={words.wallets.needsKeysTitle}
        help={words.wallets.needsKeys}
        action={words.wallets.usePasskey}
        onIn={goIn}
      />
    );
  }
  return (
    <>
      <WalletList
        action={words.wallets.signIn}
        busy={wallet.isPending ? wallet.variables.id : null}
        onChoose={(chosen) => signInOnce(chosen)}
      />
      {wallet.isPending && <Waiting label={words.wallets.answer} />}
      {wallet.isError &&
        (hasCode(wallet.error, "sign-in-failed") ? (
          <div className="notice" role="alert">
            <div className="grow">
              <h3>{words.wallets.unknownTitle}</h3>
              <p>{words.wallets.unknown}</p>
              <div className="tools">
                <Link to="/new" search={{ wallet: true }}>
                  {words.wallets.newPatient}
                </Link>
              </div>
            </div>
          </div>
        ) : (
          <Failed error={wallet.error} />
        ))}
    </>
  );
}
