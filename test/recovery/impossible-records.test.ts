import { beforeEach, describe, expect, test } from 'vitest'
import type { ErrorCode } from '../../src/errors.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { writeBatchHeader, writePut } from '../../src/key/operations.ts'
import { encodeSeal } from '../../src/wal/control-records.ts'
import { type LogHeader, RecordType } from '../../src/wal/format.ts'
import { diskOf, expectRefusal, openOn, recovered, STORE } from '../support/recovery-disk.ts'
import { appendEdit, ForgedLog, manifestStateOf, newestLogHeader } from '../support/recovery-forge.ts'
import { smallStores } from '../support/recovery-stores.ts'

let disk: MemoryFileSystem
let header: LogHeader
beforeEach(async () => {
  const live = new MemoryFileSystem()
  const store = await openOn(live)
  await store.put('gone', 'x')
  disk = live.killed()
  await store.close()
  header = newestLogHeader(disk)
})

const key = new Uint8Array([97])

/** Records with right checksums that no writer makes, at the very end of a log that promises nothing: no torn write looks like this. */
const IMPOSSIBLE: Record<string, readonly [ErrorCode, (log: ForgedLog) => void]> = {
  'a gap in the sequences': ['CORRUPTION', (log) => log.puts(3, 'c')],
  'a sequence that was there': ['CORRUPTION', (log) => log.puts(1, 'c')],
  'a group without operations': ['CORRUPTION', (log) => log.group(2, () => {})],
  'a batch of no operations': ['CORRUPTION', (log) => log.group(2, (writer) => writeBatchHeader(writer, 0))],
  'a batch that is cut short': ['CORRUPTION', (log) => log.group(2, cutShort)],
  'a batch that ends within an operation': ['CORRUPTION', (log) => log.group(2, cutWithin)],
  'a key length that passes the end': ['CORRUPTION', (log) => log.group(2, (writer) => operation(writer, 1, 2 ** 40))],
  'a key that is longer than keys are': ['CORRUPTION', (log) => log.group(2, longKey)],
  'an unknown kind of operation': ['UNSUPPORTED_FORMAT', (log) => log.group(2, (writer) => operation(writer, 9, 0))],
  'a kind of a later version': ['UNSUPPORTED_FORMAT', (log) => log.group(2, (writer) => operation(writer, 2, 0))],
  'an unknown type of record': ['UNSUPPORTED_FORMAT', (log) => log.record(77, key)],
  'a record of another kind of log': ['CORRUPTION', (log) => log.record(RecordType.ManifestEdit, key)],
  'a link behind other records': ['CORRUPTION', (log) => log.link(1, 64, 0)],
  'a record behind the seal': ['CORRUPTION', (log) => log.record(RecordType.Seal, encodeSeal(1)).puts(2, 'b')],
  'a seal with another sequence': ['CORRUPTION', (log) => log.record(RecordType.Seal, encodeSeal(7))],
  'a seal that is too long': ['CORRUPTION', (log) => log.record(RecordType.Seal, new Uint8Array(9))],
}

function operation(writer: Parameters<Parameters<ForgedLog['group']>[1]>[0], kind: number, keyLength: number): void {
  writeBatchHeader(writer, 1)
  writer.u8(kind)
  writer.varint(keyLength)
}

function cutShort(writer: Parameters<typeof operation>[0]): void {
  writeBatchHeader(writer, 2)
  writePut(writer, key, key)
}

function cutWithin(writer: Parameters<typeof operation>[0]): void {
  operation(writer, 1, 1)
  writer.bytes(key)
}

function longKey(writer: Parameters<typeof operation>[0]): void {
  writeBatchHeader(writer, 1)
  writePut(writer, new Uint8Array(65_537), key)
}

describe('an intact record that makes no sense is refused, in every mode, and nothing is changed:', () => {
  for (const [name, [code, write]] of Object.entries(IMPOSSIBLE)) {
    test(name, async () => {
      write(new ForgedLog(disk, header).puts(1, 'a'))
      for (const recovery of ['strict-tail', 'absolute', 'point-in-time'] as const) {
        await expectRefusal(disk, code, { recovery })
      }
      await expectRefusal(disk, code, { readOnly: true })
    })
  }
})

test('records that a writer makes are taken, promises among them', async () => {
  new ForgedLog(disk, header)
    .puts(1, 'a', 'b')
    .synced()
    .promise()
    .deletes(3, 'a')
    .record(RecordType.Seal, encodeSeal(3))
  expect(await recovered(disk, { recovery: 'absolute' })).toMatchObject({ contents: { b: 'v' }, sequence: 3 })
})

test('a manifest that names one log twice is refused, instead of replaying it twice', async () => {
  const { clean } = await smallStores()
  const twice = diskOf(clean)
  const sealed = manifestStateOf(twice).clean!
  expect(sealed.number).toBeGreaterThan(0)
  appendEdit(twice, { sealedLogs: [sealed] })
  await expectRefusal(twice, 'CORRUPTION')
})

test('a file that is longer than a log can be is refused before anything is allocated', async () => {
  for (const name of disk.list(STORE)) {
    if (name === 'CURRENT') continue
    const path = `${STORE}/${name}`
    const huge = new Proxy(disk, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target)
        if (property === 'status') {
          return (asked: string) => {
            const status = target.status(asked)
            return asked === path && status !== undefined ? { ...status, size: 2 ** 45 } : status
          }
        }
        if (property === 'open') {
          return (asked: string, ...rest: ['read']) => {
            if (asked === path) throw new Error('it was opened')
            return target.open(asked, ...rest)
          }
        }
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    await expect(openOn(huge)).rejects.toMatchObject({ code: 'CORRUPTION', file: path })
  }
})
