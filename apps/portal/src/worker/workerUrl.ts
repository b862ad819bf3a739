// oxlint-disable-next-line import/default -- Vite makes this module: the address of the worker's file.
import url from "./keys.worker.ts?worker&url";

/**
 * The worker's own file. Under trusted types a worker is only started from an address that a policy let through; this one lets
 * through the one file, whatever it is asked.
 */
export function workerUrl(): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (types === undefined) return url;
  policy ??= types.createPolicy("anamnesis", { createScriptURL: () => url });
  return policy.createScriptURL("") as string;
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (input: string) => string },
  ): { createScriptURL(input: string): unknown };
}

let policy: ReturnType<TrustedTypes["createPolicy"]> | null = null;
