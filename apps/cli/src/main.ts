#!/usr/bin/env node
import { useFastestBackend } from "@anamnesis/native/libsecp256k1";
import { runProgram } from "./program.ts";

useFastestBackend(process.env);
const exitCode = await runProgram(process.argv.slice(2));
if (exitCode !== 0) process.exitCode = exitCode;
