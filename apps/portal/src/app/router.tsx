import "../organisationLogin/takeAnswer.ts";
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { LOGIN_RETURN_PATH } from "@anamnesis/api/routes/portalOrganisationLogin";
import { Frame } from "./Frame.tsx";
import { Gate } from "./Gate.tsx";
import { NotFound } from "../pages/NotFound.tsx";
import { PageFailed } from "../pages/PageFailed.tsx";

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound, errorComponent: PageFailed });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { readonly to?: string | undefined } => ({
    to: ownPathOf(search["to"]),
  }),
  component: lazyRouteComponent(async () => import("../pages/signIn/SignIn.tsx"), "SignIn"),
});
/** Where the organisation's provider sends the browser back to. */
const organisationLogin = createRoute({
  getParentRoute: () => root,
  path: LOGIN_RETURN_PATH,
  component: lazyRouteComponent(
    async () => import("../pages/signIn/OrganisationLogin.tsx"),
    "OrganisationLogin",
  ),
});
const enrol = createRoute({
  getParentRoute: () => root,
  path: "/new",
  /** `wallet`: somebody came to sign in with one, and adds it once the keys are there. `home`: the organisation at whose desk somebody stands. */
  validateSearch: (
    search: Record<string, unknown>,
  ): { readonly wallet?: true; readonly home?: string | undefined } => ({
    home: textOf(search["home"]),
    ...(search["wallet"] === true ? { wallet: true } : {}),
  }),
  component: lazyRouteComponent(async () => import("../pages/signIn/Enrol.tsx"), "Enrol"),
});
const join = createRoute({
  getParentRoute: () => root,
  path: "/join",
  component: lazyRouteComponent(async () => import("../pages/desk/Join.tsx"), "Join"),
});
const claim = createRoute({
  getParentRoute: () => root,
  path: "/claim",
  component: lazyRouteComponent(async () => import("../pages/desk/Claim.tsx"), "Claim"),
});
/** Everything below is for who is signed in. */
const inside = createRoute({ getParentRoute: () => root, id: "inside", component: Gate });
const start = createRoute({
  getParentRoute: () => inside,
  path: "/",
  component: lazyRouteComponent(async () => import("../pages/Start.tsx"), "Start"),
});
const records = createRoute({
  getParentRoute: () => inside,
  path: "/records",
  component: lazyRouteComponent(async () => import("../pages/patient/Records.tsx"), "Records"),
});
const add = createRoute({
  getParentRoute: () => inside,
  path: "/records/add",
  component: lazyRouteComponent(async () => import("../pages/patient/Add.tsx"), "Add"),
});
const details = createRoute({
  getParentRoute: () => inside,
  path: "/records/details",
  component: lazyRouteComponent(async () => import("../pages/patient/Details.tsx"), "Details"),
});
const sharing = createRoute({
  getParentRoute: () => inside,
  path: "/sharing",
  component: lazyRouteComponent(async () => import("../pages/patient/Sharing.tsx"), "Sharing"),
});
const share = createRoute({
  getParentRoute: () => inside,
  path: "/sharing/new",
  /** `again`: the share whose choices are taken again. */
  validateSearch: (search: Record<string, unknown>): { readonly with?: string; readonly again?: string } => ({
    ...(typeof search["with"] === "string" ? { with: search["with"] } : {}),
    ...(typeof search["again"] === "string" ? { again: search["again"] } : {}),
  }),
  component: lazyRouteComponent(async () => import("../pages/patient/Share.tsx"), "SharePage"),
});
const request = createRoute({
  getParentRoute: () => inside,
  path: "/requests/$request",
  component: lazyRouteComponent(async () => import("../pages/patient/Request.tsx"), "Request"),
});
const contactCode = createRoute({
  getParentRoute: () => inside,
  path: "/sharing/code",
  component: lazyRouteComponent(async () => import("../pages/patient/ContactCode.tsx"), "ContactCode"),
});
const stopReceipt = createRoute({
  getParentRoute: () => inside,
  path: "/sharing/stopped/$share",
  component: lazyRouteComponent(async () => import("../pages/patient/StopReceipt.tsx"), "StopReceiptPage"),
});
const looked = createRoute({
  getParentRoute: () => inside,
  path: "/looked",
  /** One look to which a notice leads. */
  validateSearch: (search: Record<string, unknown>): { readonly look?: string | undefined } => ({
    look: textOf(search["look"]),
  }),
  component: lazyRouteComponent(async () => import("../pages/patient/Looked.tsx"), "Looked"),
});
const wallet = createRoute({
  getParentRoute: () => inside,
  path: "/wallet",
  component: lazyRouteComponent(async () => import("../pages/patient/Wallet.tsx"), "WalletPage"),
});
const patients = createRoute({
  getParentRoute: () => inside,
  path: "/patients",
  component: lazyRouteComponent(async () => import("../pages/doctor/Patients.tsx"), "Patients"),
});
const toSign = createRoute({
  getParentRoute: () => inside,
  path: "/to-sign",
  component: lazyRouteComponent(async () => import("../pages/staff/ToSign.tsx"), "ToSign"),
});
const organisation = createRoute({
  getParentRoute: () => inside,
  path: "/organisation",
  validateSearch: (search: Record<string, unknown>): { readonly register?: string | undefined } => ({
    register: textOf(search["register"]),
  }),
  component: lazyRouteComponent(
    async () => import("../pages/administrator/Organisation.tsx"),
    "Organisation",
  ),
});
const desk = createRoute({
  getParentRoute: () => inside,
  path: "/desk",
  component: lazyRouteComponent(async () => import("../pages/desk/Desk.tsx"), "Desk"),
});
const codes = createRoute({
  getParentRoute: () => inside,
  path: "/codes",
  component: lazyRouteComponent(async () => import("../pages/desk/Codes.tsx"), "Codes"),
});
const mySignIn = createRoute({
  getParentRoute: () => inside,
  path: "/my-sign-in",
  component: lazyRouteComponent(async () => import("../pages/staff/MySignIn.tsx"), "MySignIn"),
});
const chart = createRoute({
  getParentRoute: () => inside,
  path: "/patients/$patient",
  component: lazyRouteComponent(async () => import("../pages/doctor/Chart.tsx"), "Chart"),
});

