import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { askAgain } from "../../app/askAgain.ts";
import { Failed } from "../../parts/Failed.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

const FIELDS = ["family", "given", "birthDate", "identifier"] as const;
const EMPTY = { family: "", given: "", birthDate: "", identifier: "" };

/** Somebody without a device: the organisation holds the keys until a code hands them over. */
export function RegisterPatient() {
  const words = useWords();
  const queries = useQueryClient();
  // The same form again goes on with what was begun, and makes nobody twice.
  const [form, setForm] = useState(() => crypto.randomUUID());
  const [entered, setEntered] = useState(EMPTY);
  const [missing, setMissing] = useState(false);
  const register = useMutation({
    mutationFn: async () => ask("registerPerson", { form, ...entered }),
    onSuccess: async () => {
      setForm(crypto.randomUUID());
      setEntered(EMPTY);
      await askAgain(queries, "desk-people");
    },
  });
  const registerOnce = useOnce(register);
  const [saved, setSaved] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (entered.family.trim() === "") {
      setMissing(true);
      return;
    }
    setSaved(`${entered.given} ${entered.family}`.trim());
    registerOnce();
  };
  return (
    <section className="card" aria-labelledby="register-patient">
      <h2 id="register-patient">{words.desk.desk.register}</h2>
      <p className="muted">
        <b>{words.desk.desk.none}.</b> {words.desk.desk.noneHelp}
      </p>
      {register.isSuccess && <p role="status">{words.desk.desk.registered(saved)}</p>}
      <form onSubmit={submit}>
        {FIELDS.map((field) => (
          <TextInput
            key={field}
            label={words.desk.desk[field]}
            type={field === "birthDate" ? "date" : "text"}
            value={entered[field]}
            maxLength={field === "identifier" ? 64 : 100}
            autoComplete="off"
            error={field === "family" && missing ? words.desk.desk.nameMissing : null}
            onChange={(event) => {
              setEntered({ ...entered, [field]: event.currentTarget.value });
              setMissing(false);
            }}
          />
        ))}
        <div className="tools">
          <Button type="submit" loading={register.isPending}>
            {words.desk.desk.save}
          </Button>
        </div>
      </form>
      {register.isPending && <Waiting label={words.desk.desk.saving} />}
      {register.isError && <Failed error={register.error} />}
    </section>
  );
}
