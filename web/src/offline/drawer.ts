// What this browser keeps for when the server is away: named records in
// IndexedDB. Where a browser refuses (private windows, a full disk) they live in
// memory, and `lasting` says so: the screen must not promise what it cannot keep.

export interface Drawer {
  readonly lasting: boolean;
  get<T>(key: string): Promise<T | undefined>;
  put(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
  /** Values whose key begins so, in the order of their keys. */
  all<T>(prefix: string): Promise<T[]>;
}

const STORE = "kept";

export function memoryDrawer(): Drawer {
  const kept = new Map<string, unknown>();
  return {
    lasting: false,
    get: async <T>(key: string) => structuredClone(kept.get(key)) as T | undefined,
    put: async (key, value) => void kept.set(key, structuredClone(value)),
    remove: async (key) => void kept.delete(key),
    all: async <T>(prefix: string) => [...kept.keys()].filter((key) => key.startsWith(prefix)).sort().map((key) => structuredClone(kept.get(key)) as T),
  };
}

export async function openDrawer(name: string): Promise<Drawer> {
  try {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    return drawerOf(await settled(request));
  } catch {
    return memoryDrawer();
  }
}

function drawerOf(database: IDBDatabase): Drawer {
  const reading = () => database.transaction(STORE).objectStore(STORE);
  // A write counts once its transaction is complete, not when the request is.
  const writing = (work: (store: IDBObjectStore) => void) =>
    new Promise<void>((resolve, reject) => {
      const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("not kept"));
      work(transaction.objectStore(STORE));
    });
  return {
    lasting: true,
    get: <T>(key: string) => settled(reading().get(key)) as Promise<T | undefined>,
    put: (key, value) => writing((store) => store.put(value, key)),
    remove: (key) => writing((store) => store.delete(key)),
    all: <T>(prefix: string) => settled(reading().getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`))) as Promise<T[]>,
  };
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("not read"));
  });
}
