import { open } from '../../src/database/open.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import { VarveError } from '../../src/errors.ts'
import { benignChoices } from '../../src/testing/choices.ts'
import type { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import type { SimulatedRuntime } from '../../src/testing/simulated-runtime.ts'
import { type Content, contentOf } from './sweep-ledger.ts'
import { STORE } from './sweep-session.ts'

/** What is found must be allowed, whole, and stay what it is: for the next opening, and after a power cut. */
export async function recoverTwice(
  disk: SimulatedFileSystem,
  options: OpenOptions<'bytes'> & { readonly runtime: SimulatedRuntime },
  allowed: readonly Content[],
  isLate: boolean,
): Promise<void> {
  const first = await open<'bytes'>(STORE, { ...options, fileSystem: disk })
  const content = contentOf(first.scan({ encoding: 'utf8' }))
  if (!allowed.includes(content)) throw new Error(`it holds ${content || 'nothing'}, not ${allowed.join(' or ')}`)
  await first.verify()
  // Unknown writes are decided by this opening: what it found survives anything.
  const images = isLate ? [] : [disk.crash(benignChoices, 'synced-only')]
  await first.close()
  for (const image of [disk, ...images]) {
    image.runtime = options.runtime
    const again = await open<'bytes'>(STORE, { ...options, fileSystem: image })
    const found = contentOf(again.scan({ encoding: 'utf8' }))
    if (found !== content) throw new Error(`opened again it holds ${found || 'nothing'} instead of ${content}`)
    await again.close()
    if (image.openFiles !== 0) throw new Error(`${image.openFiles} files stay open`)
  }
}

/**
 * An error that no sync has told yet comes out in an opening, which is refused. What an opening finds well it does not sync: a directory's error
 * would wait for one that writes, and is told to somebody else here.
 */
export async function hearOf(
  disk: SimulatedFileSystem,
  runtime: SimulatedRuntime,
  options: OpenOptions<'bytes'>,
): Promise<void> {
  for (let tries = 0; tries < 10; tries++) {
    try {
      const store = await runtime.run(() => open<'bytes'>(STORE, { ...options, fileSystem: disk }))
      await runtime.run(() => store.close())
      break
    } catch (error) {
      if (!(error instanceof VarveError) || (error.code !== 'POISONED' && error.code !== 'IO')) throw error
    }
  }
  try {
    disk.syncDirectorySync(STORE)
  } catch (error) {
    if (!(error instanceof VarveError) || error.code !== 'IO') throw error
  }
}

/** Says in which image something is wrong. */
export async function named(when: string, judge: () => Promise<void>): Promise<void> {
  try {
    await judge()
  } catch (error) {
    throw new Error(`${when}: ${(error as Error).stack}`, { cause: error })
  }
}
