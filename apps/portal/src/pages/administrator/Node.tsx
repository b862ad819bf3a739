import { AlertIcon, CheckIcon } from "../../parts/icons.tsx";
import { useWords } from "../../words/useWords.tsx";
import type { OrganisationView } from "../../worker/protocol/administrator.ts";
import { Figures } from "./Figures.tsx";
import { shortened } from "./sayAction.ts";

/** How the node does: in one word, what needs somebody, its figures, and every check on demand. */
export function Node({ status, checks }: Pick<OrganisationView, "status" | "checks">) {
  const said = useWords().organisation.node;
  const bad = checks.filter(({ ok }) => !ok);
  return (
    <section className="card" aria-labelledby="node">
      <header>
        <h2 id="node">{said.title}</h2>
        <p className={status === "ready" ? "tag good" : "tag wait"} role="status">
          {status === "ready" ? <CheckIcon /> : <AlertIcon />}
          {said.states[status]}
        </p>
      </header>
      {bad.map(({ name }) => {
        const [about = said.other, todo = ""] = said.names[name] ?? [];
        return (
          <div key={name} className="notice">
            <AlertIcon />
            <p className="grow">
              <b>{about}.</b> {todo}
            </p>
          </div>
        );
      })}
      <Figures />
      <details>
        <summary>{said.checks(checks.length)}</summary>
        <ul className="rows">
          {checks.map(({ name, ok, detail }) => (
            <li key={name} className="row">
              <div className="grow">
                <b>{said.names[name]?.[0] ?? said.other}</b>
                <p className="muted">{detail.replace(/0x[0-9a-f]+/gi, shortened)}</p>
              </div>
              <span className={ok ? "tag good" : "tag wait"}>{ok ? said.well : said.look}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
