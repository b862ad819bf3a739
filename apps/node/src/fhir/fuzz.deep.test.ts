import process from "node:process";
import { itAnswersOddRequests } from "./testing/oddRequests.ts";
import { itRefusesOddTokens } from "./testing/oddTokens.ts";

// A part of them: ANAMNESIS_FUZZ=50000.
const runs = Number(process.env["ANAMNESIS_FUZZ"] ?? 1_000_000);
itAnswersOddRequests(runs);
itRefusesOddTokens(Math.ceil(runs / 10));
