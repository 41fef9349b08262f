// How panels reach the wall: one context, and a hook that re-renders a panel
// only when its own slice of the store changed.
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { speech, type Speech } from "../../language";
import type { WallState } from "../store";
import type { Wall } from "../wall";

export const WallContext = createContext<Wall | null>(null);

export function useWall(): Wall {
  const wall = useContext(WallContext);
  if (!wall) throw new Error("a panel stands outside the wall");
  return wall;
}

export function useSlice<T>(select: (state: WallState) => T): T {
  const { store } = useWall();
  const [slice, setSlice] = useState<T>(() => select(store.get()));
  useEffect(() => {
    const update = (state: WallState) => setSlice(() => select(state));
    update(store.get());
    return store.subscribe(update);
  }, [store]);
  return slice;
}

export function useSpeech(): Speech {
  return speech(useSlice(({ language }) => language));
}

/** Re-renders each full second and returns the server's time. */
export function useServerTime(): number {
  const { clock } = useWall();
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      timer = setTimeout(() => {
        setNow(clock.now());
        wait();
      }, 1000 - (clock.now() % 1000) + 5);
    };
    wait();
    return () => clearTimeout(timer);
  }, [clock]);
  return now;
}
