import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'

test('an open store keeps no process alive, and what was written is there for the next one', async () => {
  const { directory, remove } = temporaryDirectory()
  try {
    const script = fileURLToPath(new URL('../support/forgetful-process.js', import.meta.url))
    // Throws where the exit code is not 0, or the process does not end.
    execFileSync(process.execPath, [script, `${directory}/store`], { timeout: 30_000, stdio: 'pipe' })
    const store = await open(`${directory}/store`)
    expect(store.recovery.clean).toBe(false)
    expect(await store.count()).toBe(101)
    expect(store.hasSync('last')).toBe(true)
    await store.close()
  } finally {
    remove()
  }
})
