import { once } from "node:events";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { json as jsonOf } from "node:stream/consumers";
import { portalRoutes } from "@anamnesis/api/routes/portal";
import { bad } from "../configError.ts";
import type { FrontConfig } from "./frontConfig.ts";

/** Milliseconds for the answer. */
const PATIENCE = 5_000;

/**
 * Looks whether the main process, if it is there, is the one that a front's configuration means: with another organisation or public address every session would end at the front, and nothing would say why.
 * Throws `bad-config`.
 */
export async function checkMain({
  main,
  organisation,
  publicUrl,
}: Pick<FrontConfig, "main" | "organisation" | "publicUrl">): Promise<void> {
  const told = await ask(new URL(portalRoutes.portalConfig.path, main), new URL(publicUrl).host);
  if (told?.code === "cross-site") throw bad("publicUrl", "the public address of the main process");
  if (typeof told?.organisation === "string" && told.organisation !== organisation)
    throw bad("organisation", "the main process's");
}

/** `null`: nobody answers, or somebody in other words. */
async function ask(
  url: URL,
  host: string,
): Promise<{ readonly organisation?: unknown; readonly code?: unknown } | null> {
  const asked = httpRequest(url, { headers: { host }, agent: false, signal: AbortSignal.timeout(PATIENCE) });
  asked.on("error", () => undefined);
  try {
    asked.end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    const known = answer.statusCode === 200 || answer.statusCode === 403;
    const said: unknown =
      known && /json/.test(answer.headers["content-type"] ?? "") ? await jsonOf(answer) : null;
    return typeof said === "object" ? said : null;
  } catch {
    return null;
  } finally {
    asked.destroy();
  }
}
