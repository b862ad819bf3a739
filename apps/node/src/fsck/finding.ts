import type { Cid, OrganisationId, SegmentId } from "@anamnesis/core/ids";

/** `error`: something is lost or wrong. `warning`: it will be unless somebody acts. `note`: the node deals with it, or it does no harm. */
export type Severity = "error" | "warning" | "note";

/** What `--mend` does about a finding. */
export type Mend =
  | {
      readonly kind: "fetch-blob";
      readonly cid: Cid;
      readonly author: OrganisationId;
      /** Whose homes have it too; `null` for a manifest, which every node keeps. */
      readonly segment: SegmentId | null;
    }
  | { readonly kind: "remove-blob"; readonly cid: Cid }
  | { readonly kind: "remove-file"; readonly name: string }
  | { readonly kind: "restrict-mode"; readonly name: string }
  | { readonly kind: "drop-ledger-copy" }
  | { readonly kind: "resend"; readonly outbox: number }
  | { readonly kind: "replicate"; readonly position: number; readonly home: OrganisationId };

interface Description {
  readonly severity: Severity;
  /** What is so, as one sentence. */
  readonly what: string;
  /** What a person does about it. */
  readonly fix: string;
}

const MEND = "Run fsck with --mend, the keystore's passphrase and the other nodes up.";
const RESTORE = "Restore it from a backup; nobody else has it.";
const REPORT = "Keep the data folder as evidence and report it: no fault of a disk looks like this.";
const DISK = "Check the disk; restore the database from a backup.";

