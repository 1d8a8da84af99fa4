import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { checksum, seedAt } from '../../src/bytes/checksum.ts'
import { ByteWriter } from '../../src/bytes/writer.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { encodeCurrent } from '../../src/manifest/current-file.ts'
import { loadManifest } from '../../src/manifest/manifest-reader.ts'
import type { TableEntry } from '../../src/manifest/table-entry.ts'
import { encodeVersionEdit } from '../../src/manifest/version-edit-codec.ts'
import { openBlock } from '../../src/table/block-codec.ts'
import { RecordType } from '../../src/wal/format.ts'
import { encodeLogHeader } from '../../src/wal/log-header.ts'
import { encodedVarint, spliced } from '../support/fuzz-bytes.ts'
import { joinLog } from '../support/fuzz-log.ts'
import { AllocationGuard } from '../support/fuzz-trial.ts'
import { putFile, STORE } from '../support/recovery-disk.ts'

/** Runs `action`, which must be refused within what is allowed for so many bytes. */
async function refusedWithin(bytes: number, action: () => unknown): Promise<void> {
  const guard = new AllocationGuard()
  try {
    await guard.watch(bytes, () => {
      expect(action).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
    })
  } finally {
    guard.restore()
  }
}

describe('a deflated block', () => {
  const block = (stored: Uint8Array, rawSize: number): Uint8Array => {
    const writer = new ByteWriter()
    writer.bytes(stored)
    writer.u8(1)
    writer.u32(rawSize)
    writer.u32(checksum(writer.buffer, 0, writer.length, seedAt(7, 0)))
    return writer.finish()
  }
  const bomb = deflateRawSync(new Uint8Array(256 << 20), { level: 1 })
  const small = deflateRawSync(new Uint8Array(100))

  test.each([
    ['256 MiB in place of 4 KiB', bomb, 4096],
    ['256 MiB in place of nothing', bomb, 0],
    ['100 bytes in place of 256 MiB', small, 256 << 20],
    ['100 bytes in place of 4 GiB', small, 2 ** 32 - 1],
  ])('that inflates to %s takes no memory for that', async (_name, stored, rawSize) => {
    const bytes = block(stored, rawSize)
    await refusedWithin(bytes.length, () => openBlock(bytes, 0, stored.length, 7, 'block', 0))
  })
})

const TABLE: TableEntry = {
  ...{ number: 1, id: '00'.repeat(16), bytes: 1, keyspace: 0, level: 1, run: 0, codec: 'none', valueFiles: [] },
  ...{ smallest: new Uint8Array([1]), largest: new Uint8Array([2]), smallestSequence: 1, largestSequence: 1 },
  ...{ oldestMs: 0, newestMs: 0, entries: 1, tombstones: 0, rangeDeletes: 0, merges: 0, entriesWithoutExpiry: 1 },
  ...{ largestExpiryMs: 0, userBytes: 1, globalSequence: 0 },
}

/** A disk whose manifest holds these edits, with right checksums. */
function diskOfEdits(...edits: readonly Uint8Array[]): MemoryFileSystem {
  const identity = { databaseId: new Uint8Array(16), nonce: new Uint8Array(8) }
  const header = encodeLogHeader({ ...identity, number: 1, epoch: 0, baseSequence: 0, baseTimeMs: 0 })
  const records = edits.map((payload) => ({
    type: RecordType.ManifestEdit,
    promise: 0,
    payload,
    statedBytes: payload.length,
  }))
  const disk = new MemoryFileSystem()
  disk.makeDirectory(STORE)
  putFile(disk, 'MANIFEST-000001', joinLog({ header, records, tail: new Uint8Array(0) }))
  putFile(disk, 'CURRENT', encodeCurrent(1))
  return disk
}

describe('a hostile manifest with right checksums is refused:', () => {
  const added = (...tables: readonly Partial<TableEntry>[]): Uint8Array =>
    encodeVersionEdit({ added: tables.map((change) => ({ ...TABLE, ...change })) })
  const good = added({})

  test('its like, which is not hostile, is read', () => {
    expect([...loadManifest(diskOfEdits(good), STORE).state.version.tables()]).toEqual([TABLE])
  })

  test.each<[string, readonly Uint8Array[]]>([
    ['a table that is there already', [good, good]],
    ['a table twice in one edit', [added({}, {})]],
    ['tables of one run that overlap', [added({}, { number: 2 })]],
    ['a level beyond the last one', [added({ level: 64 })]],
    ['level one million', [added({ level: 1_000_000 })]],
    ['a removal of what is not there', [encodeVersionEdit({ removed: [7] })]],
    ['a table that ends before it begins', [added({ smallest: new Uint8Array([9]) })]],
    [
      'a sequence of 2^53',
      [
        spliced(
          encodeVersionEdit({ lastSequence: 1 }),
          1,
          3,
          Uint8Array.of(8, ...[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]),
        ),
      ],
    ],
    ['a field of 2^40 bytes', [spliced(good, 1, 2, encodedVarint(2 ** 40))]],
    ['a number of ten bytes', [spliced(good, 0, 1, new Uint8Array(10).fill(0xff))]],
  ])('%s', async (_name, edits) => {
    const disk = diskOfEdits(...edits)
    await refusedWithin(1000, () => loadManifest(disk, STORE))
  })
})
