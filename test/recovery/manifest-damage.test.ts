import { beforeAll, describe, expect, test } from 'vitest'
import { checksum } from '../../src/bytes/checksum.ts'
import { encodeCurrent } from '../../src/manifest/current-file.ts'
import { LogReader } from '../../src/wal/log-reader.ts'
import {
  diskOf,
  expectRefusal,
  type Files,
  filesOf,
  flipped,
  nameLike,
  recovered,
  STORE,
} from '../support/recovery-disk.ts'
import { appendEdit } from '../support/recovery-forge.ts'
import { CONTENTS, changed, manifestOf, smallStores } from '../support/recovery-stores.ts'

let clean: Files
let killed: Files
beforeAll(async () => {
  ;({ clean, killed } = await smallStores())
})

function recordOffsets(files: Files): number[] {
  const reader = LogReader.open(diskOf(files), `${STORE}/${manifestOf(files)}`)
  const offsets: number[] = []
  for (let record = reader.next(); record !== undefined; record = reader.next()) offsets.push(record.offset)
  return offsets
}

describe('CURRENT that does not name a manifest is refused, and nothing is made in its place: it is', () => {
  const sumOf = (text: string): string => {
    const bytes = new TextEncoder().encode(text)
    return checksum(bytes, 0, bytes.length, 0).toString(16).padStart(8, '0')
  }
  const signed = (text: string): string => `${text}${sumOf(text)}\n`
  const damages: Record<string, string | Uint8Array | undefined> = {
    missing: undefined,
    empty: '',
    junk: '\u0000\u0001junk',
    'a megabyte': new Uint8Array(1 << 20),
    'a name without number and sum': 'MANIFEST-000001 \n',
    'the name of a manifest that is missing': encodeCurrent(777),
    'a path': signed('../../x 1 '),
    'a path to a manifest': signed('../MANIFEST-000001 1 '),
    'the name of a table': signed('000002.sst 2 '),
    'two numbers': signed('MANIFEST-000001 2 '),
  }
  for (const [name, damage] of Object.entries(damages)) {
    test(name, async () => {
      for (const files of [clean, killed]) {
        const copy = new Map(files)
        if (damage === undefined) copy.delete('CURRENT')
        else copy.set('CURRENT', typeof damage === 'string' ? new TextEncoder().encode(damage) : damage)
        await expectRefusal(diskOf(copy), 'CORRUPTION')
        await expectRefusal(diskOf(copy), 'CORRUPTION', { readOnly: true })
      }
    })
  }

  test("another database's", async () => {
    for (const line of ['MANIFEST-000001\n', 'MANIFEST-1234567\n']) {
      const copy = new Map(clean).set('CURRENT', new TextEncoder().encode(line))
      const { message } = await expectRefusal(diskOf(copy), 'UNSUPPORTED_FORMAT')
      expect(message).toContain('LevelDB')
    }
  })

  test('missing together with the manifest, or with all but one log or table', async () => {
    for (const pattern of [/\.(wal|sst)$/, /\.wal$/, /\.sst$/]) {
      const rest = new Map([...clean].filter(([name]) => pattern.test(name)))
      await expectRefusal(diskOf(rest), 'CORRUPTION')
    }
  })

  test('damaged anywhere, doubled, or cut', async () => {
    const current = clean.get('CURRENT')!
    for (let i = 0; i < current.length; i++) {
      await expectRefusal(changed(clean, 'CURRENT', flipped(current, i, 2)), 'CORRUPTION')
      await expectRefusal(changed(clean, 'CURRENT', current.slice(0, i)), 'CORRUPTION')
    }
    await expectRefusal(changed(clean, 'CURRENT', Uint8Array.from([...current, ...current])), 'CORRUPTION')
  })
})

describe('a manifest', () => {
  test('that is torn behind its last promise gives way to a fresh one', async () => {
    const name = manifestOf(clean)
    const bytes = clean.get(name)!
    const disk = changed(clean, name, Uint8Array.from([...bytes, 1, 2, 3]))
    await expectRefusal(disk, 'CORRUPTION', { recovery: 'absolute' })
    const { contents, report } = await recovered(disk)
    expect(contents).toEqual(CONTENTS)
    expect(report).toMatchObject({ manifestDroppedBytes: 3, quarantined: [`lost/000001-${name}`] })
    expect(manifestOf(filesOf(disk))).not.toBe(name)
    expect(await recovered(disk)).toMatchObject({
      contents: CONTENTS,
      report: { clean: true, manifestDroppedBytes: 0 },
    })
  })

  test('that has lost the promise of a clean close is still right', async () => {
    const name = manifestOf(clean)
    const offset = recordOffsets(clean).at(-1)!
    for (const length of [offset, offset + 1]) {
      const { contents, report } = await recovered(changed(clean, name, clean.get(name)!.slice(0, length)))
      expect(contents).toEqual(CONTENTS)
      expect(report).toMatchObject({ clean: false, manifestDroppedBytes: length - offset })
    }
  })

  test('that is damaged below a promise is refused', async () => {
    const name = manifestOf(clean)
    for (const offset of recordOffsets(clean).slice(0, -1)) {
      const error = await expectRefusal(changed(clean, name, flipped(clean.get(name)!, offset + 9)), 'CORRUPTION')
      expect(error.file).toContain(name)
    }
  })

  test('that has lost the beginning of the life whose log is there is refused: the log proves that it was durable', async () => {
    const name = manifestOf(killed)
    // Behind the edit stands the promise that it is durable.
    const offset = recordOffsets(killed).at(-2)!
    for (const length of [offset, offset + 5]) {
      await expectRefusal(changed(killed, name, killed.get(name)!.slice(0, length)), 'CORRUPTION')
    }
  })

  test('that is another file than its name says is refused', async () => {
    const name = manifestOf(clean)
    const log = nameLike(clean, /\.wal$/)
    await expectRefusal(changed(clean, name, clean.get(log)!), 'CORRUPTION')
  })

  test('with edits that contradict each other is refused', async () => {
    for (const edit of [{ removed: [9999] }, { opened: { epoch: 1, firstLog: 1 } }]) {
      const disk = diskOf(clean)
      appendEdit(disk, edit)
      await expectRefusal(disk, 'CORRUPTION')
    }
  })
})
