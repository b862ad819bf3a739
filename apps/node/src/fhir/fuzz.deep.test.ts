import { itAnswersOddRequests } from "./testing/oddRequests.ts";

itAnswersOddRequests(1_000_000);
