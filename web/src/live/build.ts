// Is this page still the one that the server hands out? After an update of the
// server an open wall would speak an old language to it for months. The names of
// the built files carry a hash, so the page's own text tells.

/** The built files that a page names, in a stable order; empty for anything that is no page of ours. */
export function builtFiles(html: string): string[] {
  const named = html.matchAll(/(?:src|href)="[^"]*?(\/assets\/[^"?#]+)"/g);
  return [...new Set([...named].map(([, path]) => path!))].sort();
}

/** True only when the server's page names other files: an error page or a proxy's greeting is no new build. */
export function isNewer(own: string, served: string): boolean {
  const [before, after] = [builtFiles(own), builtFiles(served)];
  return before.length > 0 && after.length > 0 && before.join() !== after.join();
}

/**
 * Compares once after each reconnection. `markup` is the page's head as it was
 * loaded; read it before anything is added to it.
 */
export class BuildWatch {
  private interrupted = false;

  constructor(
    private readonly markup: string,
    private readonly servedPage: () => Promise<string>,
    private readonly renewed: () => void,
  ) {}

  async connected(open: boolean): Promise<void> {
    if (!open) {
      this.interrupted = true;
      return;
    }
    if (!this.interrupted) return;
    this.interrupted = false;
    try {
      if (isNewer(this.markup, await this.servedPage())) this.renewed();
    } catch {
      this.interrupted = true; // gone again: asked at the next connection
    }
  }
}
