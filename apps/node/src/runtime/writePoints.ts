/**
 * Every place at which a node makes something durable, by flow: docs/operations.md says of each what is written and what
 * a kill before or after it leaves. The kill tests end a process at each.
 */
export const WRITE_POINTS = [
  // Start
  "start.key-card",
  "clock.retries",
  // Records: at their author's node and at homes
  "ingest.blobs",
  "ingest.content",
  "ingest.rows",
  "replicate.settle",
  "replicate.postpone",
  // What goes to the ledger
  "anchor.manifest",
  "anchor.batch",
  "head.checkpoint",
  "witness.head",
  "witness.evidence",
  "outbox.submit",
  "outbox.settle",
  "outbox.attempts",
  // The copy of the ledger
  "indexer.page",
  "indexer.rollback",
  "manifest.blob",
  "manifest.rows",
  "manifest.invalid",
  "manifest.discard",
  // What was damaged or lost
  "mend.blob",
  // Patients' wishes
  "card.rows",
  "card.chain",
  "rotation.outbox",
  "permit.rows",
  "handover.rows",
  "consent.outbox",
  "grant.rows",
  "revoke.sticky",
  "revoke.outbox",
  "request.rows",
  "request.withdrawal",
  "request.answer",
  "correction.rows",
  "correction.withdrawal",
  "correction.answer",
  "erase.sticky",
  "erase.outbox",
  "erase.blobs",
  "erase.receipt",
  // Records after they were written
  "record.outbox",
  "retract.outbox",
  "endorse.outbox",
  "decline.rows",
  // Openings
  "release.receipt",
  // Tokens for FHIR
  "oauth.rows",
  // The FHIR server: what is written and read, sealed, and kept of what was opened
  "fhir.write",
  "fhir.audit",
  "fhir.audit-index",
  "fhir.bind",
  "fhir.void",
  "fhir.consent-status",
  "fhir.received-rows",
  "fhir.received-purge",
  // The portal
  "portal.account",
  "portal.ceremony",
  "portal.attempt",
  "portal.login",
  "portal.passkey",
  "portal.session",
  "portal.session-end",
  "portal.vault",
  "portal.device",
  "portal.shut-out",
  "portal.registration",
  // The front desk
  "desk.patient",
  // Directory
  "directory.key-card",
  "directory.actor",
  "directory.endpoint",
  // How members decide
  "consortium.outbox",
  // The committee's key
  "share.pending",
  "share.active",
  "share.discard",
  "certificate.rows",
  "committee.outbox",
] as const;

export type WritePoint = (typeof WRITE_POINTS)[number];
