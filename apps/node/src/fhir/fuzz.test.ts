import { itAnswersOddRequests } from "./testing/oddRequests.ts";

itAnswersOddRequests(1_500);
