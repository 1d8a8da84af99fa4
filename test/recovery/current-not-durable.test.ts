import { expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'

test('a CURRENT that may be only in memory is written again before anything relies on it', async () => {
  let disk = new MemoryFileSystem()
  const first = await open('/store', { fileSystem: disk, encoding: 'utf8' })
  await first.put('a', '1')
  disk = disk.killed()
  // The opening that recovers swings CURRENT, and the directory's sync fails.
  const faulty = new FaultyFileSystem(disk)
  let hasSwung = false
  faulty.plan = ({ operation, path }) => {
    if (operation === 'rename' && path.includes('CURRENT')) hasSwung = true
    return operation === 'syncDirectory' && hasSwung ? { error: 'EIO' } : undefined
  }
  await expect(open('/store', { fileSystem: faulty })).rejects.toMatchObject({ code: 'POISONED' })
  expect(hasSwung).toBe(true)
  // The next one reads the new CURRENT from memory. A sync that works now would prove nothing of the one that failed: only a new file is sure.
  const again = new FaultyFileSystem(disk.killed())
  const second = await open('/store', { fileSystem: again, encoding: 'utf8' })
  expect(again.calls.filter(({ operation, path }) => operation === 'rename' && path.includes('CURRENT'))).toHaveLength(
    1,
  )
  expect(await second.get('a')).toBe('1')
  await second.close()
})
