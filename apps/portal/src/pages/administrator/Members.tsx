import { useWords } from "../../words/useWords.tsx";
import type { OrganisationView, Parameter } from "../../worker/protocol/administrator.ts";

/** Who takes part, and the rules that they set for themselves. */
export function Members({
  members,
  organisation,
  parameters,
}: Pick<OrganisationView, "members" | "organisation" | "parameters">) {
  const { members: said, actions } = useWords().organisation;
  return (
    <section className="card" aria-labelledby="members">
      <h2 id="members">{said.title}</h2>
      <ul className="rows">
        {members.map(({ organisation: id, name, kind, custodian, status }) => (
          <li key={id} className="row">
            <div className="grow">
              <h3>{name}</h3>
              <p className="muted">
                {[said.kinds[kind] ?? kind, ...(custodian ? [said.custodian] : [])].join(", ")}
              </p>
            </div>
            {id === organisation && <span className="tag plain">{said.us}</span>}
            {status !== "active" && <span className="tag wait">{said.standings[status]}</span>}
          </li>
        ))}
      </ul>
      <details>
        <summary>{said.rules}</summary>
        <dl className="terms">
          {(Object.keys(actions.parameterNames) as readonly Parameter[]).map((name) => (
            <div key={name}>
              <dt>{actions.parameterNames[name]}</dt>
              <dd>{actions.parameterValues[name](parameters[name])}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}
