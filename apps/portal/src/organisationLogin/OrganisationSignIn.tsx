import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { Failed } from "../parts/Failed.tsx";
import { useOnce } from "../parts/useOnce.ts";
import { useWords } from "../words/useWords.tsx";
import { goToLogin } from "./goToLogin.ts";

/** The way to the login that an organisation gives its staff. */
export function OrganisationSignIn({ organisation }: { readonly organisation: string }) {
  const words = useWords().organisationLogin;
  const { to = "/" } = useSearch({ from: "/sign-in" });
  const go = useMutation({ mutationFn: async () => goToLogin("sign-in", to) });
  const goOnce = useOnce(go);
  return (
    <section className="card" aria-label={words.signIn(organisation)}>
      <p className="muted">{words.signInHelp}</p>
      <div className="tools">
        <Button variant="outline" loading={go.isPending} onClick={() => goOnce()}>
          {words.signIn(organisation)}
        </Button>
      </div>
      {go.isError && <Failed error={go.error} />}
    </section>
  );
}