const recover = createRoute({
  getParentRoute: () => root,
  path: "/recover",
  component: lazyRouteComponent(async () => import("../pages/signIn/Recover.tsx"), "Recover"),
});
const joinDevice = createRoute({
  getParentRoute: () => root,
  path: "/add-device",
  component: lazyRouteComponent(async () => import("../pages/signIn/JoinDevice.tsx"), "JoinDevice"),
});
const devices = createRoute({
  getParentRoute: () => inside,
  path: "/devices",
  component: lazyRouteComponent(async () => import("../pages/patient/Devices.tsx"), "Devices"),
});
const addDevice = createRoute({
  getParentRoute: () => inside,
  path: "/devices/new",
  component: lazyRouteComponent(async () => import("../pages/patient/AddDevice.tsx"), "AddDevice"),
});
const stolen = createRoute({
  getParentRoute: () => inside,
  path: "/devices/stolen",
  component: lazyRouteComponent(async () => import("../pages/patient/Stolen.tsx"), "Stolen"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    organisationLogin,
    enrol,
    join,
    claim,
    recover,
    joinDevice,
    inside.addChildren([
      start,
      records,
      add,
      details,
      sharing,
      share,
      request,
      contactCode,
      stopReceipt,
      looked,
      wallet,
      patients,
      chart,
      toSign,
      organisation,
      desk,
      codes,
      mySignIn,
      devices,
      addDevice,
      stolen,
    ]),
  ]),
  // The frame stays: from a page that failed one can still go to the others.
  defaultErrorComponent: PageFailed,
  // The code of a page is here when its link is: who loses the network meanwhile still gets to it.
  defaultPreload: "viewport",
  scrollRestoration: true,
});

/** What is no text is said to be undefined: what is left out, the router takes from the address as it came. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** An address of these pages, and of no other site. */
function ownPathOf(value: unknown): string | undefined {
  const path = textOf(value);
  return path !== undefined && path.startsWith("/") && !/^\/[\\/]/.test(path) ? path : undefined;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
