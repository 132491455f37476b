/** Returns the path of the extension. */
export function getLoadablePath(): string;

/** Loads orm into a database. */
export function load(db: { loadExtension(path: string): unknown }): void;
