import { useCallback, useRef } from "react";

interface Mutation<Input> {
  readonly mutate: (input: Input, options: { readonly onSettled: () => void }) => void;
}

/**
 * What is sent once, however often it is pressed: two clicks of an impatient finger come before the page has drawn the button as busy.
 */
export function useOnce<Input>({ mutate }: Mutation<Input>): (input: Input) => void {
  const busy = useRef(false);
  return useCallback(
    (input) => {
      if (busy.current) return;
      busy.current = true;
      mutate(input, {
        onSettled: () => {
          busy.current = false;
        },
      });
    },
    [mutate],
  );
}
