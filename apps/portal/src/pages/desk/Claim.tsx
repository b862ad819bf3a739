import { hasCode } from "@anamnesis/core/errors";
import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { useEnter } from "../../app/useWho.ts";
import { Failed } from "../../parts/Failed.tsx";
import { KitOnPaper } from "../../parts/KitOnPaper.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { registerPasskey } from "../../passkey/register.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

/** What a desk kept becomes the person's own: the code, a kit on paper, a passkey, and one change of locks. */
export function Claim() {
  const words = useWords();
  usePageTitle(words.desk.titles.claim);
  const [code, setCode] = useState(() => decodeURIComponent(globalThis.location.hash.slice(1)));
  const [paper, setPaper] = useState(false);
  const look = useMutation({
    mutationFn: async () => {
      const { organisation } = await ask("lookAtClaim", { code });
      const { kit } = await ask("claimKit");
      return { organisation, kit };
    },
  });
  const lookOnce = useOnce(look);
  useEffect(() => {
    // The secret goes from the address bar and the history as soon as the page has it.
    if (globalThis.location.hash === "") return;
    globalThis.history.replaceState(globalThis.history.state, "", globalThis.location.pathname);
  }, []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    lookOnce();
  };
  if (look.data !== undefined && !paper) return <OwnKit kit={look.data.kit} onPaper={() => setPaper(true)} />;
  if (look.data !== undefined) return <Take organisation={look.data.organisation} />;
  return (
    <div className="stack">
      <div>
        <h1>{words.desk.claim.title}</h1>
        <p className="lead">{words.desk.claim.lead}</p>
      </div>
      <form className="card" onSubmit={submit}>
        <TextInput
          label={words.desk.claim.code}
          description={words.desk.claim.codeHelp}
          value={code}
          autoComplete="off"
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <div className="tools">
          <Button type="submit" loading={look.isPending} disabled={code.trim() === ""}>
            {words.desk.claim.look}
          </Button>
          <Link to="/sign-in">{words.titles.signIn}</Link>
        </div>
        {look.isPending && <Waiting />}
        {look.isError && <Failed error={look.error} />}
      </form>
    </div>
  );
}

/** Before the passkey, so that whoever took over has paper whatever happens next. */
function OwnKit({ kit, onPaper }: { readonly kit: string; readonly onPaper: () => void }) {
  const words = useWords();
  const [isWrong, setWrong] = useState(false);
  const last = kit.slice(kit.lastIndexOf("-") + 1);
  return (
    <KitOnPaper
      text={kit}
      title={words.desk.claim.kitTitle}
      isWrong={isWrong}
      isPending={false}
      confirm={(typed) => {
        if (typed.trim().toLowerCase() === last.toLowerCase()) onPaper();
        else setWrong(true);
      }}
      changed={() => setWrong(false)}
    />
  );
}

function Take({ organisation }: { readonly organisation: string }) {
  const words = useWords();
  const enter = useEnter();
  const navigate = useNavigate();
  const take = useMutation({
    mutationFn: async () => {
      await ask("claim", { passkey: await registerPasskey() });
      return ask("resume");
    },
    onSuccess: async (who) => {
      if (who !== null) enter(who);
      await navigate({ to: "/" });
    },
  });
  const takeOnce = useOnce(take);
  return (
    <div className="stack">
      <div>
        <h1>{words.desk.claim.title}</h1>
        <p className="lead">{words.desk.claim.found(organisation)}</p>
      </div>
      <section className="card" aria-label={words.desk.claim.title}>
        <p>{words.desk.claim.next}</p>
        <div className="tools">
          <Button loading={take.isPending} onClick={() => takeOnce()}>
            {words.desk.claim.take}
          </Button>
        </div>
        {take.isPending && <Waiting label={words.desk.claim.taking} />}
        {take.isError && <Failed error={take.error} />}
        {hasCode(take.error, "cards-not-published") && (
          <p>
            {words.desk.claim.onward} <Link to="/sign-in">{words.titles.signIn}</Link>
          </p>
        )}
      </section>
    </div>
  );
}
