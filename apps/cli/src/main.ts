#!/usr/bin/env node
import { useFastestBackend } from "@anamnesis/native/libsecp256k1";
import { runProgram } from "./program.ts";

useFastestBackend(process.env);
const exitCode = await runProgram(process.argv.slice(2));
// What was interrupted may still wait for something that will not come.
process.exit(exitCode === 0 ? (process.exitCode ?? 0) : exitCode);
