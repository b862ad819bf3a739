import { useEffect, useState } from "react";
import { discoverWallets, type FoundWallet } from "./discoverWallets.ts";

/** The wallets that this browser has, in the order in which they said so. */
export function useWallets(): readonly FoundWallet[] {
  const [wallets, setWallets] = useState<readonly FoundWallet[]>([]);
  useEffect(() => {
    setWallets([]);
    return discoverWallets((wallet) => setWallets((before) => [...before, wallet]));
  }, []);
  return wallets;
}
