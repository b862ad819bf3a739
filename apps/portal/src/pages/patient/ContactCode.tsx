import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Failed } from "../../parts/Failed.tsx";
import { QrCode } from "../../parts/QrCode.tsx";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

/** What a patient hands to somebody who is to ask. */
export function ContactCode() {
  const words = useWords();
  usePageTitle(words.titles.contactCode);
  const found = useQuery({
    queryKey: ["contact-code"],
    queryFn: async () => ask("contactCode"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [copied, setCopied] = useState(false);
  const code = found.data?.code;
  const copy = async (text: string): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div className="stack">
      <p>
        <Link to="/sharing">{words.back(words.titles.sharing)}</Link>
      </p>
      <h1>{words.requests.code}</h1>
      <p className="lead">{words.requests.codeLead}</p>
      {found.isPending && <Waiting />}
      {found.isError && (
        <Failed error={found.error} reset={() => void found.refetch()} busy={found.isFetching} />
      )}
      {code !== undefined && (
        <section className="card" aria-label={words.requests.code}>
          <QrCode text={code} label={words.requests.codeQr} />
          <p className="code">{code}</p>
          <div className="tools">
            <Button onClick={() => void copy(code)}>{words.requests.copy}</Button>
            <span role="status">{copied && words.requests.copied}</span>
          </div>
        </section>
      )}
    </div>
  );
}
