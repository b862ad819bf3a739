import { itAnswersOddRequests } from "./testing/oddRequests.ts";
import { itRefusesOddTokens } from "./testing/oddTokens.ts";

itAnswersOddRequests(1_500);
itRefusesOddTokens(500);
