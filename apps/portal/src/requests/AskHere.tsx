import { Button } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../words/useWords.tsx";
import { AskForm } from "./AskForm.tsx";

/** Asking, where something is missing: a button, and the form in its place. */
export function AskHere({
  consent,
  label,
  help,
}: {
  /** Of a share that the patient gave, now or before. */
  readonly consent?: string;
  readonly label: string;
  readonly help?: string;
}) {
  const words = useWords();
  const [asking, setAsking] = useState(false);
  const [sent, setSent] = useState(false);
  if (asking)
    return (
      <AskForm
        {...(consent === undefined ? {} : { consent })}
        close={(done) => {
          setAsking(false);
          setSent(sent || done);
        }}
      />
    );
  return (
    <section className="card" aria-label={label}>
      {help !== undefined && <p className="muted">{help}</p>}
      {sent && <p role="status">{words.requests.sent}</p>}
      <Button variant="outline" onClick={() => setAsking(true)}>
        {label}
      </Button>
    </section>
  );
}
