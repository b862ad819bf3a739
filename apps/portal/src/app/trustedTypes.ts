/**
 * Trusted types (https://w3c.github.io/trusted-types/): the browser refuses every text that would become markup or script. Mantine writes its variables into style elements as
 * `innerHTML`; text without `<` cannot make an element, and nothing else is let through.
 */
interface TrustedTypes {
  createPolicy(name: "default", rules: { createHTML: (text: string) => string | null }): unknown;
}

const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
types?.createPolicy("default", { createHTML: (text) => (text.includes("<") ? null : text) });
