import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Failed } from "../../parts/Failed.tsx";
import { QrCode } from "../../parts/QrCode.tsx";
import { spaced } from "../../parts/spaced.ts";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { formatTime } from "../../words/format.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

const LOOK_EVERY = 1500;

/** The signed-in one of two devices: shows the code, compares the number, lets the other one in. */
export function AddDevice() {
  const all = useWords();
  const words = all.keys.add;
  usePageTitle(all.keys.titles.addDevice);
  const offer = useQuery({
    queryKey: ["offer-device"],
    queryFn: async () => ask("offerDevice"),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const offered = useQuery({
    queryKey: ["offered-device", offer.data?.code],
    queryFn: async () => ask("offeredDevice"),
    enabled: offer.isSuccess,
    refetchInterval: ({ state }) =>
      state.data?.state === "over" || state.error !== null ? false : LOOK_EVERY,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const answer = useMutation({
    mutationFn: async () => ask("answerDevice"),
    onSuccess: async () => offered.refetch(),
  });
  const answerOnce = useOnce(answer);
  const stop = useMutation({
    mutationFn: async () => ask("withdrawDevice"),
    onSuccess: async () => offered.refetch(),
  });
  if (offer.isPending) return <Waiting />;
  if (offer.isError)
    return <Failed error={offer.error} reset={() => void offer.refetch()} busy={offer.isFetching} />;
  const { code, expires } = offer.data;
  const address = `${self.location.origin}/add-device`;
  const state = offered.data?.state ?? "open";
  const digits = offered.data?.digits ?? null;
  return (
    <div className="stack narrow">
      <h1>{words.title}</h1>
      {offered.isError && <Failed error={offered.error} reset={() => void offer.refetch()} />}
      {state === "open" && !offered.isError && (
        <section className="card" aria-label={words.qr}>
          <p>{words.lead}</p>
          <QrCode text={`${address}#${code}`} label={words.qr} />
          <p className="muted">{words.address(address)}</p>
          <p className="code" translate="no">
            {code}
          </p>
          <p className="muted">{words.until(formatTime(expires))}</p>
          <Waiting label={words.waiting} />
          <div className="tools">
            <Button variant="subtle" loading={stop.isPending} onClick={() => stop.mutate()}>
              {words.cancel}
            </Button>
          </div>
        </section>
      )}
      {state === "claimed" && digits !== null && (
        <section className="card ask" aria-labelledby="compare">
          <h2 id="compare">{words.compare}</h2>
          <p className="digits">{spaced(digits)}</p>
          <div className="tools">
            <Button loading={answer.isPending} onClick={() => answerOnce()}>
              {words.same}
            </Button>
            <Button variant="subtle" disabled={answer.isPending} onClick={() => stop.mutate()}>
              {words.differs}
            </Button>
          </div>
          {answer.isError && <Failed error={answer.error} />}
        </section>
      )}
      {state === "answered" && (
        <section className="card" aria-label={words.title}>
          <p role="status">{words.answered}</p>
          <div className="tools">
            <Button component={Link} to="/devices">
              {words.done}
            </Button>
          </div>
        </section>
      )}
      {state === "over" && (
        <section className="card" aria-label={words.title}>
          <p role="status">{words.over}</p>
          <div className="tools">
            <Button onClick={() => void offer.refetch()}>{words.again}</Button>
            <Link to="/devices">{words.done}</Link>
          </div>
        </section>
      )}
    </div>
  );
}
