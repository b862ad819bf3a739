import type { Resource } from "../resource.ts";
import {
  badWriting,
  begun,
  optionalText,
  patientReference,
  type Plain,
  requireDate,
  requireText,
  type Written,
} from "./written.ts";

/** v3-ObservationValue: the patient asserts it. */
const ASSERTED: Plain = {
  system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
  code: "PATAST",
  display: "patient asserted",
};

export interface PersonalDetails {
  readonly given: string;
  readonly family: string;
  readonly birthDate: string;
  readonly line: string;
  readonly postalCode: string;
  readonly city: string;
  /** As the person writes it. */
  readonly country: string;
  readonly phone: string;
  readonly email: string;
  /** BCP 47. */
  readonly language: string;
}

/**
 * What a person says about themselves: a Patient of their own that names the organisation's one as telling of the same person (`seealso`). It replaces nothing: whoever keeps the other one decides. Empty fields are left
 * out. Throws `bad-writing`.
 */
export function writePersonalDetails(written: Written & { readonly details: PersonalDetails }): Resource {
  const { details } = written;
  const text = (field: keyof PersonalDetails, most = 200): string | null =>
    optionalText(details[field], field, most);
  const [family, given] = [text("family"), text("given")];
  if (family === null && given === null) throw badWriting("given");
  const names = given === null ? [] : given.split(/\s+/);
  const [phone, email, language] = [text("phone", 50), text("email"), text("language", 35)];
  if (phone !== null && !/^[+()\d][\d\s().\-/]{2,}$/.test(phone)) throw badWriting("phone");
  if (email !== null && !/^[^\s@]+@[^\s@]+$/.test(email)) throw badWriting("email");
  if (language !== null && !/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(language))
    throw badWriting("language");
  const telecom = [
    ...(phone === null ? [] : [{ system: "phone", value: phone }]),
    ...(email === null ? [] : [{ system: "email", value: email }]),
  ];
  const [line, city, postalCode, country] = [
    text("line"),
    text("city"),
    text("postalCode", 30),
    text("country"),
  ];
  const address = {
    ...(line === null ? {} : { line: [line] }),
    ...(city === null ? {} : { city }),
    ...(postalCode === null ? {} : { postalCode }),
    ...(country === null ? {} : { country }),
  };
  const { reference, record } = written.patient;
  const isKnown = reference !== null || record !== null;
  return {
    ...begun("Patient", written, [ASSERTED]),
    name: [
      {
        use: "usual",
        text: requireText([given, family].filter((part) => part !== null).join(" "), "given", 400),
        ...(family === null ? {} : { family }),
        ...(names.length === 0 ? {} : { given: names }),
      },
    ],
    ...(telecom.length === 0 ? {} : { telecom }),
    ...(details.birthDate === "" ? {} : { birthDate: requireDate(details.birthDate, "birthDate") }),
    ...(Object.keys(address).length === 0 ? {} : { address: [{ use: "home", ...address }] }),
    ...(language === null
      ? {}
      : {
          communication: [
            { language: { coding: [{ system: "urn:ietf:bcp:47", code: language }] }, preferred: true },
          ],
        }),
    ...(isKnown ? { link: [{ other: patientReference(written.patient), type: "seealso" }] } : {}),
  };
}
