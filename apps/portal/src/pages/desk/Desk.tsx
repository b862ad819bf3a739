import { usePageTitle } from "../../parts/usePageTitle.ts";
import { QrCode } from "../../parts/QrCode.tsx";
import { useConfig } from "../../app/useConfig.ts";
import { useWords } from "../../words/useWords.tsx";
import { useState } from "react";
import type { DeskPerson } from "../../worker/protocol/desk.ts";
import { CodeSheet } from "./CodeSheet.tsx";
import { PeopleHere } from "./PeopleHere.tsx";
import { RegisterPatient } from "./RegisterPatient.tsx";

/** The front desk: registers patients, gives them codes, and finds who was registered. */
export function Desk() {
  const words = useWords();
  usePageTitle(words.desk.titles.desk);
  const [person, setPerson] = useState<Pick<DeskPerson, "patient" | "given" | "family"> | null>(null);
  if (person !== null) return <CodeSheet person={person} done={() => setPerson(null)} />;
  return (
    <>
      <h1>{words.desk.desk.title}</h1>
      <div className="columns">
        <PeopleHere makeCode={setPerson} />
        <div className="stack">
          <RegisterPatient />
          <OwnPhone />
        </div>
      </div>
    </>
  );
}

function OwnPhone() {
  const words = useWords();
  const { data: config } = useConfig();
  if (config === undefined) return null;
  return (
    <section className="card" aria-labelledby="own-phone">
      <h2 id="own-phone">{words.desk.desk.own}</h2>
      <p className="muted">{words.desk.desk.ownHelp}</p>
      <QrCode
        text={`${globalThis.location.origin}/new?home=${config.organisation}`}
        label={words.desk.desk.ownLink}
      />
    </section>
  );
}
