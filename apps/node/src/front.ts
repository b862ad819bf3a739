import { keepCompiled } from "@anamnesis/native/keepCompiled";

keepCompiled();
const { runFront } = await import("./front/runFront.ts");
await runFront();
