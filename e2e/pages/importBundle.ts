import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "@anamnesis/cli/demo/until";
import { CommandProcess } from "../runDemo.ts";
import type { PortalWorld } from "./portalWorld.ts";

/** A machine with other work takes several times as long as an idle one. */
const DEADLINE = 240_000;

/**
 * Seals a FHIR Bundle into the record of the demo's patient of the portal, as the hospital of the records would, and waits until all of it is on the ledger; what
 * the command says of it.
 */
export async function importBundle({ state, north }: PortalWorld, bundle: object): Promise<unknown> {
  const at = (name: string): string => join(state, "..", name);
  await writeFile(at("bundle.json"), JSON.stringify(bundle));
  const env = {
    ANAMNESIS_PASSPHRASE_FILE: join(state, "passphrase"),
    ANAMNESIS_NODE: north.replace("localhost", "127.0.0.1"),
  };
  const run = async (...args: readonly string[]): Promise<unknown> => {
    const { exitCode, output } = await new CommandProcess([...args, "--json"], env).finished;
    if (exitCode !== 0) throw new Error(`${args[0]} ended with ${exitCode}:\n${output}`);
    return JSON.parse(output);
  };
  const members = (await run("consortium", "members")) as readonly {
    readonly name: string;
    readonly organisation: string;
  }[];
  const hospital = members.find(({ name }) => name === "Hospital Northbank")?.organisation ?? "";
  const keys = ["--keys", await newestKeys(join(state, "patients"))];
  await run("permit", ...keys, "--organisation", hospital, "--out", at("admission"));
  const device = ["--device", join(state, "keys", "importer.age"), "--admission", at("admission")];
  const source = ["--system", "urn:anamnesis:demo:northbank", "--journal", at("journal")];
  const imported = await run("import", at("bundle.json"), ...device, ...source);
  const ledger = ["--ledger", join(state, "ledger.json"), "--purpose", "PATRQT"];
  await until({ what: "the imported records on the ledger", deadline: DEADLINE }, async () => {
    const { waiting } = (await run("verify", ...keys, ...ledger)) as { readonly waiting: number };
    return waiting === 0 ? true : null;
  });
  return imported;
}

/** The portal's patient is the last whom the demo enrols. */
async function newestKeys(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".age"));
  const dated = await Promise.all(
    files.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  const [newest] = dated.toSorted((one, other) => other.at - one.at);
  return join(folder, newest?.name ?? "");
}
