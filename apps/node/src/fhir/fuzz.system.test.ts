import { itAnswersOddRequests } from "./testing/oddRequests.ts";

itAnswersOddRequests(20_000);
