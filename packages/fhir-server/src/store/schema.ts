/**
 * Tables of the FHIR server. `fhir_resources` has a row for each resource, `fhir_versions` one for each version of it, never changed; the others index the
 * values of the current version by the search parameters that give them: `key` is `Type.parameter`, a composite's parts are `Type.parameter$1`, `$2`, and `item`
 * tells which of them belong together.
 *
 * What access looks at stands in `fhir_resources` for the current version and in `fhir_versions` for each, since a version can be of another sensitivity.
 * Texts that are searched by their beginning sort by code point, whatever the database's language.
 */
export const FHIR_SCHEMA = `
  create table fhir_resources (
    row bigint generated always as identity primary key,
    type text not null, id text collate "C" not null, version bigint not null, updated bigint not null, deleted boolean not null,
    origin text not null check (origin in ('own', 'received')), kind text not null, segment text, record text, consent text,
    day_from int, day_to int,
    unique (type, id));
  create index fhir_resources_segment on fhir_resources (segment) where origin = 'received';
  create index fhir_resources_updated on fhir_resources (type, updated, id);
  create table fhir_versions (
    seq bigint generated always as identity primary key,
    row bigint not null references fhir_resources on delete cascade, version bigint not null,
    type text not null, updated bigint not null, method text not null check (method in ('POST', 'PUT', 'PATCH', 'DELETE')),
    origin text not null, kind text not null, segment text, day_from int, day_to int, content text,
    unique (row, version));
  create index fhir_versions_type on fhir_versions (type, seq);

  create table fhir_tokens (row bigint not null references fhir_resources on delete cascade, key text not null, item int not null, system text, code text, text text collate "C");
  create index fhir_tokens_code on fhir_tokens (key, code, system, row);
  create index fhir_tokens_system on fhir_tokens (key, system, row) where code is not null;
  create index fhir_tokens_text on fhir_tokens (key, text, row);
  create index fhir_tokens_row on fhir_tokens (row, key);
  create table fhir_strings (row bigint not null references fhir_resources on delete cascade, key text not null, item int not null, folded text collate "C" not null, exact text collate "C" not null);
  create index fhir_strings_folded on fhir_strings (key, folded, row);
  create index fhir_strings_row on fhir_strings (row, key);
  create table fhir_dates (row bigint not null references fhir_resources on delete cascade, key text not null, item int not null, low bigint not null, high bigint not null);
  create index fhir_dates_low on fhir_dates (key, low, high, row);
  create index fhir_dates_high on fhir_dates (key, high, low, row);
  create index fhir_dates_row on fhir_dates (row, key);
  create table fhir_numbers (
    row bigint not null references fhir_resources on delete cascade, key text not null, item int not null,
    low numeric, high numeric, system text, code text, unit text);
  create index fhir_numbers_low on fhir_numbers (key, low, high, row);
  create index fhir_numbers_high on fhir_numbers (key, high, low, row);
  create index fhir_numbers_row on fhir_numbers (row, key);
  create table fhir_references (
    row bigint not null references fhir_resources on delete cascade, key text not null, item int not null,
    target_type text, target_id text collate "C", url text collate "C", identifier_system text, identifier_value text);
  create index fhir_references_target on fhir_references (key, target_id, target_type, row);
  create index fhir_references_url on fhir_references (key, url, row) where url is not null;
  create index fhir_references_identifier on fhir_references (key, identifier_value, identifier_system, row) where identifier_value is not null;
  create index fhir_references_row on fhir_references (row, key);
  create table fhir_uris (row bigint not null references fhir_resources on delete cascade, key text not null, item int not null, uri text collate "C" not null);
  create index fhir_uris_uri on fhir_uris (key, uri, row);
  create index fhir_uris_row on fhir_uris (row, key);
  -- Every relative reference of the current version, wherever it stands: what a reader cannot follow is not shown.
  create table fhir_links (row bigint not null references fhir_resources on delete cascade, target_type text not null, target_id text collate "C" not null);
  create index fhir_links_row on fhir_links (row);
  create index fhir_links_target on fhir_links (target_id, target_type);
`;

