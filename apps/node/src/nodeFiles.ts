/** Names of the files in a node's data folder. Custody shares are `share.*` besides. */
export const NODE_FILES = {
  keystore: "keystore.age",
  /** Of the embedded engine alone. */
  database: "database",
  blobs: "blobs",
  receipts: "receipts.log",
  witness: "witness",
} as const;

/** Is this the name of a custody share's file, finished or not? */
export function isShareFile(name: string): boolean {
  return name.startsWith("share.");
}
