import type { ReactNode } from "react";

/** Drawn for this portal, 24 by 24; the word beside says what they mean. */
function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      {children}
    </svg>
  );
}
export function LockIcon() {
  return (
    <Icon>
      <rect x="4" y="10" width="16" height="11" rx="3" />
      <path d="M8 10V7a4 4 0 0 1 8 0v3M12 14v3" />
    </Icon>
  );
}
export function HomeIcon() {
  return (
    <Icon>
      <path d="M4 11l8-7 8 7v9H4z" />
    </Icon>
  );
}
export function ClockIcon() {
  return (
    <Icon>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 7v5l3 2" />
    </Icon>
  );
}
export function RecordsIcon() {
  return (
    <Icon>
      <path d="M6 4h12v16H6zM9 9h6M9 13h6" />
    </Icon>
  );
}
export function SharingIcon() {
  return (
    <Icon>
      <circle cx="7" cy="12" r="3" />
      <circle cx="17" cy="6" r="3" />
      <circle cx="17" cy="18" r="3" />
      <path d="M10 11l4-3M10 13l4 3" />
    </Icon>
  );
}
export function EyeIcon() {
  return (
    <Icon>
      <path d="M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7z" />
      <circle cx="12" cy="12" r="3" />
    </Icon>
  );
}
export function PeopleIcon() {
  return (
    <Icon>
      <circle cx="9" cy="8" r="4" />
      <path d="M2 20c1-4 4-6 7-6s6 2 7 6M16 5a4 4 0 0 1 0 7M18 15c2 1 3 2 4 5" />
    </Icon>
  );
}
export function CheckIcon() {
  return (
    <Icon>
      <path d="M5 12.5l4.5 4.5L19 7.5" />
    </Icon>
  );
}
export function AlertIcon() {
  return (
    <Icon>
      <path d="M12 4v10M12 19v.5" />
    </Icon>
  );
}
export function DeviceIcon() {
  return (
    <Icon>
      <rect x="7" y="2" width="10" height="20" rx="2.5" />
      <path d="M11 18h2" />
    </Icon>
  );
}
export function DeskIcon() {
  return (
    <Icon>
      <path d="M3 19h18M5 19v-3a7 7 0 0 1 14 0v3M12 9V6M10 6h4" />
    </Icon>
  );
}
export function CodeIcon() {
  return (
    <Icon>
      <path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 18v2" />
    </Icon>
  );
}
export function SignIcon() {
  return (
    <Icon>
      <path d="M5 15l9-9 4 4-9 9H5zM5 21h14" />
    </Icon>
  );
}
