import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNoteWho } from "../app/useWho.ts";
import { Failed } from "../parts/Failed.tsx";
import { KitField } from "../parts/KitField.tsx";
import { useOnce } from "../parts/useOnce.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";
import type { KitCheck } from "../worker/protocol/keys.ts";
import type { FoundWallet } from "./discoverWallets.ts";
import { chooseAccount } from "./questions.ts";
import { WalletList } from "./WalletList.tsx";
import { shortAccount } from "./WalletQuestion.tsx";

/** Whether a wallet signs for the general part, and how to change that. */
export function WalletSigns() {
  const words = useWords().wallets.signs;
  const owner = useQuery({ queryKey: ["wallet-owner"], queryFn: async () => ask("walletOwner"), gcTime: 0 });
  const account = owner.data?.account;
  return (
    <section className="card" aria-labelledby="wallet-signs">
      <h2 id="wallet-signs">{account === undefined ? words.title : words.doesTitle}</h2>
      {owner.isPending && <Waiting />}
      {owner.isError && (
        <Failed error={owner.error} reset={() => void owner.refetch()} busy={owner.isFetching} />
      )}
      {owner.data === null && <LetWalletSign />}
      {account !== undefined && <LetDeviceSign account={account} />}
    </section>
  );
}

function LetWalletSign() {
  const words = useWords().wallets.signs;
  const note = useNoteWho();
  const [kit, setKit] = useState<string | null>(null);
  const sign = useMutation({
    mutationFn: async (wallet: FoundWallet) =>
      ask("letWalletSign", { kit: kit ?? "", account: await chooseAccount(wallet) }),
    onSuccess: note,
  });
  const signOnce = useOnce(sign);
  return (
    <>
      <p>{words.lead}</p>
      <ul>
        {words.means.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {kit === null ? (
        <WithKit action={words.goOn} onKit={setKit} />
      ) : (
        <>
          <p>{words.choose}</p>
          <WalletList
            action={words.let}
            busy={sign.isPending ? sign.variables.id : null}
            onChoose={(wallet) => signOnce(wallet)}
          />
          {sign.isPending && <Waiting label={words.asking} />}
          {sign.isError && <Failed error={sign.error} />}
        </>
      )}
    </>
  );
}

function LetDeviceSign({ account }: { readonly account: string }) {
  const words = useWords().wallets.signs;
  const note = useNoteWho();
  const device = useMutation({
    mutationFn: async (kit: string) => ask("letDeviceSign", { kit }),
    onSuccess: note,
  });
  const deviceOnce = useOnce(device);
  return (
    <>
      <p>{words.does(shortAccount(account))}</p>
      <p className="muted">{words.lost}</p>
      <WithKit action={words.device} onKit={(kit) => deviceOnce(kit)} />
      {device.isPending && <Waiting />}
      {device.isError && <Failed error={device.error} />}
    </>
  );
}

/** The printed kit, looked at before anything is done with it. */
function WithKit({ action, onKit }: { readonly action: string; readonly onKit: (kit: string) => void }) {
  const words = useWords().wallets.signs;
  const [kit, setKit] = useState("");
  const [check, setCheck] = useState<KitCheck | null>(null);
  const look = useMutation({
    mutationFn: async () => ask("checkKit", { text: kit }),
    onSuccess: (found) => {
      setCheck(found);
      if (found === "ok") onKit(kit);
    },
  });
  const lookOnce = useOnce(look);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    lookOnce();
  };
  return (
    <form onSubmit={submit}>
      <p>{words.kit}</p>
      <KitField
        value={kit}
        check={check}
        onChange={(value) => {
          setKit(value);
          setCheck(null);
        }}
      />
      <div className="tools">
        <Button type="submit" variant="outline" loading={look.isPending} disabled={kit.trim() === ""}>
          {action}
        </Button>
      </div>
      {look.isError && <Failed error={look.error} />}
    </form>
  );
}
