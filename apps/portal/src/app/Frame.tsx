import { portalRoutes } from "@anamnesis/api/routes/portal";
import { Button } from "@mantine/core";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef } from "react";
import { callPortal } from "../api/portal.ts";
import {
  CodeIcon,
  DeskIcon,
  DeviceIcon,
  EyeIcon,
  HomeIcon,
  LockIcon,
  PeopleIcon,
  RecordsIcon,
  SharingIcon,
  SignIcon,
} from "../parts/icons.tsx";
import { useLooks } from "../looks/useLooks.ts";
import { useWords } from "../words/useWords.tsx";
import type { Who } from "../worker/protocol.ts";
import { useConfig } from "./useConfig.ts";
import { useIdleLock } from "./useIdleLock.ts";
import { useSessionCheck } from "./useSessionCheck.ts";
import { useLeave, useLock, useWho } from "./useWho.ts";

const WalletQuestion = lazy(async () => {
  const part = await import("../wallets/WalletQuestion.tsx");
  return { default: part.WalletQuestion };
});

/** What stands around every page: its name, the pages, who is signed in. */
export function Frame() {
  const words = useWords();
  const { data: config } = useConfig();
  const { data: who } = useWho();
  const leave = useLeave();
  const lock = useLock();
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const last = useRef(path);
  useEffect(() => {
    // A screen reader goes on at the new page, and not at the link that led there.
    if (last.current !== path) main.current?.focus();
    last.current = path;
  }, [path]);
  useSessionCheck(who !== null && who !== undefined, path, lock);
  useIdleLock(who !== null && who !== undefined, lock);
  const pages = who === null || who === undefined || who.due !== null ? [] : pagesOf(who);
  const { data: looks } = useLooks(who?.kind === "patient" && who.due === null);
  const notices = looks?.notices.length ?? 0;
  const links = pages.map(({ to, name, icon: Icon }) => (
    <Link key={to} to={to} activeOptions={{ exact: to === "/" }} activeProps={{ "aria-current": "page" }}>
      <Icon />
      <span>{words.pages[name]}</span>
      {name === "home" && notices > 0 && (
        <span className="badge">
          <span aria-hidden="true">{notices}</span>
          <span className="visually-hidden">{words.looks.notices.count(notices)}</span>
        </span>
      )}
    </Link>
  ));
  const signOut = async (): Promise<void> => {
    const ended = await callPortal(portalRoutes.endPortalSession, { everywhere: false }).catch(() => null);
    await leave();
    if (ended?.next === undefined) await navigate({ to: "/sign-in" });
    else globalThis.location.assign(ended.next);
  };
  return (
    <div className={who?.kind === "staff" ? "staff" : "patient"}>
      <a className="skip" href="#main">
        {words.skip}
      </a>
      <header className="top">
        <Link to="/" className="mark">
          <LockIcon />
          <span>{words.app}</span>
        </Link>
        {links.length > 0 && (
          <nav className="pages" aria-label={words.navigation}>
            {links}
          </nav>
        )}
        {links.length === 0 && <span className="spacer" />}
        {config?.demo === true && <span className="demo">{words.demoBadge}</span>}
        {who?.kind === "patient" && who.due === null && (
          <Link to="/devices" className="own" aria-label={words.keys.titles.devices}>
            <DeviceIcon />
            <span>{words.keys.titles.devices}</span>
          </Link>
        )}
        {who?.kind === "staff" && config?.signIn.includes("oidc") === true && (
          <Link to="/my-sign-in" className="own" aria-label={words.organisationLogin.title}>
            <DeviceIcon />
            <span>{words.organisationLogin.title}</span>
          </Link>
        )}
        {who !== null && who !== undefined && (
          <Button variant="subtle" size="compact-md" onClick={() => void signOut()}>
            {words.signOut}
          </Button>
        )}
      </header>
      <main id="main" ref={main} tabIndex={-1} className={who?.kind === "staff" ? "wide" : undefined}>
        <Outlet />
      </main>
      {who?.kind === "patient" && (
        <Suspense fallback={null}>
          <WalletQuestion />
        </Suspense>
      )}
      {links.length > 0 && (
        <nav className="tabs" aria-label={words.navigation}>
          {links}
        </nav>
      )}
    </div>
  );
}

const PATIENT = [
  { to: "/", name: "home", icon: HomeIcon },
  { to: "/records", name: "records", icon: RecordsIcon },
  { to: "/sharing", name: "sharing", icon: SharingIcon },
  { to: "/looked", name: "looked", icon: EyeIcon },
] as const;
const READER = { to: "/patients", name: "patients", icon: PeopleIcon } as const;
const DESK = { to: "/desk", name: "desk", icon: DeskIcon } as const;
const TO_SIGN = { to: "/to-sign", name: "toSign", icon: SignIcon } as const;
const CODES = { to: "/codes", name: "codes", icon: CodeIcon } as const;
const ADMINISTRATOR = { to: "/organisation", name: "organisation", icon: HomeIcon } as const;

function pagesOf({ kind, subject, administrator, registered }: Who) {
  if (kind === "patient") return PATIENT;
  return [
    ...(registered && subject === "practitioner" ? [READER] : []),
    ...(registered && subject === "staff" ? [DESK] : []),
    ...(administrator || (registered && subject !== "device") ? [TO_SIGN] : []),
    ...(registered ? [CODES] : []),
    ...(administrator ? [ADMINISTRATOR] : []),
  ];
}
