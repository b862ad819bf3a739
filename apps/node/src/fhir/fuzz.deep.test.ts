import process from "node:process";
import { itAnswersOddRequests } from "./testing/oddRequests.ts";

// A part of them: ANAMNESIS_FUZZ=50000.
itAnswersOddRequests(Number(process.env["ANAMNESIS_FUZZ"] ?? 1_000_000));
