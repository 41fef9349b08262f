// How panels reach the planner: one context, and a hook that re-renders a panel
// only when its own slice of the store changed.
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { plannerSpeech, type PlannerSpeech } from "../../language/planner";
import type { Planner } from "../planner";
import type { PlannerState } from "../store";

export const PlannerContext = createContext<Planner | null>(null);

export function usePlanner(): Planner {
  const planner = useContext(PlannerContext);
  if (!planner) throw new Error("a panel stands outside the planner");
  return planner;
}

export function useSlice<T>(select: (state: PlannerState) => T): T {
  const { store } = usePlanner();
  const [slice, setSlice] = useState<T>(() => select(store.get()));
  useEffect(() => {
    const update = (state: PlannerState) => {
      let next: T;
      try {
        next = select(state);
      } catch {
        return; // the desk was closed: this panel goes as soon as the one above it is drawn
      }
      setSlice(() => next);
    };
    update(store.get());
    return store.subscribe(update);
  }, [store]);
  return slice;
}

const SPEECHES = { zh: plannerSpeech("zh"), en: plannerSpeech("en") };

export function useSpeech(): PlannerSpeech {
  return SPEECHES[useSlice(({ language }) => language)];
}

/** The sentence in the language of the screen, of what the server says in both. */
export function useBoth(): (said: { zh: string; en: string }) => string {
  const language = useSlice((state) => state.language);
  return (said) => said[language] || said.zh;
}
