import { keepCompiled } from "@anamnesis/native/keepCompiled";

keepCompiled();
const { runNode } = await import("./runNode.ts");
await runNode();
