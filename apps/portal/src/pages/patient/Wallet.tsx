import { portalRoutes } from "@anamnesis/api/routes/portal";
import { portalWalletRoutes } from "@anamnesis/api/routes/portalWallets";
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { askAgain } from "../../app/askAgain.ts";
import { callPortal } from "../../api/portal.ts";
import { Failed } from "../../parts/Failed.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import type { FoundWallet } from "../../wallets/discoverWallets.ts";
import { linkWallet } from "../../wallets/signInWithWallet.ts";
import { WalletSigns } from "../../wallets/WalletSigns.tsx";
import { WalletList } from "../../wallets/WalletList.tsx";
import { formatDate } from "../../words/format.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

/** Wallets that sign in: what there are, one more, one less; and whether one signs for the person. */
export function WalletPage() {
  const words = useWords();
  usePageTitle(words.wallets.title);
  const queries = useQueryClient();
  const session = useQuery({
    queryKey: ["session"],
    queryFn: async () => callPortal(portalRoutes.portalSession, undefined),
  });
  const again = async (): Promise<void> => askAgain(queries, "session");
  const link = useMutation({
    mutationFn: async ({ provider }: FoundWallet) => linkWallet(provider),
    onSuccess: again,
  });
  const remove = useMutation({
    mutationFn: async (wallet: Uint8Array) => {
      const left = await callPortal(portalWalletRoutes.walletRemoval, { wallet });
      if (left.wallets.length === 0) await ask("forgetBrowser");
    },
    onSuccess: again,
  });
  const linkOnce = useOnce(link);
  const removeOnce = useOnce(remove);
  const wallets = session.data?.wallets ?? [];
  return (
    <div className="stack">
      <p>
        <Link to="/devices">{words.back(words.keys.titles.devices)}</Link>
      </p>
      <div>
        <h1>{words.wallets.title}</h1>
        <p className="lead">{words.wallets.lead}</p>
      </div>
      {session.isPending && <Waiting />}
      {session.isError && (
        <Failed error={session.error} reset={() => void session.refetch()} busy={session.isFetching} />
      )}
      {wallets.length > 0 && (
        <section className="card" aria-labelledby="linked">
          <h2 id="linked">{words.wallets.linked}</h2>
          <ul className="rows">
            {wallets.map(({ wallet, created }) => (
              <li key={created + String(wallet)} className="row">
                <div className="grow">
                  <h3>{words.wallets.since(formatDate(created))}</h3>
                </div>
                <Button
                  variant="outline"
                  loading={remove.isPending && remove.variables === wallet}
                  disabled={remove.isPending}
                  aria-label={words.wallets.removeSince(formatDate(created))}
                  onClick={() => removeOnce(wallet)}
                >
                  {words.wallets.remove}
                </Button>
              </li>
            ))}
          </ul>
          {remove.isError && <Failed error={remove.error} />}
        </section>
      )}
      <section className="card" aria-labelledby="add-wallet">
        <h2 id="add-wallet">{words.wallets.addTitle}</h2>
        <p className="muted">{words.wallets.addHelp}</p>
        <WalletList
          action={words.wallets.add}
          busy={link.isPending ? link.variables.id : null}
          onChoose={(wallet) => linkOnce(wallet)}
        />
        {link.isPending && <Waiting label={words.wallets.answer} />}
        {link.isError && <Failed error={link.error} />}
        <p className="muted">{words.wallets.bounds}</p>
      </section>
      <WalletSigns />
    </div>
  );
}
