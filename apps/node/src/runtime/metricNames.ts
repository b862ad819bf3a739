interface Declared {
  readonly help: string;
  readonly labels?: readonly string[];
}

/** Every metric of a node, all with the prefix `anamnesis_`. Labels have few values; none names a person or a record. */
export const COUNTERS = {
  access_refused_total: { help: "Refused looks at headers or receipts", labels: ["what"] },
  fhir_versions_sealed_total: { help: "Versions written at the FHIR server that became sealed records" },
  heads_cosigned_total: { help: "Heads of other members' receipt logs that this node cosigned" },
  blobs_mended_total: { help: "Damaged or missing blobs that were fetched again", labels: ["trouble"] },
  erasures_stored_total: { help: "Requests to erase a record that were stored for ever" },
  http_requests_total: { help: "Answered HTTP requests", labels: ["route", "status"] },
  ledger_reorganisations_total: { help: "Reorganisations of the ledger that were undone in the own copy" },
  log_forks_seen_total: { help: "Heads of other members' logs that contradict one this node cosigned" },
  log_heads_unwitnessed_total: { help: "Attempts to anchor a head that too few witnesses cosigned" },
  manifests_held_total: { help: "Manifests that were fetched and checked" },
  manifests_invalid_total: { help: "Manifests that do not match their anchored batch" },
  outbox_done_total: { help: "Intents that the ledger took" },
  portal_logins_ended_total: { help: "Accounts whose sessions the organisation's login ended" },
  portal_sign_ins_failed_total: { help: "Attempts to sign in at the portal that failed" },
  portal_sign_ins_slowed_total: { help: "Attempts to sign in at the portal that had to wait" },
  portal_sign_ins_total: { help: "Sessions begun at the portal", labels: ["how"] },
  records_accepted_total: { help: "Sealed records taken onto this node's disk" },
  records_batched_total: { help: "Own records put into a batch" },
  records_erased_total: { help: "Records whose wrap and content were deleted from this node's disk" },
  received_kept_total: { help: "Opened records that this node was given to keep", labels: ["outcome"] },
  received_purged_total: { help: "Kept records that were deleted because nothing permits them any more" },
  records_replicated_total: { help: "Own records that a home has confirmed" },
  release_records_total: { help: "Records of release requests by what became of them", labels: ["outcome"] },
  access_waits_total: {
    help: "Lists of records or receipts that waited for a consent that this node had not read of the ledger yet, by whether it came",
    labels: ["outcome"],
  },
  release_waits_total: {
    help: "Release requests that waited for what this node had not read of the ledger yet, by whether it came",
    labels: ["outcome"],
  },
  revocations_stored_total: { help: "Revocations stored for ever" },
  worker_failures_total: { help: "Passes of a worker that failed", labels: ["worker"] },
} as const satisfies Readonly<Record<string, Declared>>;

export const GAUGES = {
  fhir_versions_unsealed: { help: "Versions at the FHIR server that are to be sealed and are not yet" },
  fhir_versions_waiting: { help: "Versions at the FHIR server whose patient admitted nobody yet" },
  log_head_cosignatures: { help: "Witnesses that cosigned the newest head of the receipt log" },
  ledger_head_block: { help: "Newest block of the own copy of the ledger" },
} as const satisfies Readonly<Record<string, Declared>>;

export const DURATIONS = {
  http_request_seconds: { help: "Seconds until a request was answered", labels: ["route"] },
  write_seconds: { help: "Seconds until something was durable", labels: ["point"] },
} as const satisfies Readonly<Record<string, Declared>>;

export type CounterName = keyof typeof COUNTERS;
export type GaugeName = keyof typeof GAUGES;
export type DurationName = keyof typeof DURATIONS;
