import { deskRoutes } from "@anamnesis/api/routes/desk";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { Client } from "@anamnesis/api/client";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Consortium } from "@anamnesis/sdk/consortium";
import { deskCards } from "@anamnesis/sdk/desk/deskCards";
import { makeClaimCode } from "@anamnesis/sdk/desk/makeClaimCode";
import {
  beginProvisional,
  type BegunRegistration,
  registerProvisional,
} from "@anamnesis/sdk/desk/registerProvisional";
import { LEAST_HOMES } from "@anamnesis/sdk/cards/publishToAll";
import { connect, httpSigner, type Runtime } from "@anamnesis/sdk/runtime";
import type { DeskMethods } from "../protocol/desk.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, session, staffKeys } from "../session.ts";

/** Seconds for which a code is good: somebody goes home with it and opens it there. */
const CODE_LASTS = 86_400;

/** What was begun in this sitting, by the form from which it came: pressed again, it goes on and makes nobody twice. */
const begun = new WeakMap<object, Map<string, BegunRegistration>>();

/** Who was registered here, a page at a time. Throws what the node refuses. */
export const deskPeople: DeskMethods["deskPeople"] = async ({ search, after }) => {
  const { patients, next } = await asStaff().call(deskRoutes.deskPatients, {}, { search, after });
  return { people: patients, next };
};

export const registerPerson: DeskMethods["registerPerson"] = async ({ form, ...entered }) => {
  const desk = await deskHere();
  const forms = begun.get(session()) ?? new Map<string, BegunRegistration>();
  begun.set(session(), forms);
  const registration = forms.get(form) ?? (await beginHere(desk, entered));
  forms.set(form, registration);
  return { patient: await registerProvisional({ ...desk, begun: registration }) };
};

export const claimCode: DeskMethods["claimCode"] = async ({ patient }) =>
  makeClaimCode({ ...(await deskHere()), staff: staffKeys(), patient, seconds: CODE_LASTS });

interface Desk {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly organisation: OrganisationId;
  readonly node: Client;
}

async function deskHere(): Promise<Desk> {
  const { organisation } = staffKeys().card;
  if (organisation === null) throw noStaff();
  return { runtime: browserRuntime, consortium: await consortium(), organisation, node: asStaff() };
}

/** The own organisation keeps the locked records of whom it registers, and so do others: the first ones that take part. */
async function beginHere(
  { consortium: all, organisation }: Desk,
  entered: Omit<Parameters<DeskMethods["registerPerson"]>[0], "form">,
): Promise<BegunRegistration> {
  const { given, family, birthDate, identifier } = entered;
  const others = [...all.members.values()].filter(
    (member) => member.status === "active" && member.organisation !== organisation,
  );
  const homes = [organisation, ...others.slice(0, LEAST_HOMES - 1).map((member) => member.organisation)];
  return beginProvisional({
    person: {
      given: given.trim(),
      family: family.trim(),
      birthDate: birthDate === "" ? null : birthDate,
      identifier: identifier.trim() === "" ? null : identifier.trim(),
    },
    homes,
    desk: await deskCards(browserRuntime, all, organisation, self.location.origin),
    random: browserRuntime.random,
  });
}

function asStaff(): Client {
  return connect(browserRuntime, self.location.origin, httpSigner(staffKeys().ed25519));
}

function noStaff(): AnamnesisError<"wrong-role"> {
  return new AnamnesisError({
    code: "wrong-role",
    rule: "Patients are registered by the staff of an organisation.",
    fix: "Sign in as one of them.",
  });
}
