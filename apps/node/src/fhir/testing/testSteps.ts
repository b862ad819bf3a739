import { expect } from "vitest";
import { createSteps } from "../../http/createSteps.ts";
import { exactTimers } from "../../runtime/exactTimers.ts";

/** A node's steps, of a thread that has to be there. */
export const testSteps = createSteps(exactTimers((code) => expect.unreachable(code)));
