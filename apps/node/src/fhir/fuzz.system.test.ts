import { itAnswersOddRequests } from "./testing/oddRequests.ts";
import { itRefusesOddTokens } from "./testing/oddTokens.ts";

itAnswersOddRequests(20_000);
itRefusesOddTokens(5_000);
