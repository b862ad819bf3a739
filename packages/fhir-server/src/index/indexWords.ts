import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { AUDIT_TYPE } from "../access/access.ts";
import { linksOf, linkText } from "../resource/links.ts";
import { withoutLinks } from "../resource/withoutLinks.ts";
import { narrativeText } from "./narrativeText.ts";
import { wordsOf } from "./words.ts";

/** Words by which a resource is found, each once; true of those that its narrative has. */
export type IndexWords = ReadonlyMap<string, boolean>;

/** Different words of one resource, at most: with the longest of them the database still takes it. */
const MOST_WORDS = 5000;

/** What nobody searches by words: names of systems and types, addresses, contents in base64, and what the server says of the resource. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  "resourceType",
  "id",
  "meta",
  "system",
  "url",
  "fullUrl",
  "reference",
  "contentType",
  "data",
]);
/** Dates and times have parameters of their own. */
const TIME = /^\d{4}-\d\d(?:-\d\d(?:T\S{5,30})?)?$/;

/**
 * Words for `_text` and `_content`. What stands in references to resources of this server is none of them: it is shown to those alone who may see the target, and a word would tell all others that it is there.
 */
export function indexWords(resource: JsonObject): IndexWords {
  const words = new Map<string, boolean>();
  const type = resource["resourceType"];
  if (type === AUDIT_TYPE) return words;
  const add = (text: string, isNarrative: boolean): void => {
    for (const word of wordsOf(text)) {
      if (words.size === MOST_WORDS) return;
      if (isNarrative || !words.has(word)) words.set(word, isNarrative);
    }
  };
  const { text, ...rest } = withoutLinks(resource, new Set(linksOf(resource).map(linkText)), {});
  const div = isJsonObject(text) ? text["div"] : undefined;
  if (typeof div === "string") add(narrativeText(div), true);
  const walk = (value: JsonValue, name: string): void => {
    if (PASSED_OVER.has(name)) return;
    if (typeof value === "string") {
      if (name === "div") add(narrativeText(value), false);
      else if (!TIME.test(value)) add(value, false);
    } else if (isJsonArray(value)) for (const item of value) walk(item, name);
    else if (isJsonObject(value)) for (const [member, inner] of Object.entries(value)) walk(inner, member);
  };
  walk(rest, "");
  return words;
}
