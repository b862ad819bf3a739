import { portalRoutes } from "@anamnesis/api/routes/portal";
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { callPortal } from "../../api/portal.ts";
import { useEnter } from "../../app/useWho.ts";
import { Failed } from "../../parts/Failed.tsx";
import { KitField } from "../../parts/KitField.tsx";
import { PasskeyFailed } from "../../parts/PasskeyFailed.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { registerPasskey } from "../../passkey/register.ts";
import { formatList } from "../../words/format.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { FoundByKit, KitCheck } from "../../worker/protocol/keys.ts";

/** Everything back from paper, on a device where nothing is known: the kit, what it leads to, a passkey; the rest goes on by itself. */
export function Recover() {
  const words = useWords();
  usePageTitle(words.keys.titles.recover);
  const [text, setText] = useState("");
  const [check, setCheck] = useState<KitCheck | null>(null);
  const find = useMutation({
    mutationFn: async () => {
      const checked = await ask("checkKit", { text });
      setCheck(checked);
      // Of whoever was signed in here; it is another account that is made.
      return checked === "ok" || checked === "another" ? ask("findByKit", { text }) : null;
    },
  });
  const findOnce = useOnce(find);
  const found = find.data ?? null;
  const [without, setWithout] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    findOnce();
  };
  const isWhole = found !== null && (found.missing.length === 0 || without);
  return (
    <div className="stack narrow">
      <div>
        <h1>{words.keys.recover.title}</h1>
        <p className="lead">{words.keys.recover.lead}</p>
      </div>
      {!isWhole && (
        <form className="card" onSubmit={submit}>
          <KitField
            value={text}
            check={check === "another" ? null : check}
            onChange={(value) => {
              setText(value);
              setCheck(null);
              find.reset();
            }}
          />
          <div className="tools">
            <Button type="submit" loading={find.isPending} disabled={text.trim() === ""}>
              {found === null ? words.keys.recover.find : words.keys.recover.again}
            </Button>
            <Link to="/sign-in">{words.titles.signIn}</Link>
          </div>
          {find.isPending && <Waiting label={words.keys.recover.finding} />}
          {find.isError && <Failed error={find.error} />}
        </form>
      )}
      {found !== null && <Found found={found} isWhole={isWhole} onWithout={() => setWithout(true)} />}
    </div>
  );
}

function Found({
  found,
  isWhole,
  onWithout,
}: {
  readonly found: FoundByKit;
  readonly isWhole: boolean;
  readonly onWithout: () => void;
}) {
  const words = useWords().keys.recover;
  const enter = useEnter();
  const navigate = useNavigate();
  const recover = useMutation({
    mutationFn: async () => {
      // With a session the passkey would be one more of that account.
      await callPortal(portalRoutes.endPortalSession, { everywhere: false }).catch(() => undefined);
      return ask("recover", { passkey: await registerPasskey() });
    },
    onSuccess: async (who) => {
      enter(who);
      await navigate({ to: "/" });
    },
  });
  const recoverOnce = useOnce(recover);
  return (
    <section className="card" aria-labelledby="found">
      <h2 id="found">{words.found(found.found, found.of)}</h2>
      {found.silent.length > 0 && <p className="muted">{words.silent(formatList(found.silent))}</p>}
      {!isWhole && (
        <>
          <p>{words.missing}</p>
          <div className="tools">
            <Button variant="subtle" onClick={onWithout}>
              {words.without}
            </Button>
          </div>
        </>
      )}
      {isWhole && (
        <>
          <h3>{words.passkeyTitle}</h3>
          <p className="muted">{words.passkeyHelp}</p>
          <div className="tools">
            <Button loading={recover.isPending} onClick={() => recoverOnce()}>
              {words.make}
            </Button>
          </div>
          {recover.isError && <PasskeyFailed error={recover.error} />}
        </>
      )}
    </section>
  );
}
