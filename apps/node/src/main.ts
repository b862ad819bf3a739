import { runNode } from "./runNode.ts";

await runNode();
