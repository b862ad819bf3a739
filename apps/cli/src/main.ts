#!/usr/bin/env node
import { keepCompiled } from "@anamnesis/native/keepCompiled";

keepCompiled();
const { runCommand } = await import("./runCommand.ts");
await runCommand();
