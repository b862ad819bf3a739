import { itTakesTheSamples } from "./testing/sampleRoundTrip.ts";

itTakesTheSamples(50);
