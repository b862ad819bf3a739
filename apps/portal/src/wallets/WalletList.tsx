import { Button } from "@mantine/core";
import { useWords } from "../words/useWords.tsx";
import type { FoundWallet } from "./discoverWallets.ts";
import { useWallets } from "./useWallets.ts";

/** The wallets of this browser, by name and icon, each with the one thing that one can do with it here. */
export function WalletList({
  action,
  busy,
  onChoose,
}: {
  readonly action: string;
  /** Id of the wallet that is asked right now. */
  readonly busy: string | null;
  readonly onChoose: (wallet: FoundWallet) => void;
}) {
  const words = useWords();
  const wallets = useWallets();
  if (wallets.length === 0) return <p className="muted">{words.wallets.none}</p>;
  return (
    <ul className="rows">
      {wallets.map((wallet) => (
        <li key={wallet.id} className="row">
          <span className="who" aria-hidden="true">
            {wallet.icon === null ? wallet.name.slice(0, 1) : <img src={wallet.icon} alt="" />}
          </span>
          <div className="grow">
            <h3>{wallet.name}</h3>
          </div>
          <Button
            variant="outline"
            loading={busy === wallet.id}
            disabled={busy !== null}
            aria-label={words.wallets.with(action, wallet.name)}
            onClick={() => onChoose(wallet)}
          >
            {action}
          </Button>
        </li>
      ))}
    </ul>
  );
}
