import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Directory, directory } from "@anamnesis/api/routes/exchange";
import type { Address, Digest, OrganisationId } from "@anamnesis/core/ids";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CLI_MAIN, runCli } from "./testing/runCli.ts";

const hex = (i: number, bytes: number): string => `0x${i.toString(16).padStart(bytes * 2, "0")}`;

/** As JSON far more than a pipe holds for a reader who is behind. */
const LARGE: Directory = {
  members: Array.from({ length: 1024 }, (_, i) => ({
    organisation: hex(i + 1, 32) as OrganisationId,
    kind: "hospital",
    name: `Hospital ${i}`,
    endpoint: `https://hospital-${i}.test/${"x".repeat(400)}`,
    signer: hex(i + 1, 20) as Address,
    keyCard: hex(i + 1, 32) as Digest,
    custodian: false,
    status: "active",
    earlierKeys: [],
  })),
  actors: [],
  committee: null,
};

const server = createServer((_, response) => response.end(directory.encode(LARGE)));
let url = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const members = (): readonly string[] => ["consortium", "members", "--node", url, "--json"];

it("ends only when all that it wrote has been read", async () => {
  const { exitCode, stdout } = await runCli(members());
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual(LARGE.members);
});

it("ends without a word when its reader goes", async () => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", CLI_MAIN, ...members()], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
  child.stdout.once("data", () => child.stdout.destroy());
  const exitCode = await new Promise((resolve) => child.once("close", resolve));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});
