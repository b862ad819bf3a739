import type { PortalVault } from "@anamnesis/sdk/keys/vault";

/** The vault once kit and change of owners are finished. */
export function withoutSeeds({ kit: _kit, rotating: _rotating, ...content }: PortalVault): PortalVault {
  return content;
}
