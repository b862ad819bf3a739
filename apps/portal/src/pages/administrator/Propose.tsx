import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { askAgain } from "../../app/askAgain.ts";
import { Failed } from "../../parts/Failed.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { useWords, type Words } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { OrganisationView, Parameter, ProposalWish } from "../../worker/protocol/administrator.ts";
import { ActionTerms } from "./ActionTerms.tsx";
import { FileField } from "./FileField.tsx";
import { sayAction } from "./sayAction.ts";
import { type ProposeForm, wishOf } from "./wishOf.ts";

type Kind = ProposalWish["type"];
type Choice = readonly [value: string, name: string];

const KINDS: readonly Kind[] = [
  "admit",
  "suspend",
  "reinstate",
  "remove",
  "set-parameter",
  "rotate-key",
  "pause",
  "lift-pause",
];
const EMPTY = { subject: "", value: "", offer: null };

/** Puts something to the vote: chosen, looked at as the others will see it, then signed. */
export function Propose({ view, close }: { readonly view: OrganisationView; readonly close: () => void }) {
  const words = useWords();
  const said = words.organisation.propose;
  const queries = useQueryClient();
  const [form, setForm] = useState<ProposeForm>({ type: "admit", ...EMPTY });
  const [wrong, setWrong] = useState(false);
  const look = useMutation({
    mutationFn: async (wish: ProposalWish) => ({ wish, action: await ask("lookAtWish", wish) }),
  });
  const propose = useMutation({
    mutationFn: async (wish: ProposalWish) => ask("propose", wish),
    onSuccess: async () => askAgain(queries, "organisation"),
  });
  const lookOnce = useOnce(look);
  const proposeOnce = useOnce(propose);
  const wish = wishOf(form, view, Math.floor(Date.now() / 1000));
  const set = (changed: Partial<ProposeForm>): void => setForm({ ...form, ...changed });
  const choices = choicesOf(form.type, view, words);
  if (propose.isSuccess) {
    const stands = view.proposals.some(({ id }) => id === propose.data.proposal);
    return (
      <div className="notice good" role="status">
        <div className="grow">
          <p>{stands ? said.stands : said.sent}</p>
          <div className="tools">
            <Button variant="subtle" onClick={close}>
              {said.close}
            </Button>
          </div>
        </div>
      </div>
    );
  }
  if (look.data !== undefined) {
    const { wish: looked, action } = look.data;
    const shown = sayAction(action, words);
    const aboutUs =
      (action.type === "suspend" || action.type === "remove") && action.organisation === view.organisation;
    return (
      <section className="stack ask card" aria-label={shown.title}>
        <h3>{shown.title}</h3>
        <ActionTerms said={shown} />
        <p>{aboutUs ? said.signedAboutUs : said.signed}</p>
        <p className="muted">
          {said.openFor(
            words.organisation.actions.parameterValues.votingPeriod(view.parameters.votingPeriod),
          )}{" "}
          {said.sure}
        </p>
        {propose.isError && <Failed error={propose.error} />}
        <div className="tools">
          <Button loading={propose.isPending} onClick={() => proposeOnce(looked)}>
            {said.sign}
          </Button>
          <Button
            variant="subtle"
            disabled={propose.isPending}
            onClick={() => {
              propose.reset();
              look.reset();
            }}
          >
            {said.change}
          </Button>
        </div>
      </section>
    );
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wish !== null) lookOnce(wish);
  };
  return (
    <form className="stack narrow" onSubmit={submit} aria-label={said.title}>
      <NativeSelect
        label={said.what}
        value={form.type}
        data={KINDS.map((value) => ({ value, label: said.kinds[value] }))}
        onChange={(event) => setForm({ type: event.currentTarget.value as Kind, ...EMPTY })}
      />
      {choices !== null && choices.list.length === 0 && <p>{choices.empty}</p>}
      {choices !== null && choices.list.length > 0 && (
        <NativeSelect
          label={choices.label}
          value={form.subject}
          data={[
            { value: "", label: said.choose },
            ...choices.list.map(([value, label]) => ({ value, label })),
          ]}
          onChange={(event) => set({ subject: event.currentTarget.value, value: "" })}
        />
      )}
      {form.type === "set-parameter" && form.subject !== "" && (
        <Value words={said.values[form.subject as Parameter]} form={form} set={set} />
      )}
      {form.type === "pause" && (
        <Value
          words={[
            said.hours,
            said.hoursHelp(words.organisation.actions.parameterValues.maxPause(view.parameters.maxPause)),
          ]}
          form={form}
          set={set}
        />
      )}
      {form.type === "rotate-key" && (
        <FileField
          label={said.offer}
          help={said.offerHelp}
          chosen={(offer, unreadable) => {
            set({ offer });
            setWrong(unreadable);
          }}
        />
      )}
      {wrong && <p role="alert">{words.organisation.join.unreadable}</p>}
      {look.isError && <Failed error={look.error} />}
      <div className="tools">
        <Button type="submit" variant="outline" loading={look.isPending} disabled={wish === null}>
          {said.look}
        </Button>
        <Button variant="subtle" onClick={close}>
          {said.close}
        </Button>
      </div>
      <p className="muted">{said.command}</p>
    </form>
  );
}

function Value({
  words: [label, help],
  form: { value },
  set,
}: {
  readonly words: readonly [label: string, help: string];
  readonly form: ProposeForm;
  readonly set: (changed: Partial<ProposeForm>) => void;
}) {
  return (
    <TextInput
      label={label}
      description={help}
      value={value}
      inputMode="decimal"
      autoComplete="off"
      onChange={(event) => set({ value: event.currentTarget.value })}
    />
  );
}

interface Choices {
  readonly label: string;
  readonly list: readonly Choice[];
  readonly empty: string;
}

/** `null` where a file says what it is about. */
function choicesOf(kind: Kind, view: OrganisationView, { organisation: said }: Words): Choices | null {
  const { propose, actions } = said;
  switch (kind) {
    case "rotate-key":
      return null;
    case "admit":
      return {
        label: propose.request,
        list: view.requests.map(({ request, entrant }) => [request, entrant.name]),
        empty: propose.noRequests,
      };
    case "set-parameter":
      return {
        label: propose.parameter,
        list: Object.entries(actions.parameterNames),
        empty: "",
      };
    case "pause":
      return {
        label: propose.pause,
        list: Object.entries(actions.intents),
        empty: "",
      };
    case "lift-pause":
      return {
        label: propose.pause,
        list: view.pauses.flatMap(({ intent }) =>
          intent === null ? [] : [[intent, actions.intents[intent]] as const],
        ),
        empty: propose.noPause,
      };
    default: {
      const fits = { suspend: ["active"], reinstate: ["suspended"], remove: ["active", "suspended"] }[kind];
      return {
        label: propose.who,
        list: view.members
          .filter(({ status }) => fits.includes(status))
          .map(({ organisation, name }) => [organisation, name]),
        empty: propose.noMember,
      };
    }
  }
}
