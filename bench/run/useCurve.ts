import { AnamnesisError } from "@anamnesis/core/errors";
import { useFastestBackend } from "@anamnesis/native/libsecp256k1";
import type { Curve } from "./settings.ts";

/** Chooses this process's arithmetic. Throws `no-native-curve` when the one that is asked for is not there. */
export function useCurve(curve: Curve): void {
  const active = useFastestBackend(curve === "noble" ? { ANAMNESIS_CURVE: "js" } : {});
  if (active === curve) return;
  throw new AnamnesisError({
    code: "no-native-curve",
    rule: "A run says which curve arithmetic it measures, and measures that one.",
    fix: "Install the native library's binary for this platform, or give --curve noble.",
  });
}
