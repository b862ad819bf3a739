/** JSON texts of a Bundle's parts put together: what is kept as text goes out as that text, with its decimals as they were written. */
export interface EntryText {
  readonly fullUrl?: string;
  /** JSON text of the resource. */
  readonly resource?: string | null;
  readonly search?: "match" | "include" | "outcome";
  readonly request?: { readonly method: string; readonly url: string };
  readonly response?: {
    readonly status: string;
    readonly location?: string;
    readonly etag?: string;
    readonly lastModified?: string;
    /** JSON text of an OperationOutcome. */
    readonly outcome?: string;
  };
}

export function bundleText(
  type: "searchset" | "history" | "batch-response" | "transaction-response",
  parts: {
    readonly links?: readonly { readonly relation: string; readonly url: string }[];
    readonly total?: number | null;
    readonly entries: readonly EntryText[];
  },
): string {
  const { links = [], total = null, entries } = parts;
  const members = [
    `"resourceType":"Bundle"`,
    `"type":${JSON.stringify(type)}`,
    ...(total === null ? [] : [`"total":${total}`]),
    ...(links.length === 0 ? [] : [`"link":${JSON.stringify(links)}`]),
    ...(entries.length === 0 ? [] : [`"entry":[${entries.map(entryText).join(",")}]`]),
  ];
  return `{${members.join(",")}}`;
}

function entryText({ fullUrl, resource, search, request, response }: EntryText): string {
  const members = [
    ...(fullUrl === undefined ? [] : [`"fullUrl":${JSON.stringify(fullUrl)}`]),
    ...(resource === undefined || resource === null ? [] : [`"resource":${resource}`]),
    ...(search === undefined ? [] : [`"search":{"mode":"${search}"}`]),
    ...(request === undefined ? [] : [`"request":${JSON.stringify(request)}`]),
  ];
  if (response !== undefined) {
    const { outcome, ...rest } = response;
    const text = JSON.stringify(rest);
    members.push(`"response":${outcome === undefined ? text : `${text.slice(0, -1)},"outcome":${outcome}}`}`);
  }
  return `{${members.join(",")}}`;
}
