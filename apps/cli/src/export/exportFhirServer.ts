import { AnamnesisError } from "@anamnesis/core/errors";
import { isJsonArray, isJsonObject, type JsonObject, JsonNumber } from "@anamnesis/fhir/json/jsonValue";
import { writeJson } from "@anamnesis/fhir/json/writeJson";
import type { FhirClient } from "@anamnesis/sdk/fhir/fhirClient";
import type { ExportedLine, ExportFolder } from "./exportFolder.ts";

/** Resources of one page. */
const PAGE = 500;
/** How often a type is read that changes while it is. */
const ATTEMPTS = 3;

export interface ExportFhirServerParameters {
  readonly client: FhirClient;
  readonly folder: ExportFolder;
  /** `null`: all that the server has, but `AuditEvent`, of which every page that is read makes more. */
  readonly types: readonly string[] | null;
  /** After each page. */
  readonly onProgress: (progress: {
    readonly types: number;
    readonly of: number;
    readonly resources: number;
  }) => void;
}

/**
 * Writes the current version of everything that a token may read, type by type and page by page. A type counts as whole when the server's own count is the number of its lines; else it is read again.
 *
 * Throws `export-changed`, and what `FhirClient.ask` and `ExportFolder.write` throw.
 * @returns types that the token has no scope for.
 */
export async function exportFhirServer({
  client,
  folder,
  types,
  onProgress,
}: ExportFhirServerParameters): Promise<readonly string[]> {
  const wanted = types ?? (await typesOf(client)).filter((type) => type !== AUDIT_TYPE);
  const forbidden: string[] = [];
  let resources = 0;
  for (const [i, type] of wanted.entries()) {
    let whole = false;
    for (let attempt = 0; attempt < ATTEMPTS && !whole; attempt++) {
      if (attempt > 0) await folder.again(type);
      if (
        !(await exportType(client, folder, type, (count) =>
          onProgress({ types: i, of: wanted.length, resources: resources + count }),
        ))
      ) {
        forbidden.push(type);
        whole = true;
        break;
      }
      whole = type === AUDIT_TYPE || (await countOf(client, type)) === folder.count(type);
    }
    if (!whole) throw changed();
    resources += folder.count(type);
    onProgress({ types: i + 1, of: wanted.length, resources });
  }
  return forbidden;
}

const AUDIT_TYPE = "AuditEvent";

/** `false`: the token has no scope for the type. */
async function exportType(
  client: FhirClient,
  folder: ExportFolder,
  type: string,
  onPage: (count: number) => void,
): Promise<boolean> {
  let next = nextAfter(folder, type);
  while (next !== null) {
    const { status, json } = await client.ask("GET", next, null, [403]);
    if (status === 403) return false;
    const { lines, link } = pageOf(json);
    next = link;
    await folder.write(lines, { type, next });
    onPage(folder.count(type));
  }
  return true;
}

/** Where the type goes on: its first page where nothing is there yet; `null` where all is. */
function nextAfter({ marks }: ExportFolder, type: string): string | null {
  const last = marks.findLast((mark) => mark["type"] === type || mark["again"] === type);
  if (last === undefined || last["again"] === type) return `${type}?_count=${PAGE}`;
  return typeof last["next"] === "string" ? last["next"] : null;
}

function pageOf({ entry, link }: JsonObject): {
  readonly lines: readonly ExportedLine[];
  readonly link: string | null;
} {
  const lines = objects(entry).flatMap(({ resource, search }): readonly ExportedLine[] => {
    if (resource === undefined || !isJsonObject(resource)) return [];
    if (search !== undefined && isJsonObject(search) && search["mode"] !== "match") return [];
    const { resourceType: type } = resource;
    return typeof type === "string" ? [{ type, json: writeJson(resource) }] : [];
  });
  const url = objects(link).find(({ relation }) => relation === "next")?.["url"];
  return { lines, link: typeof url === "string" ? behindBase(url) : null };
}

/** A node says its public address, which need not be the one by which it is asked. */
function behindBase(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname.replace(/^.*\/fhir\//, "")}${search}`;
}

async function countOf(client: FhirClient, type: string): Promise<number | null> {
  const { json } = await client.ask("GET", `${type}?_summary=count`);
  const { total } = json;
  return total instanceof JsonNumber ? Number(total.text) : null;
}

async function typesOf(client: FhirClient): Promise<readonly string[]> {
  const { json } = await client.ask("GET", "metadata");
  return objects(json["rest"])
    .flatMap(({ resource }) => objects(resource))
    .flatMap(({ type }) => (typeof type === "string" ? [type] : []));
}

function objects(value: JsonObject[string] | undefined): readonly JsonObject[] {
  return value !== undefined && isJsonArray(value) ? value.filter((one) => isJsonObject(one)) : [];
}

function changed(): AnamnesisError<"export-changed"> {
  return new AnamnesisError({
    code: "export-changed",
    rule: "An export has as many resources of a type as the server counts behind it.",
    fix: "Run the same command again when less is written: it goes on with this type.",
    meta: { retryable: true },
  });
}
