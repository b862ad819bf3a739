// Writes where each contract keeps its state, slot by slot, to snapshots/storage: `npm run layout -w contracts`. With --check
// nothing is written: exit code 1 when a layout moved. What is written there is what other programs read from the chain's
// state, and what gas is spent on, so it changes on purpose or not at all.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkedFile } from "./checkedFile.mjs";
import { contractNames } from "./contractNames.mjs";
import { CONTRACTS, runForge } from "./forge.mjs";

const built = runForge(["build", "--skip", "test", "--quiet"]);
if (built !== 0) process.exit(built);

/**
 * A type by its name and parts; the compiler's number for it is left out, because any change of the sources moves it.
 * @param seen Types that are being written out: a struct that contains itself ends here.
 */
function typeOf(id, types, seen = []) {
  const { label, numberOfBytes, members, key, value, base } = types[id];
  const inside = seen.includes(id) ? {} : { members, key, value, base };
  const within = [...seen, id];
  return {
    type: label,
    bytes: Number(numberOfBytes),
    ...(inside.key === undefined ? {} : { key: typeOf(inside.key, types, within) }),
    ...(inside.value === undefined ? {} : { value: typeOf(inside.value, types, within) }),
    ...(inside.base === undefined ? {} : { items: typeOf(inside.base, types, within) }),
    ...(inside.members === undefined ? {} : { members: inside.members.map((member) => place(member, types, within)) }),
  };
}

function place({ label, slot, offset, type }, types, seen) {
  return { name: label, slot: Number(slot), offset, ...typeOf(type, types, seen) };
}

function layoutOf(name) {
  const artifact = JSON.parse(readFileSync(join(CONTRACTS, "out", `${name}.sol`, `${name}.json`), "utf8"));
  const { storage, types } = artifact.storageLayout;
  return storage.map((variable) => place(variable, types ?? {}));
}

const check = process.argv.includes("--check");
for (const name of contractNames()) {
  checkedFile({
    file: join(CONTRACTS, "snapshots", "storage", `${name}.json`),
    text: `${JSON.stringify(layoutOf(name), null, 2)}\n`,
    check,
    complaint: `contracts/snapshots/storage/${name}.json is not what ${name}.sol keeps: run npm run layout -w contracts`,
  });
}
