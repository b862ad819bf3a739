import { readFileSync } from "node:fs";
import process from "node:process";
import { runNode } from "../runNode.ts";
import type { Durable } from "../runtime/durable.ts";

/**
 * The real node, ended by SIGKILL at a write point. The file that `ANAMNESIS_KILL_AT` names says where: `before <point>` or
 * `after <point>`, and may have `<n>` behind it for the n-th passage (1 by default). It is read at each write, so that a test can
 * write it while the node runs. Without the file, or while it is empty, nothing happens.
 */
function killing(path: string): Durable {
  let order = "";
  let passages = 0;
  const orderNow = (): string => {
    try {
      return readFileSync(path, "utf8").trim();
    } catch {
      return "";
    }
  };
  const passes = (side: "before" | "after", point: string): void => {
    const now = orderNow();
    if (now !== order) [order, passages] = [now, 0];
    const [when, where, passage = "1"] = order.split(" ");
    if (when !== side || where !== point) return;
    if (++passages === Number(passage)) process.kill(process.pid, "SIGKILL");
  };
  return async (point, work) => {
    passes("before", point);
    const result = await work();
    passes("after", point);
    return result;
  };
}

const path = process.env["ANAMNESIS_KILL_AT"] ?? "";
await runNode(() => killing(path));
