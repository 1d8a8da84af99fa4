import { beforeAll, describe, expect, test } from 'vitest'
import { checksum } from '../../src/bytes/checksum.ts'
import type { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { diskOf, expectRefusal, type Files, nameLike, recovered } from '../support/recovery-disk.ts'
import { appendEdit } from '../support/recovery-forge.ts'
import { CONTENTS, changed, smallStores } from '../support/recovery-stores.ts'

let clean: Files
beforeAll(async () => {
  ;({ clean } = await smallStores())
})

describe('a store of a newer version', () => {
  const feature = (need: 'read' | 'write' | 'ignore'): MemoryFileSystem => {
    const disk = diskOf(clean)
    appendEdit(disk, { features: { read: [], write: [], ignore: [], [need]: ['time travel'] } })
    return disk
  }

  test('that must be known to be read is refused, and the message names what it needs', async () => {
    const error = await expectRefusal(feature('read'), 'UNSUPPORTED_FORMAT')
    expect(error.message).toMatch(/time travel.*newer/)
    await expectRefusal(feature('read'), 'UNSUPPORTED_FORMAT', { readOnly: true })
  })

  test('that must be known to be written may still be read', async () => {
    await expectRefusal(feature('write'), 'UNSUPPORTED_FORMAT')
    expect((await recovered(feature('write'), { readOnly: true })).contents).toEqual(CONTENTS)
  })

  test('that may be ignored is opened', async () => {
    expect((await recovered(feature('ignore'))).contents).toEqual(CONTENTS)
  })

  for (const [name, change] of Object.entries({
    comparator: { comparator: 'reverse' },
    'merge operator': { mergeOperator: 'add' },
    codec: { codec: 'zstd' },
  })) {
    test(`with a ${name} of its own is refused`, async () => {
      const disk = diskOf(clean)
      const keyspace = {
        id: 0,
        name: 'default',
        comparator: 'bytes',
        mergeOperator: '',
        codec: '',
        strategy: 'leveled',
      }
      appendEdit(disk, { keyspaces: [{ ...keyspace, ...change }] })
      await expectRefusal(disk, 'UNSUPPORTED_FORMAT')
    })
  }

  test('in the format of its log or manifest is refused', async () => {
    for (const pattern of [/\.wal$/, /^MANIFEST/]) {
      const name = nameLike(clean, pattern)
      const bytes = clean.get(name)!.slice()
      bytes[8] = 2
      new DataView(bytes.buffer).setUint32(60, checksum(bytes, 0, 60, 0), true)
      const error = await expectRefusal(changed(clean, name, bytes), 'UNSUPPORTED_FORMAT')
      expect(error.message).toContain('upgrade')
    }
  })
})
