// Asks for the page's own files to be kept, so that it opens again without a
// server. Only in a secure context; elsewhere an open page stays usable, but a
// closed one does not come back before the server does.
export const canKeepPage = (): boolean => "serviceWorker" in navigator && window.isSecureContext;

export function keepPage(path: string): void {
  if (!canKeepPage() || import.meta.env.DEV) return;
  void navigator.serviceWorker
    .register("/keeper.js", { scope: path })
    .then(() => navigator.serviceWorker.ready)
    .then(({ active }) => {
      const used = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
      const files = used.filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/assets/")).map(({ pathname }) => pathname);
      active?.postMessage({ page: path, files });
    })
    .catch((reason) => console.warn("the page is not kept:", reason));
}
