import { LOGIN_RETURN_PATH } from "@anamnesis/api/routes/portalOrganisationLogin";

/**
 * What the organisation's provider sent the browser back with. It goes from the address bar and the history before anything else of the page runs: once, for this page alone.
 */
let query: string | null = null;
const { location, history } = globalThis;
if (location.pathname === LOGIN_RETURN_PATH && location.search !== "") {
  query = location.search;
  history.replaceState(null, "", LOGIN_RETURN_PATH);
}

/** `null` when nothing came back, or it was taken. */
export function takeAnswer(): string | null {
  const taken = query;
  query = null;
  return taken;
}
