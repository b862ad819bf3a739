/** RFC 4648 section 4, without line breaks, as FHIR's base64Binary wants it. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  // In pieces: a spread of a whole image would exceed the limit of arguments.
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}
