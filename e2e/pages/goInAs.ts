import type { Visitor } from "./chromium.ts";
import { press } from "./keyboard.ts";

/** As whom of the demo one can go in, as its first page says. */
export type DemoRole = "Patient" | "Doctor" | "Laboratory" | "Administrator";

/** Goes in at a portal of the demo, as the person there who has this role. */
export async function goInAs(
  { page }: Pick<Visitor, "page">,
  portal: string,
  role: DemoRole,
  by: "mouse" | "keyboard" = "mouse",
): Promise<void> {
  await page.goto(portal);
  const person = page.getByRole("listitem").filter({ has: page.getByText(role, { exact: true }) });
  const button = person.getByRole("button", { name: /^Go in as / });
  if (by === "keyboard") await press(page, button);
  else await button.click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}
