import type { LooksMethods } from "../protocol/looks.ts";
import { knowNotices } from "./knownNotices.ts";
import { looks } from "./looks.ts";

export const looksMethods: LooksMethods = { looks, knowNotices };
