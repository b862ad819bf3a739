import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { useEnter } from "../../app/useWho.ts";
import { Failed } from "../../parts/Failed.tsx";
import { PasskeyFailed } from "../../parts/PasskeyFailed.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { spaced } from "../../parts/spaced.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { registerPasskey } from "../../passkey/register.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

/** Milliseconds between two looks whether the other device has let this one in. */
const LOOK_EVERY = 1500;

/** The new one of two devices. The code stands behind the # of the address that was scanned, which no server gets. */
export function JoinDevice() {
  const words = useWords();
  usePageTitle(words.keys.titles.joinDevice);
  const [code, setCode] = useState(() => decodeURIComponent(self.location.hash.slice(1)));
  useEffect(() => {
    // It is for once, and for no history.
    if (self.location.hash !== "") history.replaceState(history.state, "", self.location.pathname);
  }, []);
  const claim = useMutation({ mutationFn: async () => ask("claimDevice", { code }) });
  const claimOnce = useOnce(claim);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    claimOnce();
  };
  return (
    <div className="stack narrow">
      <div>
        <h1>{words.keys.join.title}</h1>
        {claim.data === undefined && <p className="lead">{words.keys.join.lead}</p>}
      </div>
      {claim.data === undefined ? (
        <form className="card" onSubmit={submit}>
          <TextInput
            label={words.keys.join.label}
            className="kit-field"
            value={code}
            autoComplete="off"
            spellCheck={false}
            placeholder="AD1-"
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <div className="tools">
            <Button type="submit" loading={claim.isPending} disabled={code.trim() === ""}>
              {words.keys.join.go}
            </Button>
          </div>
          {claim.isError && <Failed error={claim.error} />}
        </form>
      ) : (
        <LetIn digits={claim.data.digits} again={() => claim.reset()} />
      )}
    </div>
  );
}

function LetIn({ digits, again }: { readonly digits: string; readonly again: () => void }) {
  const words = useWords().keys.join;
  const enter = useEnter();
  const navigate = useNavigate();
  const taken = useQuery({
    queryKey: ["take-device", digits],
    queryFn: async () => ask("takeDevice"),
    refetchInterval: ({ state }) => (state.data === true || state.error !== null ? false : LOOK_EVERY),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const join = useMutation({
    mutationFn: async () => ask("joinDevice", { passkey: await registerPasskey() }),
    onSuccess: async (who) => {
      enter(who);
      await navigate({ to: "/" });
    },
  });
  const joinOnce = useOnce(join);
  if (taken.data === true) {
    return (
      <section className="card" aria-labelledby="let-in">
        <h2 id="let-in">{words.in}</h2>
        <p>{words.inHelp}</p>
        <div className="tools">
          <Button loading={join.isPending} onClick={() => joinOnce()}>
            {words.make}
          </Button>
        </div>
        {join.isError && <PasskeyFailed error={join.error} />}
      </section>
    );
  }
  return (
    <section className="card" aria-label={words.digits}>
      <p>{words.digits}</p>
      <p className="digits">{spaced(digits)}</p>
      {taken.isError ? <Failed error={taken.error} reset={again} /> : <Waiting label={words.wait} />}
    </section>
  );
}
