// The few things of a browser's page that are used here, each where it is there.

/** Where texts are kept from one visit to the next. */
export interface PageStorage {
  readonly getItem: (name: string) => string | null;
  readonly setItem: (name: string, text: string) => void;
}

interface Page {
  readonly localStorage?: PageStorage;
  readonly document?: {
    readonly visibilityState: string;
    readonly addEventListener: (name: string, listener: () => void) => void;
    readonly removeEventListener: (name: string, listener: () => void) => void;
  };
}

/** The page's storage; undefined where there is none, or where the user forbids it. */
export function pageStorage(): PageStorage | undefined {
  try {
    return (globalThis as Page).localStorage;
  } catch {
    return undefined;
  }
}

/** Calls when people come back to the page; returns how to stop. */
export function onVisible(listener: () => void): () => void {
  const { document } = globalThis as Page;
  const changed = (): void => {
    if (document?.visibilityState === 'visible') listener();
  };
  document?.addEventListener('visibilitychange', changed);
  return () => {
    document?.removeEventListener('visibilitychange', changed);
  };
}
