import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'

test('threads at work keep no process alive, and nothing that was acknowledged is lost with them', async () => {
  const { directory, remove } = temporaryDirectory()
  try {
    const script = fileURLToPath(new URL('../support/forgetful-threads.js', import.meta.url))
    // Throws where the exit code is not 0, or the process does not end.
    execFileSync(process.execPath, [script, `${directory}/store`], { timeout: 30_000, stdio: 'pipe' })
    const store = await open(`${directory}/store`)
    expect(store.recovery.clean).toBe(false)
    expect(await store.count()).toBe(5000)
    expect((await store.verify()).problems).toEqual([])
    await store.close()
  } finally {
    remove()
  }
})
