import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The part of V8's CPU profile (Chrome DevTools Protocol, Profiler.Profile) that is used. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
    readonly children?: readonly number[];
  }[];
  readonly samples?: readonly number[];
  /** Microseconds from the sample before. */
  readonly timeDeltas?: readonly number[];
}

export interface Cost {
  readonly name: string;
  /** Milliseconds in the function itself, without what it calls. */
  readonly ms: number;
  /** Of the time in which the process was not idle, 0 to 100. */
  readonly percent: number;
}

export interface ProfileSummary {
  readonly totalMs: number;
  /** Everything but idle time and the profiler. */
  readonly busyMs: number;
  readonly functions: readonly Cost[];
  /**
   * Workspaces of the project, npm packages, Node itself, and what V8 calls program and garbage collector. What happens in Node
   * or in native code counts for the package that called it, as far as the stack tells.
   */
  readonly packages: readonly Cost[];
  /** Files of the project and what they call in libraries and in Node, by the innermost frame of the project. */
  readonly callers: readonly Cost[];
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The package that a frame's code belongs to. */
export function packageOf(functionName: string, url: string): string {
  if (url.startsWith("node:")) return "node";
  if (url.startsWith("wasm:")) return "wasm (PGlite)";
  if (url === "") return functionName.startsWith("(") ? functionName : "native";
  const path = pathOf(url);
  const library = /^(.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
  if (library?.[2] !== undefined) return library[2];
  return /^((?:packages|apps)\/[^/]+|[^/]+)/.exec(path)?.[1] ?? path;
}

function pathOf(url: string): string {
  const path = url.startsWith("file:") ? fileURLToPath(url) : url;
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path;
}

/** What the profiler itself puts between the project's code and the engine does not count. */
function isProject(url: string): boolean {
  return (
    url.startsWith("file:") && !url.includes("/node_modules/") && !pathOf(url).startsWith("bench/profile/")
  );
}

/** Self time by function, by package, and by the project's file that caused it. */
export function summarise(profile: CpuProfile): ProfileSummary {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)),
  );
  const self = new Map<number, number>();
  const { samples = [], timeDeltas = [] } = profile;
  samples.forEach((id, i) => self.set(id, (self.get(id) ?? 0) + (timeDeltas[i] ?? 0) / 1000));

  const functions = new Map<string, number>();
  const packages = new Map<string, number>();
  const callers = new Map<string, number>();
  const add = (to: Map<string, number>, name: string, ms: number): void =>
    void to.set(name, (to.get(name) ?? 0) + ms);
  let total = 0;
  for (const [id, ms] of self) {
    const frame = byId.get(id)?.callFrame;
    if (frame === undefined) continue;
    total += ms;
    if (frame.functionName === "(idle)") continue;
    if (ownWork(id)) continue;
    const where = packageFor(id);
    const place = frame.url === "" ? "" : ` ${pathOf(frame.url)}:${frame.lineNumber + 1}`;
    const name = frame.url.startsWith("wasm:")
      ? frame.functionName
      : `${frame.functionName || "(anonymous)"}${place}`;
    const short = name.replace(/ .*node_modules\//, " ");
    add(functions, frame.url === "" && !short.startsWith("(") ? `${short} (for ${where})` : short, ms);
    add(packages, where, ms);
    add(callers, callerOf(id) ?? `(no project code) ${where}`, ms);
  }
  const busy = [...packages.values()].reduce((sum, ms) => sum + ms, 0);
  const costs = (map: Map<string, number>): readonly Cost[] =>
    [...map]
      .map(([name, ms]) => ({ name, ms, percent: busy === 0 ? 0 : (100 * ms) / busy }))
      .toSorted((a, b) => b.ms - a.ms);
  return {
    totalMs: total,
    busyMs: busy,
    functions: costs(functions),
    packages: costs(packages),
    callers: costs(callers),
  };

  function* stackOf(id: number): Generator<CpuProfile["nodes"][number]["callFrame"]> {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = byId.get(at)?.callFrame;
      if (frame !== undefined) yield frame;
    }
  }

  function packageFor(id: number): string {
    let first: string | null = null;
    for (const { functionName, url } of stackOf(id)) {
      const name = packageOf(functionName, url);
      first ??= name;
      if (name !== "node" && name !== "native" && name !== "(root)") return name;
    }
    return first ?? "native";
  }

  /** The profiler's own. */
  function ownWork(id: number): boolean {
    return [...stackOf(id)].some(({ url }) => url.startsWith("node:inspector"));
  }

  function callerOf(id: number): string | null {
    for (const { url } of stackOf(id)) if (isProject(url)) return pathOf(url);
    return null;
  }
}

export async function readProfile(path: string): Promise<CpuProfile> {
  return JSON.parse(await readFile(path, "utf8")) as CpuProfile;
}
