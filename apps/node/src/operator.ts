import type { KeyCard } from "@anamnesis/core/actor/keyCard";
import type { BackupOptions, BackupReport } from "./backup/backUp.ts";
import type { RestoreOptions, RestoreReport } from "./backup/restore.ts";
import type { FsckOptions, FsckReport } from "./fsck/fsck.ts";
import type { JoinRequest, KeyOffer } from "@anamnesis/api/routes/consortium";
import type { OfferNextKeysOptions } from "./keystore/offerNextKeys.ts";
import type { RequestToJoinOptions } from "./keystore/requestToJoin.ts";
import type { NodeKeystoreOptions } from "./keystore/initKeystore.ts";

/**
 * What an operator does to a node that is not running: the one entry of this application for the command line. Each verb is
 * loaded when it is called, so that a command that uses none of them loads neither database nor server.
 */
export const operator = {
  /** Makes an organisation's keys. Throws `keystore-exists`, `storage-…`. */
  initKeystore: async (options: NodeKeystoreOptions): Promise<KeyCard> =>
    (await import("./keystore/initKeystore.ts")).initKeystore(options),
  /** The organisation's public card; makes the keys when there are none. Throws `bad-passphrase`, `keystore-corrupt`, `storage-…`. */
  keystoreCard: async (options: NodeKeystoreOptions): Promise<KeyCard> =>
    (await import("./keystore/initKeystore.ts")).keystoreCard(options),
  /** An organisation's signed request to be admitted by the members. Throws `keystore-missing`, `bad-passphrase`, `keystore-corrupt`. */
  requestToJoin: async (options: RequestToJoinOptions): Promise<JoinRequest> =>
    (await import("./keystore/requestToJoin.ts")).requestToJoin(options),
  /** Keys that an organisation shall have next, and their consent. Throws `keystore-missing`, `bad-passphrase`, `keystore-corrupt`, `too-many-keys`, `storage-…`. */
  offerNextKeys: async (options: OfferNextKeysOptions): Promise<KeyOffer> =>
    (await import("./keystore/offerNextKeys.ts")).offerNextKeys(options),
  /** Checks everything that a node keeps, and mends what can be mended. */
  fsck: async (options: FsckOptions): Promise<FsckReport> => (await import("./fsck/fsck.ts")).fsck(options),
  /** Writes a node into one encrypted file. */
  backUp: async (options: BackupOptions): Promise<BackupReport> =>
    (await import("./backup/backUp.ts")).backUp(options),
  /** Makes a node from such a file. */
  restore: async (options: RestoreOptions): Promise<RestoreReport> =>
    (await import("./backup/restore.ts")).restore(options),
} as const;

export type { BackupReport, RestoreReport, FsckReport };
