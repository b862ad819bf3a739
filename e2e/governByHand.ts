import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "vitest";
import { CommandProcess } from "./runDemo.ts";

/** How often something that is on its way to the ledger is looked for; each look is a command of its own. */
const LOOKS = 60;

export interface Play {
  /** The demo's state folder, which has its administrators' keys. */
  readonly state: string;
  /** For new files. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command to its end and gives what it printed as JSON. */
  readonly run: (...args: readonly string[]) => Promise<Record<string, unknown>>;
  /** Opens the records of a patient who granted a practitioner of Hospital Southgate. */
  readonly open: (out: string) => Promise<{ readonly exitCode: number | null; readonly output: string }>;
}

interface Member {
  readonly name: string;
  readonly organisation: string;
  readonly endpoint: string;
  readonly status: string;
}
interface Status {
  readonly members: readonly Member[];
  readonly requests: readonly { readonly request: string }[];
  readonly proposals: readonly { readonly proposal: string; readonly state: string }[];
}

/**
 * Three members admit a fourth, which runs its node; the four suspend one, whose practitioner custodians refuse from then on, and
 * reinstate it.
 */
export async function governByHand({ state, folder, env, run, open }: Play, node: string): Promise<void> {
  const at = (name: string): string => join(folder, name);
  const membersAt = async (url: string): Promise<readonly Member[]> =>
    (await run("consortium", "members", "--node", url)) as unknown as readonly Member[];
  const three = await membersAt(node);
  const named = (name: string): Member =>
    three.find((member) => member.name === name) ?? expect.unreachable(`no member ${name}`);
  const adminOf = (key: string): string => join(state, "keys", `administrator-${key}.age`);
  const as = (url: string, admin: string): readonly string[] => ["--node", url, "--admin", admin];
  const north = as(named("Hospital Northbank").endpoint, adminOf("north"));
  const laboratory = as(named("Laboratory Eastgate").endpoint, adminOf("laboratory"));
  const southgate = named("Hospital Southgate").organisation;
  const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
    for (let i = 0; i < LOOKS; i++) {
      const found = await look();
      if (found !== undefined) return found;
    }
    return expect.unreachable("it came to the ledger");
  };
  const statusOf = async (who: readonly string[]): Promise<Status> =>
    (await run("consortium", "status", "--all", ...who)) as unknown as Status;
  /** One proposes, the others agree once they see it, and everyone sees that it was carried out. */
  const decide = async (
    proposer: readonly string[],
    voters: readonly (readonly string[])[],
    ...action: readonly string[]
  ): Promise<void> => {
    const { proposal } = await run("consortium", "propose", ...action, ...proposer);
    const stateAt = async (who: readonly string[], wanted: string): Promise<true | undefined> =>
      (await statusOf(who)).proposals.some((item) => item.proposal === proposal && item.state === wanted)
        ? true
        : undefined;
    for (const voter of voters) {
      await until(() => stateAt(voter, "open"));
      await run("consortium", "vote", String(proposal), "yes", ...voter);
    }
    for (const who of [proposer, ...voters]) await until(() => stateAt(who, "carried-out"));
  };

  const westData = at("west");
  await run("node", "init", "--data", westData, "--name", "Clinic Westgate");
  const port = await freePort();
  const west = `http://127.0.0.1:${port}`;
  const request = ["--data", westData, "--kind", "clinic", "--endpoint", west, "--out", at("join")];
  const asked = await run("consortium", "join", "--node", node, ...request);
  await run("consortium", "join", "--request", at("join"), ...north);
  await until(async () => (await statusOf(north)).requests.find((item) => item.request === asked["request"]));
  await decide(north, [laboratory], "admit", String(asked["request"]));
  for (const member of three) {
    await until(async () => (await membersAt(member.endpoint)).find(({ endpoint }) => endpoint === west));
  }

  const westAdmin = at("west-admin.age");
  const organisation = String(asked["organisation"]);
  const keys = ["--subject", "staff", "--name", "Administrator", "--organisation", organisation];
  const { administrator } = await run("keys", "create", ...keys, "--out", westAdmin);
  const config = JSON.parse(await readFile(join(state, "nodes", "north.json"), "utf8")) as Record<
    string,
    unknown
  >;
  const own = { dataDir: westData, port, publicUrl: west, admins: [administrator] };
  await writeFile(at("west.json"), JSON.stringify({ ...config, ...own }));
  const running = new CommandProcess(["node", "run", "--config", at("west.json")], env);
  try {
    await running.until('"started"');
    const clinic = as(west, westAdmin);
    expect((await membersAt(west)).map(({ status }) => status)).toEqual(
      Array.from({ length: 4 }, () => "active"),
    );

    expect(await open(at("before"))).toMatchObject({ exitCode: 0 });
    await decide(north, [laboratory, clinic], "suspend", southgate);
    const refused = await open(at("suspended"));
    expect([refused.exitCode, refused.output]).toEqual([1, expect.stringContaining("code: not-opened")]);
    const { members } = await statusOf(clinic);
    expect(members.find((member) => member.organisation === southgate)?.status).toBe("suspended");
    await decide(laboratory, [clinic], "reinstate", southgate);
    // Each custodian answers again from when its own copy has the block.
    await until(async () => ((await open(at("after"))).exitCode === 0 ? true : undefined));
  } finally {
    await running.stop();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => void server.close(closed));
  return typeof address === "object" && address !== null ? address.port : expect.unreachable("a TCP server");
}
