import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { benchFailed } from "../../run/benchFailed.ts";

/** A FHIR server in a process of its own, asked over HTTP. */
export interface Served {
  readonly ask: (method: string, path: string, body?: object) => Promise<Answer>;
  /** Takes another token, where there are tokens. */
  readonly renew: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Of one of the programs beside this file. Throws `bench-failed`. */
export async function startServed(
  program: "node" | "medplum",
  args: readonly string[] = [],
): Promise<Served> {
  const file = fileURLToPath(new URL(`${program}.process.ts`, import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw benchFailed();
    return value;
  };
  const base = await line();
  let token: string | null = null;
  return {
    ask: async (method, path, body) => {
      const answer = await fetch(path === "" ? base : `${base}/${path}`, {
        method,
        headers: {
          "content-type": "application/fhir+json",
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (answer.status >= 400) throw benchFailed();
      return { status: answer.status, body: text };
    },
    renew: async () => {
      if (program !== "node") return;
      child.stdin.write("token\n");
      token = await line();
    },
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
