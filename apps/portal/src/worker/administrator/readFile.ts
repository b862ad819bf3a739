import { joinRequest, type JoinRequest, keyOffer, type KeyOffer } from "@anamnesis/api/routes/consortium";
import { AnamnesisError } from "@anamnesis/core/errors";

/** A request to join, from the file that `anamnesis consortium join` wrote. Throws `not-this-file`. */
export function readRequest(file: Uint8Array): JoinRequest {
  return read(() => joinRequest.decode(file));
}

/** An offer of keys, from the file that `anamnesis node keys next` wrote. Throws `not-this-file`. */
export function readOffer(file: Uint8Array): KeyOffer {
  return read(() => keyOffer.decode(file));
}

function read<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new AnamnesisError({
      code: "not-this-file",
      rule: "The file is the one that the command wrote, byte for byte.",
      fix: "Have the organisation send it again, and choose that.",
      cause,
    });
  }
}
