import { Button, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { MAX_REQUEST_MESSAGE } from "@anamnesis/core/request/consentRequest";
import { askAgain } from "../app/askAgain.ts";
import type { DataKind } from "../meaning/areas.ts";
import { Failed } from "../parts/Failed.tsx";
import { useOnce } from "../parts/useOnce.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { TermsForm } from "../share/TermsForm.tsx";
import { useTerms } from "../share/useTerms.ts";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";
import { askStart } from "./askStart.ts";

const EVERYTHING: readonly DataKind[] = [];

/**
 * Asks a patient, in place: what, of which years, until when, why, and a word.
 * @param consent of a share that this patient gave, now or before; without it the contact code is asked for.
 * @param name of the patient, where it is known: in this browser alone, for who asked.
 * @param areas chosen at first; all there is by default.
 */
export function AskForm({
  consent,
  name = null,
  areas = EVERYTHING,
  close,
}: {
  readonly consent?: string;
  readonly name?: string | null;
  readonly areas?: readonly DataKind[];
  readonly close: (sent: boolean) => void;
}) {
  const words = useWords();
  const queries = useQueryClient();
  const { terms, change, wish } = useTerms(askStart(areas));
  const [code, setCode] = useState("");
  const [message, setMessage] = useState("");
  const send = useMutation({
    mutationFn: async () =>
      ask("askAccess", {
        patient: consent === undefined ? { code } : { consent },
        ...asRequest(wish.parts),
        purpose: wish.purpose,
        dataFrom: wish.dataFrom,
        notAfter: wish.notAfter,
        message,
        name,
      }),
    onSuccess: async () => {
      await askAgain(queries, "asked");
      close(true);
    },
  });
  const sendOnce = useOnce(send);
  const incomplete = wish.parts.length === 0 || (consent === undefined && code.trim() === "");
  return (
    <section className="card" aria-label={words.requests.ask}>
      <h2>{words.requests.ask}</h2>
      <p className="muted">{words.requests.askLead}</p>
      <div className="stack">
        {consent === undefined && (
          <TextInput
            label={words.requests.patientCode}
            description={words.requests.patientCodeHelp}
            value={code}
            autoComplete="off"
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        <TermsForm
          what={words.requests.askWhat}
          sensitiveHelp={words.requests.askSensitive}
          terms={terms}
          change={change}
          staff
        />
        <Textarea
          label={words.requests.message}
          description={words.requests.messageHelp}
          value={message}
          maxLength={MAX_REQUEST_MESSAGE}
          autosize
          minRows={2}
          onChange={(event) => setMessage(event.currentTarget.value)}
        />
        <div className="tools">
          <Button loading={send.isPending} disabled={incomplete} onClick={() => sendOnce()}>
            {words.requests.send}
          </Button>
          <Button variant="subtle" disabled={send.isPending} onClick={() => close(false)}>
            {words.requests.cancel}
          </Button>
        </div>
        {send.isPending && <Waiting label={words.requests.sending} />}
        {send.isError && <Failed error={send.error} reset={() => sendOnce()} />}
      </div>
    </section>
  );
}

/** A request names kinds, and of the general one the types: every other kind is asked for whole, as it is shared. */
function asRequest(parts: ReturnType<typeof useTerms>["wish"]["parts"]) {
  const general = parts.find(({ kind }) => kind === "general");
  return { kinds: parts.map(({ kind }) => kind), resourceTypes: general?.resourceTypes ?? ["*"] };
}
