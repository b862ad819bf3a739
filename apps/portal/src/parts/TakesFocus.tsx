import { type ReactNode, useEffect, useRef } from "react";

/** What came of a press takes the focus, where what was pressed is gone: it comes into sight, and the keyboard goes on there. */
export function TakesFocus({ children }: { readonly children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div ref={box} tabIndex={-1} className="takes-focus">
      {children}
    </div>
  );
}
