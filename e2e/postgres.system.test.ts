import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { custodyRoutes } from "@anamnesis/api/routes/custody";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { whenStarted } from "@anamnesis/cli/demo/until";
import { ledgerSection } from "@anamnesis/cli/files/ledgerFile";
import { NODE_MAIN } from "@anamnesis/cli/nodeProcess";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { organisationIdOf } from "@anamnesis/core/actor/keyCard";
import { consentIdOf } from "@anamnesis/core/consent/consent";
import type { Revocation } from "@anamnesis/core/consent/revocation";
import { addressOf, publicKeyOf, scalarFromSeed, sign } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { ConsentId } from "@anamnesis/core/ids";
import { intentDigest, type LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { startAnvil } from "@anamnesis/ledger/evm/anvil";
import { deployContracts } from "@anamnesis/ledger/evm/deployContracts";
import { findPostgres } from "@anamnesis/node/database/testing/postgresProgram";
import { administrate, PASSWORD, PostgresServer } from "@anamnesis/node/database/testing/postgresServer";
import { createKeystore } from "@anamnesis/node/keystore/keystore";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandProcess, factsOf, readReport, stopAll } from "./runDemo.ts";

/** A machine with other work takes several times as long as an idle one. */
const LONG = 300_000;

const random = (length: number): Uint8Array => systemRuntime.random(length);

/** What the tests started and have not ended, in case one of them fails. */
const stopping: (() => Promise<unknown> | void)[] = [];

/** A node's process in production mode, and the address where it listens. */
async function startProductionNode(
  folder: string,
  databaseUrl: string,
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", NODE_MAIN], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ANAMNESIS_CONFIG: join(folder, "node.json"),
      ANAMNESIS_PASSPHRASE: "correct horse",
      DATABASE_URL: databaseUrl,
    },
  });
  stopping.push(() => void child.kill("SIGKILL"));
  for await (const line of createInterface({ input: child.stdout })) {
    return { url: (JSON.parse(line) as { url: string }).url, child };
  }
  return expect.unreachable("the node did not start");
}

function newRevocation(identity: LedgerIdentity): { readonly id: ConsentId; readonly value: Revocation } {
  const secret = scalarFromSeed(random(48));
  const revoker = addressOf(publicKeyOf(secret));
  const commitment = toHex(random(32));
  const id = consentIdOf(identity, revoker, commitment);
  const signature = sign(intentDigest(identity, { type: "RevokeConsent", consent: id }), secret);
  return { id, value: { commitment, revoker, signature } };
}

const program = findPostgres();

describe.skipIf(program === null)("the journey on a PostgreSQL server", () => {
  let folder = "";
  let server: PostgresServer | null = null;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "journey-postgres-"));
    if (program !== null) server = await PostgresServer.start(program);
  });
  afterAll(async () => {
    await stopAll();
    for (const stop of stopping.toReversed()) await stop();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it(
    "plays with a database for each node, shows no password, and leaves no database behind",
    async () => {
      if (server === null) return expect.unreachable();
      const report = join(folder, "once.json");
      const url = await server.createDatabase();
      const before = await server.administrate("select datname from pg_database order by datname");
      const demo = new CommandProcess(["demo", "--once", "--json", report], { DATABASE_URL: url });
      const { exitCode, output } = await demo.finished;
      expect(output).not.toContain("error:");
      expect(output).not.toContain(PASSWORD);
      expect(exitCode).toBe(0);
      const read = await readReport(report);
      expect(read.ok).toBe(true);
      expect(factsOf(read, "4 ")["opened"]).toBe(factsOf(read, "2 ")["sealed"]);
      expect(factsOf(read, "7 ")).toMatchObject({ openedWithOneDown: 1 });
      expect(factsOf(read, "14 ")["readyNodes"]).toBe(3);
      expect(await server.administrate("select datname from pg_database order by datname")).toEqual(before);
    },
    LONG,
  );

  it(
    "has every revocation that a node in production acknowledged before kill -9",
    async () => {
      if (server === null) return expect.unreachable();
      const dataDir = join(folder, "killed");
      await mkdir(dataDir);
      const keys = await createKeystore({
        path: join(dataDir, "keystore.age"),
        passphrase: "correct horse",
        name: "north",
        random,
        workFactor: 10,
      });
      const anvil = await startAnvil();
      stopping.push(() => anvil.stop());
      const member = {
        organisation: organisationIdOf(keys.card),
        kind: "hospital",
        signer: keys.address,
        keyCard: keys.cardDigest,
        custodian: true,
        name: "north",
        endpoint: "http://127.0.0.1:1",
      } as const;
      const deployed = await deployContracts({
        rpcUrl: anvil.rpcUrl,
        account: toHex(random(32)),
        members: [member],
      });
      const ledger = ledgerSection({ rpcUrl: anvil.rpcUrl, ...deployed });
      await writeFile(
        join(folder, "node.json"),
        JSON.stringify({ dataDir, ledger, ledgerPollMs: 100, logLevel: "error" }),
      );
      const url = await server.createDatabase();

      const first = await startProductionNode(folder, url);
      const signer = httpSigner(random(32));
      const acknowledged = new Set<string>();
      const enough = Promise.withResolvers<void>();
      const revoking = Array.from({ length: 4 }, async () => {
        const client = connect(systemRuntime, first.url, signer);
        for (;;) {
          const { id, value } = newRevocation(deployed.identity);
          await client.call(custodyRoutes.revoke, {}, value);
          acknowledged.add(id);
          if (acknowledged.size >= 40) enough.resolve();
        }
      });
      await Promise.race([enough.promise, ...revoking]);
      first.child.kill("SIGKILL");
      await once(first.child, "exit");
      await Promise.allSettled(revoking);

      const second = await startProductionNode(folder, url);
      const rows = await administrate(url, "select consent from sticky_revocations");
      const kept = new Set(rows.map((row) => row["consent"]));
      expect([...acknowledged].filter((id) => !kept.has(id))).toEqual([]);
      const client = connect(systemRuntime, second.url, signer);
      const consent = [...acknowledged][0] as ConsentId;
      await whenStarted(async () => {
        const { status } = await client.call(exchangeRoutes.consentState, { consent }, undefined);
        expect(status).toBe("revoked");
      });
      second.child.kill("SIGTERM");
      expect((await once(second.child, "exit"))[0]).toBe(0);
      expect(await readFile(join(folder, "node.json"), "utf8")).not.toContain(PASSWORD);
    },
    LONG,
  );
});
