'use strict';

// The extension is in a package of its own for each platform, of which npm
// installs the one that fits (optionalDependencies).
const { platform, arch } = process;
const ending = { win32: 'dll', darwin: 'dylib' }[platform] || 'so';

/** Returns the path of the extension. */
function getLoadablePath() {
  const name = `sqlite-orm-ext-${platform}-${arch}`;
  try {
    return require.resolve(`${name}/orm.${ending}`);
  } catch (error) {
    throw new Error(`sqlite-orm-ext has no extension for ${platform}-${arch}: ` +
      `the package ${name} is not installed`, { cause: error });
  }
}

/**
 * Loads orm into a database of better-sqlite3, libsql, bun:sqlite or
 * node:sqlite. node:sqlite needs { allowExtension: true } in its constructor.
 */
function load(db) {
  db.loadExtension(getLoadablePath());
}

module.exports = { getLoadablePath, load };
