import type { WalletProvider } from "./provider.ts";

export interface FoundWallet {
  /** Of this announcement; it changes with each load of the page. */
  readonly id: string;
  readonly name: string;
  /** A `data:` address of an image; `null` when the wallet gave none that a page should show. */
  readonly icon: string | null;
  readonly provider: WalletProvider;
}

/** Most characters of a name and of an icon: what says its name here is an extension that anybody may have written. */
const LONGEST_NAME = 60;
const LONGEST_ICON = 256 * 1024;
/** Most wallets that are listed. */
const MOST = 20;

/**
 * Wallets that announce themselves to the page (EIP-6963), as they do so: each calls `found` once.
 * @returns ends listening.
 */
export function discoverWallets(found: (wallet: FoundWallet) => void): () => void {
  const known = new Set<string>();
  const listen = (event: Event): void => {
    const wallet = readAnnouncement((event as CustomEvent<unknown>).detail);
    if (wallet === null || known.has(wallet.id) || known.size >= MOST) return;
    known.add(wallet.id);
    found(wallet);
  };
  window.addEventListener("eip6963:announceProvider", listen);
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  return () => window.removeEventListener("eip6963:announceProvider", listen);
}

/** `null` for what is no announcement. */
export function readAnnouncement(detail: unknown): FoundWallet | null {
  const { info, provider } = fieldsOf(detail);
  const { uuid, name, icon } = fieldsOf(info);
  const { request } = fieldsOf(provider);
  if (typeof uuid !== "string" || typeof name !== "string" || typeof request !== "function") return null;
  const plain = name.replaceAll(/[\p{C}\s]+/gu, " ").trim();
  if (uuid === "" || uuid.length > 64 || plain === "") return null;
  return {
    id: uuid,
    name: plain.slice(0, LONGEST_NAME),
    icon: isIcon(icon) ? icon : null,
    provider: provider as WalletProvider,
  };
}

function isIcon(icon: unknown): icon is string {
  return (
    typeof icon === "string" &&
    icon.length <= LONGEST_ICON &&
    /^data:image\/(?:png|webp|svg\+xml|jpeg|gif)[;,]/.test(icon)
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
