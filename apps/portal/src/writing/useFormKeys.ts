import { useEffect } from "react";
import { isTyping } from "../parts/isTyping.ts";
import type { Form } from "./drafts.ts";

export const FORM_KEYS: Readonly<Record<Form, string>> = {
  note: "n",
  diagnosis: "d",
  prescription: "p",
  order: "o",
};

/** One letter opens a form, wherever nobody is typing and no other key is held. */
export function useFormKeys(active: boolean, open: (form: Form) => void): void {
  useEffect(() => {
    if (!active) return undefined;
    const press = (event: KeyboardEvent): void => {
      const { target } = event;
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented)
        return;
      if (isTyping(target)) return;
      const form = (Object.keys(FORM_KEYS) as Form[]).find(
        (one) => FORM_KEYS[one] === event.key.toLowerCase(),
      );
      if (form === undefined) return;
      // The letter is not typed into the field that is focused next.
      event.preventDefault();
      open(form);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [active, open]);
}
