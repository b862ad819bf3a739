/** Version of the program; the formats have one of their own. */
export const VERSION = "0.1.0";
