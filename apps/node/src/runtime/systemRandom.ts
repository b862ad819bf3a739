import { randomBytes } from "node:crypto";
import type { Random } from "@anamnesis/core/ports/runtime";

/** The operating system's generator. A copy, since a Buffer may share its memory with others. */
export const systemRandom: Random = { bytes: (length) => Uint8Array.from(randomBytes(length)) };
