import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { projectPath } from '../project.ts'

/** What the published package is entered by: the name of its file, and the module that it begins with. */
const bundleEntries: Readonly<Record<string, string>> = {
  index: 'index.js',
  level: 'level/varve-level.js',
  btree: 'btree/btree.js',
  testing: 'testing/testing.js',
  varve: 'cli/main.js',
  // A worker begins here: it lies beside the module that starts it.
  'thread-main': 'compaction/thread/thread-main.js',
}

/**
 * Joins the compiled modules to a file for each entry, and one for each set of modules that several share: a class is
 * there once, whichever way it is imported. Names and lines stay readable. Two hundred small modules take twice as long
 * to import.
 */
export async function bundle(target: string): Promise<void> {
  const entries = Object.entries(bundleEntries).map(([name, file]) => [name, projectPath('dist', 'src', file)])
  const build = await rolldown({
    input: Object.fromEntries(entries),
    platform: 'node',
    external: (id) => !/^[./]/.test(id),
    onLog(_level, log) {
      throw new Error(log.message)
    },
  })
  await build.write({
    dir: target,
    format: 'esm',
    entryFileNames: '[name].js',
    // In one folder: threads and the filter's package are found from where a module lies.
    chunkFileNames: 'shared-[name].js',
    comments: false,
    minify: false,
  })
  await build.close()
  chmodSync(join(target, 'varve.js'), 0o755)
}
