import { useCallback, useLayoutEffect, useRef } from "react";

interface Mutation<Input> {
  readonly isPending: boolean;
  readonly mutate: (input: Input, options: { readonly onSettled: () => void }) => void;
}

/**
 * What is sent once, however often it is pressed: two clicks of an impatient finger come before the page has drawn the button as busy, or after the answer and before the page has drawn that it is done. So the next
 * one counts once the page has drawn what came of the one before.
 */
export function useOnce<Input>({ isPending, mutate }: Mutation<Input>): (input: Input) => void {
  const state = useRef<"free" | "busy" | "settled">("free");
  useLayoutEffect(() => {
    if (state.current === "settled" && !isPending) state.current = "free";
  });
  return useCallback(
    (input) => {
      if (state.current !== "free") return;
      state.current = "busy";
      mutate(input, {
        onSettled: () => {
          state.current = "settled";
        },
      });
    },
    [mutate],
  );
}
