import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

/** Ten shades around the accent; what is shown comes from `tokens.css`, so that both themes keep their measured contrast. */
const accent: MantineColorsTuple = [
  "#e7f1ef",
  "#cfe4e1",
  "#9fcac5",
  "#6fb0a9",
  "#3f968d",
  "#1f7f77",
  "#0b625e",
  "#095450",
  "#074542",
  "#053634",
];

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: 6,
  colors: { accent },
  fontFamily: '"Atkinson Hyperlegible Next Variable", "Atkinson Hyperlegible", system-ui, sans-serif',
  defaultRadius: 10,
  // Of the root's size, which is larger for patients (styles/app.css): nothing that is read is smaller than the small of the tokens.
  fontSizes: { xs: "var(--small)", sm: "1rem", md: "1rem", lg: "1.125rem", xl: "1.25rem" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // The variant by its name: the styles of both themes look for it.
    Button: { defaultProps: { size: "md", variant: "filled" } },
    Input: { vars: () => ({ wrapper: { "--input-height": "2.75rem" } }) },
    InputWrapper: {
      vars: () => ({
        description: { "--input-description-size": "var(--small)" },
        error: { "--input-error-size": "var(--small)" },
      }),
    },
  },
});

/** Mantine's own variables from ours, in both themes. */
export const variables: CSSVariablesResolver = () => {
  const same = {
    "--mantine-color-body": "var(--paper)",
    "--mantine-color-text": "var(--ink)",
    "--mantine-color-dimmed": "var(--muted)",
    "--mantine-color-default": "var(--card)",
    "--mantine-color-default-color": "var(--ink)",
    "--mantine-color-default-border": "var(--edge)",
    "--mantine-color-placeholder": "var(--muted)",
    "--mantine-color-anchor": "var(--accent)",
    "--mantine-color-error": "var(--stop)",
    // Under the pointer, buttons without a fill keep the contrast that they have without it.
    "--mantine-color-accent-light-hover": "var(--tint)",
    "--mantine-color-accent-outline-hover": "var(--tint)",
    "--mantine-primary-color-filled": "var(--accent)",
    "--mantine-primary-color-filled-hover": "var(--accent)",
    "--mantine-primary-color-light-color": "var(--accent)",
    "--mantine-primary-color-contrast": "var(--on-accent)",
  };
  return { variables: {}, light: same, dark: same };
};
