import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { askAgain } from "../app/askAgain.ts";
import { Failed } from "../parts/Failed.tsx";
import { useOnce } from "../parts/useOnce.ts";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";

/** What is in force and waits for the wallet's signature; nothing when nothing waits. The wallet is asked when the person says so. */
export function WaitsForWallet() {
  const words = useWords().wallets.waits;
  const queries = useQueryClient();
  const owner = useQuery({ queryKey: ["wallet-owner"], queryFn: async () => ask("walletOwner"), gcTime: 0 });
  const finish = useMutation({
    mutationFn: async () => ask("finishWithWallet"),
    onSuccess: async () => {
      await askAgain(queries, "wallet-owner", "shares");
    },
  });
  const finishOnce = useOnce(finish);
  const { waiting, permits } = owner.data ?? { waiting: 0, permits: 0 };
  if (waiting + permits === 0) return null;
  return (
    <section className="card ask" aria-labelledby="waits-for-wallet">
      <h2 id="waits-for-wallet">{words.title}</h2>
      {waiting > 0 && <p>{words.help}</p>}
      {permits > 0 && <p>{words.permits}</p>}
      <div className="tools">
        <Button loading={finish.isPending} onClick={() => finishOnce()}>
          {words.ask}
        </Button>
      </div>
      {finish.isError && <Failed error={finish.error} />}
    </section>
  );
}
