import { useWords } from "../../words/useWords.tsx";
import type { OrganisationView } from "../../worker/protocol/administrator.ts";

/** What this organisation signed and the ledger does not have: on its way, or refused and why. */
export function Sending({ sending }: Pick<OrganisationView, "sending">) {
  const said = useWords().organisation;
  if (sending.length === 0) return null;
  return (
    <>
      <h3>{said.sending.title}</h3>
      <ul className="rows">
        {sending.map(({ type, about, refusal }) => (
          <li key={`${type} ${about}`} className="row">
            <div className="grow">
              <b>{said.sending.kinds[type]}</b>
              {refusal !== null && (
                <p className="muted">
                  {said.sending.refused(said.refusals[refusal] ?? said.otherRefusal(refusal))}
                </p>
              )}
            </div>
            {refusal === null && <span className="tag wait">{said.sending.waits}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
