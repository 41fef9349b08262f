import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * A dialog element that is open as soon as it is there, with the focus on the first
 * of `focus` that it has. After the next frame would be too late: a key pressed
 * meanwhile, Escape perhaps, would go to the page, which leaves keys to the dialog.
 */
export function useModal(...focus: readonly string[]): RefObject<HTMLDialogElement | null> {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    ref.current?.showModal();
    for (const selector of focus) {
      const first = ref.current?.querySelector<HTMLElement>(selector);
      if (first) return first.focus();
    }
  }, []);
  return ref;
}
