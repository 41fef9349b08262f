// How panels reach the screen: one context, and a hook that re-renders a panel
// only when its own slice of the store changed.
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { emergencySpeech, type EmergencySpeech } from "../../language/emergency";
import type { Emergency } from "../emergency";
import type { EmergencyState, Known } from "../store";

export const EmergencyContext = createContext<Emergency | null>(null);

export function useEmergency(): Emergency {
  const emergency = useContext(EmergencyContext);
  if (!emergency) throw new Error("a panel stands outside the emergency screen");
  return emergency;
}

export function useSlice<T>(select: (state: EmergencyState) => T): T {
  const { store } = useEmergency();
  const [slice, setSlice] = useState<T>(() => select(store.get()));
  useEffect(() => {
    const update = (state: EmergencyState) => setSlice(() => select(state));
    update(store.get());
    return store.subscribe(update);
  }, [store]);
  return slice;
}

export function useSpeech(): EmergencySpeech {
  return emergencySpeech(useSlice(({ language }) => language));
}

/** Panels that need it stand only where something is known. */
export function useKnown(): Known {
  return useSlice(({ known }) => known)!;
}

/** The server's clock in whole minutes: lists need no second hand. */
export function useMinute(): number {
  return useSlice(({ now }) => Math.floor(now / 60_000) * 60_000);
}

/** Whether this account may give orders here and now. */
export function useMayWrite(): boolean {
  return useSlice(({ session, past, known, kept }) => past === null && known?.evacuation.closed_at === null && (session ? session.role === "emergency" : kept));
}