/** Everything that a check can find, by its code. */
export const FINDINGS = {
  "keystore-missing": { severity: "error", what: "There is no keystore.", fix: RESTORE },
  "key-file-open": {
    severity: "warning",
    what: "A key file or folder can be read or changed by other users.",
    fix: "Run fsck with --mend, which takes the rights away; think about who could have copied it.",
  },
  "left-over": {
    severity: "note",
    what: "A write that was broken off left a temporary file.",
    fix: "Run fsck with --mend, or leave it: nothing reads it.",
  },
  "share-missing": {
    severity: "error",
    what: "The ledger names this node as a custodian, and its share is not here.",
    fix: "Restore the share.* files from a backup; nobody else has them.",
  },
  "share-corrupt": {
    severity: "error",
    what: "A custody share's file does not open or is not what its certificate says.",
    fix: "Restore the share.* files from a backup; nobody else has them.",
  },
  "log-missing": {
    severity: "error",
    what: "There is no receipt log, though this node ran before.",
    fix: "Restore the newest copy of receipts.log; an empty one does not sign.",
  },
  "log-corrupt": {
    severity: "error",
    what: "The receipt log is damaged before its end, or is another custodian's.",
    fix: "Keep the file as evidence; restore the whole log from a copy that has all entries.",
  },
  "log-rolled-back": {
    severity: "error",
    what: "A head that was signed or anchored is not part of the receipt log.",
    fix: "Restore the newest copy of receipts.log: until then this custodian signs and releases nothing.",
  },
  "checkpoint-invalid": {
    severity: "error",
    what: "A checkpoint in the database does not carry this node's signature on that head.",
    fix: DISK,
  },
  "blob-missing": {
    severity: "error",
    what: "A blob that this node has to keep is not here.",
    fix: MEND,
  },
  "blob-damaged": {
    severity: "error",
    what: "A blob does not hash to its name any more.",
    fix: `${MEND} Check the disk.`,
  },
  orphan: {
    severity: "note",
    what: "Nothing names this blob: a write that was broken off, or an import that is not over.",
    fix: "Leave it, or run fsck with --mend when no import is under way.",
  },
  "record-row": {
    severity: "error",
    what: "A record's row does not say what its header says, or its header cannot be read.",
    fix: DISK,
  },
  "record-proof": {
    severity: "error",
    what: "A header does not carry the proof or the signature that it was accepted with.",
    fix: DISK,
  },
  "record-content": {
    severity: "error",
    what: "A record's wrap or content is not of the session or size that the record says.",
    fix: REPORT,
  },
  "record-permit": {
    severity: "error",
    what: "The permit or the card of a record's segment is not here.",
    fix: DISK,
  },
  "record-leaf": {
    severity: "error",
    what: "An own record is not the leaf of the batch into which it was put.",
    fix: DISK,
  },
  "own-records-missing": {
    severity: "error",
    what: "The ledger holds records of this organisation that are not here: the database is older than they are.",
    fix: "Restore a newer backup if there is one. Write nothing to the patients of that day until their homes were asked.",
  },
  "manifest-waiting": {
    severity: "note",
    what: "The manifest of an anchored batch has not come yet.",
    fix: "The node asks for it by itself while it runs.",
  },
  "manifest-invalid": {
    severity: "warning",
    what: "A member anchored a batch whose manifest does not fit it; its records do not open.",
    fix: "Tell the author's operator.",
  },
  "leaves-differ": {
    severity: "error",
    what: "The leaves in the database do not make the root that was anchored.",
    fix: "Run fsck with --mend: they are made again from the manifest.",
  },
  "batch-differs": {
    severity: "error",
    what: "The ledger holds another batch under a number of this node's own.",
    fix: "Somebody else signs with this node's key, or an old backup runs. Find out which; do not go on with both.",
  },
  "batch-lost": {
    severity: "error",
    what: "A batch of this node's own is neither on the ledger nor on its way.",
    fix: DISK,
  },
  "ledger-copy-differs": {
    severity: "error",
    what: "The copy of the ledger in the database is not what the ledger says.",
    fix: "Run fsck with --mend: the copy is dropped, and the next start reads it anew.",
  },
  "ledger-reorganised": {
    severity: "note",
    what: "The ledger has left the block at which the copy stands.",
    fix: "The next start goes back to the last common block by itself.",
  },
  "outbox-not-on-ledger": {
    severity: "error",
    what: "An intent that counts as done does not stand on the ledger.",
    fix: "Run fsck with --mend: it is sent again, which changes nothing if it stands.",
  },
  "outbox-refused": {
    severity: "warning",
    what: "The ledger refused an intent of this node for good.",
    fix: "See outbox.refusal and docs/operations.md.",
  },
  "outbox-row": { severity: "error", what: "An intent in the outbox cannot be read.", fix: DISK },
  "revocation-invalid": {
    severity: "error",
    what: "A stored revocation is not signed by the revoker of its consent.",
    fix: "Restore the database from a backup at once: a consent that was revoked may count here.",
  },
  "erasure-invalid": {
    severity: "error",
    what: "A stored erasure is not of the record under which it is kept.",
    fix: "Restore the database from a backup: a record may be refused for ever that nobody wanted erased.",
  },
  "erased-here": {
    severity: "error",
    what: "Wrap or content of an erased record is here again: the blobs come from an older backup than the database.",
    fix: "Run fsck with --mend, which deletes them.",
  },
  "card-invalid": {
    severity: "error",
    what: "A segment's cards are no chain that its owner signed.",
    fix: DISK,
  },
  "permit-invalid": {
    severity: "error",
    what: "A stored permit is not what its name says, or its owner did not sign it.",
    fix: DISK,
  },
  "grant-invalid": {
    severity: "error",
    what: "A grant that waits cannot be read.",
    fix: "Ask the patient to send it again.",
  },
  "key-card-invalid": { severity: "error", what: "A key card is not what its digest says.", fix: DISK },
  "certificate-invalid": {
    severity: "error",
    what: "The certificate of a committee is not the one that its custodians signed.",
    fix: DISK,
  },
  "replica-missing": {
    severity: "warning",
    what: "A record of this node's own is neither at a home of its segment nor on its way there.",
    fix: "Run fsck with --mend: it is queued again.",
  },
} as const satisfies Readonly<Record<string, Description>>;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding extends Description {
  readonly code: FindingCode;
  /** The file, row or blob: names and ids only, never content. */
  readonly where: string;
  readonly mend: Mend | null;
}

export function finding(code: FindingCode, where: string, mend: Mend | null = null): Finding {
  return { code, ...FINDINGS[code], where, mend };
}
