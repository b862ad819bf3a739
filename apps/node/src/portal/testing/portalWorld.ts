import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeJson } from "@anamnesis/api/http/jsonBody";
import { demoFile, type DemoPerson } from "@anamnesis/api/portalDemo";
import type { ContractAccounts } from "@anamnesis/core/ports/contractAccounts";
import type { Database } from "@anamnesis/core/ports/database";
import { noContractAccounts } from "@anamnesis/ledger/noContractAccounts";
import type { NodeConfig } from "../../config.ts";
import { createServer, type Server, type ServerOptions } from "../../http/server.ts";
import { startLedger } from "../../indexer/testing/ledgerFixture.ts";
import { bytesOf, type TestClock, testNode, type TestNode } from "../../indexer/testing/testNode.ts";
import type { Handler } from "../../routes/handler.ts";
import { createJsonLogger } from "../../runtime/jsonLogger.ts";
import { systemTimers } from "../../runtime/systemTimers.ts";
import { createPortal } from "../createPortal.ts";
import { SESSION_IDLE } from "../session/sessions.ts";
import type { SessionStore } from "../session/sessionStore.ts";
import { createSqlSessionStore } from "../session/sqlSessionStore.ts";

/** A browser as far as the portal's routes see it: it keeps cookies and says where a request comes from. */
export class TestBrowser {
  readonly cookies = new Map<string, string>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; headers: Headers; json: never; text: string }> {
    const jar = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(jar === "" ? {} : { cookie: jar }),
        ...(method === "GET" ? {} : { origin: this.#url, "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get("content-type") ?? "");
    return {
      status: answer.status,
      headers: answer.headers,
      json: (isJson ? JSON.parse(text) : null) as never,
      text,
    };
  }

  get(path: string, headers: Record<string, string> = {}): ReturnType<TestBrowser["send"]> {
    return this.send("GET", path, undefined, headers);
  }

  post(
    path: string,
    body: unknown = {},
    headers: Record<string, string> = {},
  ): ReturnType<TestBrowser["send"]> {
    return this.send("POST", path, body, headers);
  }
}

export const PERSON: DemoPerson = {
  id: "patient",
  name: "Ida Sommer",
  role: "patient",
  sentence: "Has records of two hospitals.",
  account: bytesOf("account").subarray(0, 16),
  vaultKey: bytesOf("vault key"),
  sealed: bytesOf("sealed vault"),
};

export interface PortalWorld {
  readonly server: Server;
  readonly url: string;
  readonly node: TestNode;
  readonly clock: TestClock;
  /** Lines of the log. */
  readonly lines: string[];
  browser(): TestBrowser;
  close(): Promise<void>;
}

export interface PortalWorldOptions {
  readonly config?: Partial<NodeConfig["portal"]>;
  /** Under which the node believes to be reached; where it listens by default. */
  readonly publicUrl?: string;
  readonly clock?: TestClock;
  readonly db?: Database;
  /** The node behind it; one of its own by default. */
  readonly node?: TestNode;
  /** Accounts that are contracts; the memory ledger runs none. */
  readonly accounts?: ContractAccounts;
  /** Where sessions are kept; the database by default. */
  readonly store?: SessionStore;
  readonly server?: Partial<Pick<ServerOptions, "rate" | "proxies">>;
  /** Other routes beside the portal's. */
  readonly handlers?: (node: TestNode) => readonly Handler[];
}

/** A node's portal behind HTTP: real server, real database; nobody signs in but people of the demo. */
export async function openPortal(options: PortalWorldOptions = {}): Promise<PortalWorld> {
  const folder = await mkdtemp(join(tmpdir(), "anamnesis-portal-"));
  const demo = join(folder, "people.json");
  await writeFile(
    demo,
    encodeJson(demoFile, [
      PERSON,
      { ...PERSON, id: "doctor", role: "doctor", account: bytesOf("doctor").subarray(0, 16) },
      { ...PERSON, id: "nurse", role: "doctor", account: bytesOf("nurse").subarray(0, 16) },
    ]),
  );
  const lines: string[] = [];
  const parts = {
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.db === undefined ? {} : { db: options.db }),
  };
  const base = options.node ?? (await testNode(startLedger(), "north", parts));
  const node: TestNode = {
    ...base,
    timers: systemTimers,
    log: { ...createJsonLogger("info", { write: (line: string) => void lines.push(line) }), events: [] },
  };
  let url = "";
  const config = { pages: join(folder, "none"), origins: [], demo, oidc: null, ...options.config };
  const portal = await createPortal(
    node,
    config,
    () => url,
    options.store ?? createSqlSessionStore(node, SESSION_IDLE),
    options.accounts ?? noContractAccounts,
  );
  const server = await createServer({
    host: "127.0.0.1",
    port: 0,
    after: -1,
    context: node,
    handlers: [...portal.handlers, ...(options.handlers?.(node) ?? [])],
    portal: portal.gate,
    pages: portal.pages,
    origins: portal.origins,
    raw: portal.raw,
    ...options.server,
  });
  url = options.publicUrl ?? server.url;
  return {
    server,
    url: server.url,
    node,
    clock: base.testClock,
    lines,
    browser: () => new TestBrowser(server.url),
    close: () => server.close(),
  };
}
