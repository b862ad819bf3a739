import type { WritingMethods } from "../protocol/writing.ts";
import { allowWriting } from "./allowWriting.ts";
import { settled } from "./settled.ts";
import { standings } from "./standings.ts";
import { unseen } from "./unseen.ts";
import { writable } from "./writable.ts";
import { write } from "./write.ts";
import { writeOwn } from "./writeOwn.ts";

export const writingMethods: WritingMethods = {
  writable,
  write,
  writeOwn,
  allowWriting,
  settled,
  standings,
  unseen,
};
