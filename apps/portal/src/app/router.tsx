import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Frame } from "./Frame.tsx";
import { Gate } from "./Gate.tsx";
import { NotFound } from "../pages/NotFound.tsx";
import { Failed } from "../parts/Failed.tsx";

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound, errorComponent: Failed });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: lazyRouteComponent(async () => import("../pages/signIn/SignIn.tsx"), "SignIn"),
});
const enrol = createRoute({
  getParentRoute: () => root,
  path: "/new",
  component: lazyRouteComponent(async () => import("../pages/signIn/Enrol.tsx"), "Enrol"),
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
const sharing = createRoute({
  getParentRoute: () => inside,
  path: "/sharing",
  component: lazyRouteComponent(async () => import("../pages/patient/Sharing.tsx"), "Sharing"),
});
const share = createRoute({
  getParentRoute: () => inside,
  path: "/sharing/new",
  validateSearch: (search: Record<string, unknown>): { readonly with?: string } =>
    typeof search["with"] === "string" ? { with: search["with"] } : {},
  component: lazyRouteComponent(async () => import("../pages/patient/Share.tsx"), "SharePage"),
});
const looked = createRoute({
  getParentRoute: () => inside,
  path: "/looked",
  component: lazyRouteComponent(async () => import("../pages/patient/Looked.tsx"), "Looked"),
});
const patients = createRoute({
  getParentRoute: () => inside,
  path: "/patients",
  component: lazyRouteComponent(async () => import("../pages/doctor/Patients.tsx"), "Patients"),
});
const organisation = createRoute({
  getParentRoute: () => inside,
  path: "/organisation",
  component: lazyRouteComponent(
    async () => import("../pages/administrator/Organisation.tsx"),
    "Organisation",
  ),
});
const chart = createRoute({
  getParentRoute: () => inside,
  path: "/patients/$patient",
  component: lazyRouteComponent(async () => import("../pages/doctor/Chart.tsx"), "Chart"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    enrol,
    inside.addChildren([start, records, sharing, share, looked, patients, chart, organisation]),
  ]),
  defaultPreload: false,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
