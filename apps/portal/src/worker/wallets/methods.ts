import { forgetBrowser, keepBrowser, unlockHere } from "./browserKey.ts";

export const walletMethods = { unlockHere, keepBrowser, forgetBrowser };
