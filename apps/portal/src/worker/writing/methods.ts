import type { WalletSigner } from "@anamnesis/sdk/owner/ownerSigner";
import type { WritingMethods } from "../protocol/writing.ts";
import { allowWriting } from "./allowWriting.ts";
import { keepDrafts, keptDrafts } from "./keptDrafts.ts";
import { missingDetails, sentDetails } from "./sentDetails.ts";
import { settled } from "./settled.ts";
import { standings } from "./standings.ts";
import { unseen } from "./unseen.ts";
import { writable } from "./writable.ts";
import { write } from "./write.ts";
import { writeOwn } from "./writeOwn.ts";

type Methods = Omit<WritingMethods, "allowWriting"> & {
  readonly allowWriting: (
    parameters: Parameters<WritingMethods["allowWriting"]>[0],
    progress: unknown,
    wallet: WalletSigner,
  ) => ReturnType<WritingMethods["allowWriting"]>;
};

export const writingMethods: Methods = {
  writable,
  write,
  keptDrafts,
  keepDrafts,
  writeOwn,
  sentDetails,
  missingDetails,
  allowWriting: async (chosen, _, wallet) => allowWriting(chosen, wallet),
  settled,
  standings,
  unseen,
};
