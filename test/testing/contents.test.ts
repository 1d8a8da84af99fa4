import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recordedChoices } from '../../src/testing/choices.ts'
import { type ProfileName, profileNames } from '../../src/testing/disk-profile.ts'
import { everyChoice } from '../../src/testing/every-choice.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { bytesOf, readText } from '../support/bytes-text.ts'
import { contentsAfterCrash, diskWithFile } from '../support/simulated-disk.ts'

/** After two appends, 'cd' and 'e', to a durable 'ab'. */
const appended: Record<ProfileName, string[]> = {
  'synced-only': ['ab'],
  'all-persisted': ['abcde'],
  'file-prefix': ['ab', 'abc', 'abcd', 'abcde'],
  'global-prefix': ['ab', 'abc', 'abcd', 'abcde'],
  'ext4-ordered': ['ab', 'abc', 'abcd', 'abcde'],
  'ext4-writeback': ['ab', 'ab\0\0', 'ab\0\0\0', 'abc', 'abc\0', 'abc\0\0', 'abcd', 'abcd\0', 'abcde'],
  btrfs: ['ab', 'abcd', 'abcde'],
  'posix-minimal': ['ab', 'ab\0\0', 'ab\0\0\0', 'abc', 'abc\0', 'abc\0\0', 'abcd', 'abcd\0', 'abcde'],
  paranoid: ['ab', 'ab\0\0', 'ab\0\0\0', 'abc', 'abc\0', 'abc\0\0', 'abcd', 'abcd\0', 'abcde'],
}

describe.each(profileNames)('contents on a %s disk', (profile) => {
  test('of a file that grew are those that the profile allows, no others', () => {
    const disk = diskWithFile(profile, 'ab')
    const handle = disk.open('/file', 'write', 'other')
    handle.appendSync(bytesOf('cd'))
    handle.appendSync(bytesOf('e'))
    expect([...contentsAfterCrash(disk)].sort()).toEqual(appended[profile])
  })

  test('of durable bytes that are replaced are the old or the new ones, sector by sector', () => {
    const disk = diskWithFile(profile, 'a'.repeat(1024))
    disk.open('/file', 'write', 'other').writeSync(bytesOf('B'.repeat(1024)), 0)
    const shapes = [...contentsAfterCrash(disk)].map((text) => text.replace(/(.)\1{511}/gs, '$1')).sort()
    const outcomes: Partial<Record<ProfileName, string[]>> = {
      'synced-only': ['aa'],
      'all-persisted': ['BB'],
      btrfs: ['BB', 'aa'],
      'file-prefix': ['BB', 'Ba', 'aa'],
      'global-prefix': ['BB', 'Ba', 'aa'],
    }
    expect(shapes).toEqual(outcomes[profile] ?? ['BB', 'Ba', 'aB', 'aa'])
  })

  test('of a cut file are long or short, and what was appended behind the cut comes after it', () => {
    const disk = diskWithFile(profile, 'abcdef')
    const handle = disk.open('/file', 'write', 'other')
    handle.truncateSync(2)
    handle.appendSync(bytesOf('X'))
    const strict = ['ab', 'abX', 'abcdef'].filter((text) => profile !== 'synced-only' || text === 'abcdef')
    const allowed = profile === 'all-persisted' ? ['abX'] : strict
    const torn = ['ext4-writeback', 'posix-minimal', 'paranoid'].includes(profile) ? ['ab\0'] : []
    expect([...contentsAfterCrash(disk)].sort()).toEqual([...torn, ...allowed].sort())
  })

  test('of a synced file are what was synced, and choosing 0 everywhere loses nothing', () => {
    const disk = diskWithFile(profile, 'a')
    const handle = disk.open('/file', 'write', 'other')
    handle.appendSync(bytesOf('b'))
    expect(readText(disk.crash(), '/file')).toBe(profile === 'synced-only' ? 'a' : 'ab')
    handle.syncSync()
    expect(contentsAfterCrash(disk)).toEqual(new Set(['ab']))
    expect(disk.unsyncedCount).toBe(0)
  })
})

test('only a paranoid disk puts garbage where nothing was durable, and never where something was', () => {
  const garbageOn = (profile: ProfileName): string[] => {
    const disk = diskWithFile(profile, 'a'.repeat(100))
    disk.open('/file', 'write', 'other').appendSync(bytesOf('b'.repeat(924)))
    // A torn byte is another matter; with 0 there the ways are few.
    const ways = everyChoice((choices) =>
      readText(
        disk.crash({ pick: (options, label) => (label.startsWith('torn') ? 0 : choices.pick(options, label)) }),
        '/file',
      ),
    )
    return [...ways].filter((text) => !/^a{100}b*\0*b*\0*$/.test(text))
  }
  for (const profile of profileNames) if (profile !== 'paranoid') expect(garbageOn(profile)).toEqual([])
  const garbage = garbageOn('paranoid')
  expect(garbage.length).toBeGreaterThan(2)
  for (const text of garbage) expect(text.slice(0, 512)).toMatch(/^a{100}b*\0*$/)
})

type Step = ['append', number] | ['write', number, number] | ['sync']
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constant('append' as const), fc.integer({ min: 1, max: 700 })),
  fc.tuple(fc.constant('write' as const), fc.integer({ min: 1, max: 700 }), fc.nat(1500)),
  fc.tuple(fc.constant('sync' as const)),
)

test.each(profileNames)(
  'on a %s disk, whatever the history, durable sectors are old or new and nothing is invented',
  (profile) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.array(fc.nat(30), { maxLength: 40 }), (steps, list) => {
        const disk = diskWithFile(profile, '')
        const handle = disk.open('/file', 'write', 'other')
        let letter = 64
        let states = ['']
        for (const [kind, length, offset] of steps) {
          const bytes = new Uint8Array(length ?? 0).fill(++letter)
          if (kind === 'append') handle.appendSync(bytes)
          if (kind === 'write') handle.writeSync(bytes, offset)
          states = kind === 'sync' ? states.slice(-1) : [...states, readText(disk, '/file')]
          if (kind === 'sync') handle.syncSync()
        }
        const found = readText(disk.crash(recordedChoices(list)), '/file')
        const durable = states[0]!.length
        expect(found.length).toBeGreaterThanOrEqual(durable)
        for (let at = 0; at < durable; at += 512) {
          const end = Math.min(at + 512, durable)
          expect(states.map((state) => state.slice(at, end))).toContain(found.slice(at, end))
        }
        if (profile === 'paranoid') return
        for (let at = durable; at < found.length; at++) {
          if (found[at] !== '\0' && !states.some((state) => state[at] === found[at])) expect.fail(`invented at ${at}`)
        }
      }),
      { numRuns: 150 },
    )
  },
)

test('a profile that does not exist is refused with the names of those that do', () => {
  const unknown = 'ext4' as 'ext4-ordered'
  expect(() => new SimulatedFileSystem({ profile: unknown })).toThrow(/no profile 'ext4', but synced-only, /)
  expect(() => new SimulatedFileSystem().crash(undefined, unknown)).toThrow(RangeError)
})
