import type { SharingMethods } from "../protocol/sharing.ts";
import { stopReceipt } from "./stopReceipt.ts";
import { writers } from "./writers.ts";

export const sharingMethods: SharingMethods = { stopReceipt, writers };
