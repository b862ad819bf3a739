import {
  FHIR_CONTEXTS_SCHEMA,
  FHIR_PERMITTED_SCHEMA,
  FHIR_SCHEMA,
  FHIR_TEXTS_SCHEMA,
} from "@anamnesis/fhir-server/store/schema";

/**
 * All schema changes in order; the number of those applied stands in `schema_version`. A migration that was released
 * is never edited.
 *
 * Tables named `ledger_…` are this node's own copy of the ledger: rows are only ever added, each with its block, so
 * that a reorganisation is undone by deleting the rows above the common ancestor. All ids are `0x…` text.
 */
export const MIGRATIONS: readonly string[] = [
  `
  create table ledger_blocks (number bigint primary key, hash text not null);

  create table ledger_members (
    organisation text primary key, kind text not null, name text not null, signer text not null,
    key_card text not null, custodian boolean not null, block bigint not null);
  create table ledger_endpoints (
    organisation text not null, version bigint not null, endpoint text not null, block bigint not null,
    primary key (organisation, version));
  create table ledger_committees (
    committee text primary key, certificate text not null, threshold int not null, share_epoch bigint not null,
    members jsonb not null, block bigint not null, event_index int not null);
  create table ledger_actors (
    actor text not null, version bigint not null, organisation text not null, role text not null, signer text not null,
    key_card text not null, active boolean not null, block bigint not null, primary key (actor, version));
  create index ledger_actors_signer on ledger_actors (signer);
  create table ledger_consents (
    consent text not null, status text not null check (status in ('registered', 'revoked')),
    block bigint not null, time bigint not null, primary key (consent, status));
  create table ledger_batches (
    organisation text not null, sequence bigint not null, root text not null, count bigint not null,
    manifest text not null, block bigint not null, time bigint not null, transaction text not null,
    manifest_held boolean not null default false,
    -- Its bytes are those that were anchored and do not fit what was anchored: nobody asks for it again.
    manifest_invalid boolean not null default false, primary key (organisation, sequence));
  create index ledger_batches_missing on ledger_batches (organisation, sequence) where not manifest_held;
  create table ledger_log_heads (
    organisation text not null, size bigint not null, root text not null, checkpoint text not null,
    block bigint not null, primary key (organisation, size));

  -- Leaves of the manifests that were fetched and checked against their anchored root.
  create table leaves (
    organisation text not null, sequence bigint not null, leaf_index bigint not null, record text not null,
    label text not null, primary key (organisation, sequence, leaf_index));
  create index leaves_record on leaves (record, organisation, sequence, leaf_index);

  -- A revocation that was stored here stays, whatever the ledger says or forgets.
  create table sticky_revocations (consent text primary key, stored_at bigint not null, revocation bytea not null);

  create table key_cards (digest text primary key, ed25519 text, bytes bytea not null);
  create index key_cards_ed25519 on key_cards (ed25519);
  create table cards (
    segment text not null, number bigint not null, digest text not null, bytes bytea not null,
    primary key (segment, number));
  -- Second cards with a number that is taken: evidence against the owner's key.
  create table card_conflicts (digest text primary key, segment text not null, bytes bytea not null);
  create table permits (
    digest text primary key, segment text not null, organisation text not null, bytes bytea not null);
  create index permits_segment on permits (segment);
  create table grants (
    digest text primary key, key_card text not null, bytes bytea not null, received_at bigint not null);
  create index grants_key_card on grants (key_card, received_at);

  -- Certificates of committees, encoded, by the digest that stands on the ledger.
  create table committee_certificates (digest text primary key, bytes bytea not null);

  -- Headers kept here: as their author's node (own) or as a home of their segment.
  create table records (
    position bigint generated always as identity primary key, record text not null, label text not null unique,
    segment text not null, organisation text not null, header bytea not null, permit text not null,
    session text not null, wrap text not null, content text not null, own boolean not null,
    -- Set when the record is put into a batch of this node's own.
    sequence bigint, leaf_index bigint);
  create index records_record on records (record);
  create index records_segment on records (segment, position);
  create index records_unanchored on records (position) where own and sequence is null;
  create index records_chain on records (segment, organisation, position);

  -- Homes that a record of our own still has to reach; a row goes away when the home has it on its disk.
  create table replication_queue (
    position bigint not null references records, home text not null,
    attempts int not null default 0, retry_at bigint not null default 0, primary key (home, position));
  create table replicas (position bigint not null references records, home text not null, primary key (position, home));

  -- Batches of this node's own, made before their intent is sent.
  create table batches (
    sequence bigint primary key, manifest_cid text not null, root text not null, count bigint not null);

  -- Signed and stored before it is sent, sent again until it stands on the ledger.
  create table outbox (
    id bigint generated always as identity primary key,
    -- 0: revocations, 1: everything else.
    priority int not null,
    -- What makes two rows the same wish; a second one is not stored.
    dedupe text not null unique,
    intent jsonb not null,
    state text not null default 'pending' check (state in ('pending', 'done', 'refused')),
    refusal text, attempts int not null default 0, retry_at bigint not null default 0,
    -- Where it took effect. Without a hash: it stood there already, in this block or an earlier one.
    block bigint, block_hash text, transaction text);
  create index outbox_pending on outbox (priority, id) where state = 'pending';
  create index outbox_done on outbox (block) where state = 'done';
  create index outbox_open on outbox (state) where state <> 'done';

  -- Every head of the receipt log that was signed here; the text is the checkpoint whose digest is anchored.
  create table checkpoints (size bigint primary key, root text not null, text text not null);
  `,
  `
  -- Which key sent a grant: one sender's grants take no other's place. Those of before are everyone's.
  alter table grants add column sender text not null default '';
  `,
  `
  -- Witnesses' lines, in the order in which they follow the text when it is published.
  alter table checkpoints add column cosignatures text not null default '';
  `,
  `
  -- Which record a blob belongs to, when one is found damaged or missing.
  create index records_wrap on records using hash (wrap);
  create index records_session on records using hash (session);
  create index records_content on records using hash (content);
  `,
  `
  -- Rows of the outbox stay for ever, so they are small: the signed intent as bytes, and the places on the ledger too.
  alter table outbox add column type text, add column signed bytea, alter column intent drop not null,
    alter column block_hash type bytea using decode(substr(block_hash, 3), 'hex'),
    alter column transaction type bytea using decode(substr(transaction, 3), 'hex');
  update outbox set type = intent->'intent'->>'type';
  alter table outbox alter column type set not null,
    add check ((signed is null) <> (intent is null));
  `,
  `
  -- Who owns a segment after each rotation, and what became of records after they were anchored.
  create table ledger_owners (
    segment text not null, generation bigint not null, owner text not null, next_owner text not null,
    block bigint not null, time bigint not null, primary key (segment, generation));
  create table ledger_amendments (
    organisation text not null, record text not null, successor text not null, block bigint not null,
    primary key (organisation, record));
  create table ledger_retractions (
    organisation text not null, record text not null, block bigint not null, primary key (organisation, record));
  create table ledger_endorsers (
    organisation text not null, record text not null, label text not null, threshold int not null,
    endorsers jsonb not null, block bigint not null, primary key (organisation, record));
  create table ledger_endorsements (
    organisation text not null, record text not null, endorser text not null, label text not null,
    block bigint not null, primary key (organisation, record, endorser));
  create table ledger_erasures (record text primary key, block bigint not null);
  `,
  `
  -- Provisional keys, sealed under one-time codes, until somebody takes them over.
  create table hand_overs (locator text primary key, sealed bytea not null, expires_at bigint not null);
  `,
  `
  -- Members' states and keys, one row for each change, and how members decide: requests to join, proposals and votes, parameters,
  -- contracts, pauses; and who signed two heads of one log.
  create table ledger_member_states (
    organisation text not null, status text not null check (status in ('active', 'suspended', 'removed')),
    block bigint not null, event_index int not null, time bigint not null,
    primary key (organisation, block, event_index));
  create table ledger_member_keys (
    organisation text not null, signer text not null, key_card text not null, block bigint not null,
    event_index int not null, time bigint not null, primary key (organisation, block, event_index));
  create table ledger_join_requests (
    request text primary key, entrant jsonb not null, block bigint not null, event_index int not null);
  create table ledger_proposals (
    proposal text primary key, organisation text not null, action jsonb not null, expires bigint not null,
    block bigint not null, event_index int not null, time bigint not null);
  create table ledger_votes (
    proposal text not null, organisation text not null, support boolean not null, block bigint not null,
    primary key (proposal, organisation));
  create table ledger_proposal_ends (
    proposal text primary key, outcome text not null check (outcome in ('carried-out', 'rejected', 'failed')),
    problem text, block bigint not null, time bigint not null);
  create table ledger_parameters (
    parameter text not null, value bigint not null, block bigint not null, event_index int not null,
    primary key (parameter, block, event_index));
  create table ledger_contracts (
    contract text not null, version bigint not null, target text not null, codehash text not null,
    block bigint not null, primary key (contract, version));
  -- Until 0: the pause was lifted.
  create table ledger_pauses (
    target text not null, selector text not null, until bigint not null, block bigint not null,
    event_index int not null, primary key (target, selector, block, event_index));
  create table ledger_log_forks (
    organisation text not null, size bigint not null, lower_root text not null, higher_root text not null,
    block bigint not null, primary key (organisation, size, lower_root, higher_root));
  alter table ledger_members drop column signer, drop column key_card;

  -- What was read before lacks those events: the copy is read again from the beginning.
  delete from leaves;
  delete from ledger_members; delete from ledger_endpoints; delete from ledger_committees;
  delete from ledger_actors; delete from ledger_consents; delete from ledger_batches;
  delete from ledger_log_heads; delete from ledger_owners; delete from ledger_amendments;
  delete from ledger_retractions; delete from ledger_endorsers; delete from ledger_endorsements;
  delete from ledger_erasures; delete from ledger_blocks;
  `,
  `
  -- An erasure that was asked for here (with the request) or that the ledger said once stays, whatever the ledger says or forgets.
  create table sticky_erasures (
    record text primary key, stored_at bigint not null, request bytea,
    -- Nothing of it is left to delete here. Taken back when a part of it comes, which is counted.
    settled boolean not null default false, touched bigint not null default 0);
  create index sticky_erasures_due on sticky_erasures (stored_at, record) where not settled;
  insert into sticky_erasures (record, stored_at) select record, 0 from ledger_erasures;
  -- This node's signed word that wrap and content of a record are gone.
  create table erasure_receipts (position bigint primary key references records, receipt bytea not null);
  -- A header that came without its wrap, because the record was erased before: nobody can tell its session.
  alter table records alter column session drop not null;
  -- What the ledger is to be told of an own record once it is anchored: who has to co-sign it, and which earlier one it takes the place of.
  create table endorsers_wanted (
    position bigint primary key references records, threshold int not null, endorsers jsonb not null);
  create table amendments_wanted (
    position bigint primary key references records, earlier text not null unique, successor text not null);
  create index ledger_endorsers_named on ledger_endorsers using gin (endorsers jsonb_path_ops);
  `,
  FHIR_SCHEMA,
  `
  -- What the authorisation server keeps until it expires: tokens, codes, logins under way, assertions that were used. Each under the SHA-256 of its id, which is the secret.
  create table oauth_entries (
    model text not null, id text not null, payload jsonb not null, uid text, grant_id text, consumed bigint, expires_at bigint not null,
    primary key (model, id));
  create index oauth_entries_uid on oauth_entries (model, uid) where uid is not null;
  create index oauth_entries_grant on oauth_entries (grant_id) where grant_id is not null;
  create index oauth_entries_expires on oauth_entries (expires_at);
  `,
  `
  -- What a patient handed to this organisation, so that what it writes about a Patient of its FHIR server goes into that patient's segments.
  create table fhir_admissions (patient text collate "C" primary key, admission bytea not null, not_after bigint not null);
  -- Every own version of a resource that has a patient, or had one: a row is written with its version and says what became of it as a sealed record.
  create table fhir_seals (
    row bigint not null references fhir_resources on delete cascade, version bigint not null,
    -- Id of the Patient; null: deleted, or about nobody any more, and what was sealed before is taken back.
    patient text collate "C",
    state text not null check (state in ('waiting', 'pending', 'sealed', 'retracting', 'retracted', 'void')),
    segment text, record text, primary key (row, version));
  create index fhir_seals_pending on fhir_seals (row, version) where state = 'pending';
  create index fhir_seals_waiting on fhir_seals (patient, row, version) where state = 'waiting';
  create index fhir_seals_retracting on fhir_seals (row, version) where state = 'retracting';
  -- The Provenance that says of a resource's versions which records they are.
  create table fhir_provenances (
    row bigint primary key references fhir_resources on delete cascade,
    provenance bigint not null unique references fhir_resources on delete cascade);
  `,
  `
  -- What people of this organisation showed when they gave this node what they had opened: one row for each of them and consent.
  create table received_authorities (
    actor text not null, consent text not null, grantee text not null, segment text not null,
    authority bytea not null, kept_at bigint not null, primary key (actor, consent));
  create index received_authorities_grantee on received_authorities (grantee);
  -- Which record a received resource is.
  create table received_records (
    row bigint primary key references fhir_resources on delete cascade, organisation text not null, record text not null,
    segment text not null, kept_at bigint not null, unique (record, organisation));
  create index received_records_segment on received_records (segment);
  -- What was deleted when its consent ended: for the patient to see.
  create table received_purges (
    number bigint generated always as identity primary key, segment text not null, organisation text not null,
    record text not null, consent text not null, reason text not null, purged_at bigint not null);
  create index received_purges_segment on received_purges (segment, number);
  `,
  `
  -- Who signs in at the portal: no name, no segment. What somebody keeps here is sealed in the browser.
  create table portal_accounts (
    account text primary key, handle text not null unique, kind text not null check (kind in ('patient', 'staff')),
    -- Sessions that were begun under an earlier number are over.
    generation int not null default 0, created bigint not null);
  -- Under which name of elsewhere an account is known: a wallet, a person at the organisation's own login, one of the demo. SHA-256 of it.
  create table portal_logins (
    how text not null, subject text not null, account text not null references portal_accounts on delete cascade, created bigint not null,
    primary key (how, subject));
  create index portal_logins_account on portal_logins (account);
  create table portal_passkeys (
    credential text primary key, account text not null references portal_accounts on delete cascade, public_key bytea not null,
    counter bigint not null, transports jsonb not null, created bigint not null, used bigint not null);
  create index portal_passkeys_account on portal_passkeys (account);
  -- Challenges and nonces that wait for their one answer, under the SHA-256 of their id.
  create table portal_ceremonies (
    ceremony text primary key, purpose text not null, state jsonb not null, expires_at bigint not null);
  create index portal_ceremonies_expires on portal_ceremonies (expires_at);
  create table portal_vaults (
    account text primary key references portal_accounts on delete cascade, version bigint not null, sealed bytea not null, kept_at bigint not null);
  create table portal_wrappers (
    account text not null references portal_vaults on delete cascade, wrapper text not null, kind text not null, credential text,
    salt bytea not null, wrapped bytea not null, created bigint not null, primary key (account, wrapper));
  -- By the SHA-256 of the value that the browser has, and of the one before it.
  create table portal_sessions (
    session text primary key, account text not null, how text not null, generation int not null, created bigint not null,
    rotated bigint not null, used bigint not null, current text not null unique, previous text unique);
  create index portal_sessions_account on portal_sessions (account);
  create index portal_sessions_used on portal_sessions (used);
  -- Sessions that were ended, wherever they are kept: until they would be over anyway.
  create table portal_ended_sessions (session text primary key, until bigint not null);
  create index portal_ended_sessions_until on portal_ended_sessions (until);
  -- Attempts to sign in that failed, by network and by account.
  create table portal_attempts (key text primary key, failures int not null, last bigint not null);
  create index portal_attempts_last on portal_attempts (last);
  `,
  `
  -- Consents that patients posted signed, each a Consent of the FHIR server, whose status follows what this node knows of it.
  create table fhir_consents (
    consent text primary key, row bigint not null unique references fhir_resources on delete cascade, segment text not null,
    -- With whom the segment began, and who signed: another owner since then has ended it.
    first_owner text not null, signer text not null,
    status text not null check (status in ('proposed', 'active', 'inactive')));
  create index fhir_consents_segment on fhir_consents (segment);
  `,
  `
  -- Under which name a record that was deleted stood here, so that its patient still finds who looked at it. Null for those of before.
  alter table received_purges add column type text, add column id text collate "C";
  create index fhir_seals_segment on fhir_seals (segment) where segment is not null;
  `,
  FHIR_CONTEXTS_SCHEMA,
  `
  -- AuditEvents of the FHIR server, on the disk and not yet among its resources.
  create table fhir_audits (number bigint generated always as identity primary key, event text not null);
  `,
  `
  -- Requests for access to a segment, sealed to its owner and to who asked, and the owner's sealed answers.
  create table consent_requests (
    request text primary key, number bigint generated always as identity unique, segment text not null, requester text not null,
    bytes bytea not null, expires_at bigint not null, withdrawn_at bigint, answer bytea,
    check (withdrawn_at is null or answer is null));
  create index consent_requests_segment on consent_requests (segment, number);
  create index consent_requests_requester on consent_requests (requester, number);
  create index consent_requests_expires on consent_requests (expires_at);
  `,
  `
  -- Who recovers from a kit asks for what its owners took over.
  create index ledger_owners_owner on ledger_owners (owner);
  `,
  `
  -- A device that is to be added to an account, and what it and the one that adds it leave for each other, sealed. One for each account, for minutes.
  create table portal_device_offers (
    account text primary key references portal_accounts on delete cascade,
    -- SHA-256 of what both devices name it by, and of what the new one got when it came.
    locator text not null unique, ticket text unique, claim bytea, answer bytea, expires_at bigint not null);
  create index portal_device_offers_expires on portal_device_offers (expires_at);
  `,
  `
  -- What segments' owners wrote through this node, by day: strangers to the directory, whose room is bounded.
  create table owner_writes (
    day int not null, segment text not null, records int not null, bytes bigint not null, primary key (day, segment));
  `,
  `
  -- Key cards of staff who wait to be registered, by the account that left them: public keys and a name, until they are in the directory or forgotten.
  create table staff_registrations (
    account text primary key references portal_accounts on delete cascade, locator text not null, card bytea not null, asked_at bigint not null);
  create index staff_registrations_locator on staff_registrations (locator);
  `,
  `
  -- Whom the front desk registered, and what the organisation holds for them, sealed to the people of the desk: until they hold their own keys.
  create table desk_patients (
    patient text collate "C" primary key, kept bytea, registered_by text not null, registered_at bigint not null);
  `,
  `
  -- Signed words that an organisation does not co-sign a record, with sealed reasons; once for each organisation and header.
  create table declines (
    number bigint generated always as identity unique, organisation text not null, record text not null, label text not null, decliner text not null,
    bytes bytea not null, primary key (organisation, record, label, decliner));
  create index declines_record on declines (record);
  `,
  FHIR_TEXTS_SCHEMA,
  `
  -- Chains of cards whose last rotation is on its way to the ledger: who signed it may not come back to bring the card again.
  create table waiting_chains (
    segment text not null, generation bigint not null, owner text not null, next_owner text not null, bytes bytea not null,
    primary key (segment, generation, owner, next_owner));
  `,
  `
  -- What owners ask authors of records to put right, sealed to the author's people and to the owner, and the author's sealed answers.
  create table corrections (
    correction text primary key, number bigint generated always as identity unique, segment text not null, organisation text not null,
    record text not null, bytes bytea not null, expires_at bigint not null, withdrawn_at bigint, answer bytea,
    check (withdrawn_at is null or answer is null));
  create index corrections_segment on corrections (segment, number);
  create index corrections_waiting on corrections (organisation, number) where answer is null and withdrawn_at is null;
  create index corrections_record on corrections (record);
  create index corrections_expires on corrections (expires_at);
  `,
  FHIR_PERMITTED_SCHEMA,
  `
  -- One consent can hang on one document and on another: each way in which it was shown stands for itself. Empty: the owner signed it, or it was shown before this column was there.
  alter table received_authorities add column link text not null default '';
  alter table received_authorities drop constraint received_authorities_pkey;
  alter table received_authorities add primary key (actor, consent, link);
  `,
];
