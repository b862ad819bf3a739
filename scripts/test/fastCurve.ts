import process from "node:process";
import { useFastestBackend } from "@anamnesis/native/libsecp256k1";

// As in the programs. The JavaScript arithmetic, which browsers run, is what the tests of core use, and native's compare both.
useFastestBackend(process.env);
