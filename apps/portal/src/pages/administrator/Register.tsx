import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { askAgain } from "../../app/askAgain.ts";
import { Failed } from "../../parts/Failed.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

/** Enters a new member of staff in the directory, by the code that this person shows. @param given a code that came with a link. */
export function Register({ given }: { readonly given: string }) {
  const words = useWords();
  const queries = useQueryClient();
  const [code, setCode] = useState(given);
  const look = useMutation({ mutationFn: async () => ask("applicant", { code }) });
  const sign = useMutation({
    mutationFn: async () => ask("registerApplicant", { code }),
    onSuccess: async () => {
      await askAgain(queries, "organisation");
    },
  });
  const lookOnce = useOnce(look);
  const signOnce = useOnce(sign);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    sign.reset();
    lookOnce();
  };
  const found = look.data;
  const clear = (): void => {
    look.reset();
    setCode("");
  };
  return (
    <section className="card" aria-labelledby="register">
      <h2 id="register">{words.desk.register.title}</h2>
      {sign.isSuccess && found !== undefined && <p role="status">{words.desk.register.sent(found.name)}</p>}
      {(found === undefined || sign.isSuccess) && (
        <form onSubmit={submit}>
          <TextInput
            label={words.desk.register.code}
            description={words.desk.register.help}
            value={code}
            autoComplete="off"
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <div className="tools">
            <Button type="submit" variant="outline" loading={look.isPending} disabled={code.trim() === ""}>
              {words.desk.register.look}
            </Button>
          </div>
        </form>
      )}
      {look.isError && <Failed error={look.error} />}
      {sign.isError && <Failed error={sign.error} />}
      {found !== undefined && !sign.isSuccess && (
        <>
          <p>
            <b>{words.desk.register.who(found.name, words.desk.roles[found.role] ?? found.role)}</b>
          </p>
          <p>{found.registered ? words.desk.register.already : words.desk.register.check}</p>
          <div className="tools">
            {!found.registered && (
              <Button loading={sign.isPending} onClick={() => signOnce()}>
                {words.desk.register.register(found.name)}
              </Button>
            )}
            <Button variant="subtle" disabled={sign.isPending} onClick={clear}>
              {words.desk.register.cancel}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