/**
 * To which Encounters a resource of the organisation's own belongs, with its own kind, by which the others of the Encounter may be kept as stricter ones. What was deleted has its rows still, so that its past is as
 * strict as the rest, and hands nothing on. What was written before this table was there is taken out of the index; it takes over what the others have with the next write in its Encounter.
 */
export const FHIR_CONTEXTS_SCHEMA = `
  create table fhir_contexts (
    row bigint not null references fhir_resources on delete cascade, encounter text collate "C" not null, kind text not null, deleted boolean not null,
    primary key (row, encounter));
  create index fhir_contexts_encounter on fhir_contexts (encounter, kind, deleted, row);
  insert into fhir_contexts (row, encounter, kind, deleted)
    select r.row, r.id, r.kind, false from fhir_resources r where r.type = 'Encounter' and r.origin = 'own' and not r.deleted
    union select r.row, f.target_id, r.kind, false from fhir_references f join fhir_resources r on r.row = f.row
    where f.target_type = 'Encounter' and f.target_id is not null and f.key in (r.type || '.encounter', r.type || '.context') and r.origin = 'own' and not r.deleted;
`;

/**
 * Places on earth, and words. A resource's words stand in one row; those of its narrative have the weight `NARRATIVE`. What was written before these tables were there waits in `fhir_texts_due` until `indexDueTexts` has
 * found its words, since no statement could.
 */
export const FHIR_TEXTS_SCHEMA = `
  create table fhir_positions (
    row bigint not null references fhir_resources on delete cascade, key text not null, item int not null,
    latitude double precision not null, longitude double precision not null);
  create index fhir_positions_place on fhir_positions (key, latitude, longitude, row);
  create index fhir_positions_row on fhir_positions (row, key);
  create table fhir_texts (row bigint primary key references fhir_resources on delete cascade, words tsvector not null);
  create index fhir_texts_words on fhir_texts using gin (words) with (gin_pending_list_limit = 1024);
  create table fhir_texts_due (row bigint primary key references fhir_resources on delete cascade);
  insert into fhir_texts_due (row) select row from fhir_resources where type <> 'AuditEvent' and not deleted;
`;

/**
 * What a consent permits of what was received, as SQL/JSON path: its limits in groups, `$segment`, `$type`, `$from` and `$to` of a row. A comparison with a missing day is false, so an open limit and a
 * missing day are said apart. A function, and no expression of each statement: statements of searches are read and planned each time, for whoever reads what is the organisation's own too.
 */
export const FHIR_PERMITTED_SCHEMA = `
  create function fhir_permitted(limits jsonb, segment text, type text, day_from int, day_to int) returns boolean
    language plpgsql immutable parallel safe cost 1 as $body$
    begin
      return jsonb_path_exists(limits, '$[*] ? (
        @.segments[*] == $segment
        && (@.resourceTypes[*] == "*" || @.resourceTypes[*] == $type)
        && (@.dataFrom == null || $from >= @.dataFrom)
        && (@.dataTo == null || $to <= @.dataTo)
        && !exists (@.exceptions[*] ? (
          (!exists (@.resourceTypes[*]) || @.resourceTypes[*] == $type)
          && (@.dataFrom == null || $to == null || $to >= @.dataFrom)
          && (@.dataTo == null || $from == null || $from <= @.dataTo))))',
        jsonb_build_object('segment', segment, 'type', type, 'from', day_from, 'to', day_to));
    end $body$;
`;

/** Of the words of a narrative, in PostgreSQL's text search; all others have the weight D. */
export const NARRATIVE = "A";

/** Open sides of a period: no time in milliseconds since 1970 lies beyond. */
export const BEGINNING = -8_640_000_000_000_000;
export const END = 8_640_000_000_000_000;

/** Behind the key of an identifier's parameter: system and code are its type's, the text is its value. */
export const OF_TYPE = ":of-type";
