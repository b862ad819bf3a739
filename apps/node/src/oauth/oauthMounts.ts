import type { RawMount } from "../http/server.ts";
import type { OAuth } from "./createOAuth.ts";

/** Routes of the authorisation server. It needs the server's address, so it comes after it: until then it answers that it is not there yet. */
export function oauthMounts(oauth: () => OAuth | null): readonly RawMount[] {
  return [
    {
      name: "oauth",
      path: "/oauth/*",
      handle: async (request, response) => {
        const there = oauth();
        if (there === null) response.writeHead(503, { "retry-after": "1" }).end();
        else await there.handle(request, response);
      },
    },
    {
      name: "smartConfiguration",
      path: "/fhir/.well-known/smart-configuration",
      handle: async (request, response) => {
        const there = oauth();
        if (there === null) response.writeHead(503, { "retry-after": "1" }).end();
        else if (request.method !== "GET" && request.method !== "HEAD")
          response.writeHead(405, { allow: "GET, HEAD" }).end();
        else {
          response.writeHead(200, {
            "content-type": "application/json",
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
          });
          response.end(JSON.stringify(there.smartConfiguration()));
        }
      },
    },
  ];
}
