import type { CorrectionMethods } from "../protocol/corrections.ts";
import { acceptCorrection, declineCorrection } from "./answer.ts";
import { askCorrections, ownCorrections, withdrawCorrection } from "./own.ts";
import { correctionsWanted } from "./wanted.ts";

export const correctionMethods: CorrectionMethods = {
  ownCorrections,
  askCorrections,
  withdrawCorrection,
  correctionsWanted,
  acceptCorrection,
  declineCorrection,
};
