import { exchangeRoutes } from "@anamnesis/api/routes/exchange";

/** Where the cards of new epochs go, at every node; for `route` of a browser's context. */
export const NEW_KEYS = `**${exchangeRoutes.putCard.path}`;
