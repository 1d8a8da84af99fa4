import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { bytesOf, readText, writeText } from '../support/bytes-text.ts'
import { everyOutcome } from '../support/choice-tree.ts'

function withFile(text: string): MemoryFileSystem {
  const fs = new MemoryFileSystem()
  writeText(fs, '/file', text)
  fs.open('/file', 'write', 'other').syncSync()
  fs.syncDirectorySync('/')
  return fs
}

/** What a file may hold after a power cut, each outcome once. */
function contentsAfterCrash(fs: MemoryFileSystem): Set<string> {
  return new Set(everyOutcome((choose) => readText(fs.crash(choose), '/file')))
}

function namesAfterCrash(fs: MemoryFileSystem): Set<string> {
  return new Set(everyOutcome((choose) => fs.crash(choose).list('/').sort().join(' ')))
}

describe('contents after a power cut', () => {
  test('of appended bytes: all, none, any prefix, or the size with zeros', () => {
    const fs = withFile('ab')
    const handle = fs.open('/file', 'write', 'other')
    handle.appendSync(bytesOf('cd'))
    handle.appendSync(bytesOf('e'))
    expect(contentsAfterCrash(fs)).toEqual(new Set(['abcde', 'ab', 'abcd', 'abc', 'ab\0\0\0']))
  })

  test('of bytes written in place: any prefix of the write, never another value', () => {
    const fs = withFile('abcdef')
    fs.open('/file', 'write', 'other').writeSync(bytesOf('XYZ'), 1)
    expect(contentsAfterCrash(fs)).toEqual(new Set(['aXYZef', 'abcdef', 'aXYdef', 'aXcdef']))
  })

  test('of a truncation: it happened or not, and what follows it only after it', () => {
    const fs = withFile('abcdef')
    const handle = fs.open('/file', 'write', 'other')
    handle.truncateSync(2)
    handle.appendSync(bytesOf('X'))
    const outcomes = contentsAfterCrash(fs)
    for (const outcome of ['abX', 'ab', 'abcdef']) expect(outcomes).toContain(outcome)
    for (const outcome of outcomes) expect(outcome.startsWith('ab')).toBe(true)
  })

  test('of several sectors: a later one may be there and an earlier one not', () => {
    const fs = withFile('')
    const sectors = ['a', 'b', 'c'].map((letter) => letter.repeat(512))
    fs.open('/file', 'write', 'other').appendSync(bytesOf(sectors.join('')))
    const shapes = new Set(
      everyOutcome((choose) => {
        const image = fs.crash((options, label) => {
          if (label.startsWith('contents')) return 3
          return label.startsWith('size') ? 0 : choose(options, label)
        })
        return readText(image, '/file').replace(/(.)\1{511}/gs, '$1')
      }),
    )
    expect(shapes).toEqual(new Set(['abc', 'ab\0', 'a\0c', 'a\0\0', '\0bc', '\0b\0', '\0\0c', '\0\0\0']))
  })

  test('of a sector that holds synced bytes: those survive whatever is lost behind them', () => {
    const fs = withFile('synced')
    fs.open('/file', 'write', 'other').appendSync(bytesOf('x'.repeat(600)))
    const sample = fc.integer({ min: 0, max: 1000 })
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 12 }), (choices) => {
        let next = 0
        const image = fs.crash((options) => choices[next++ % choices.length]! % options)
        expect(readText(image, '/file').startsWith('synced')).toBe(true)
      }),
      { numRuns: 100 },
    )
  })
})

describe('names after a power cut', () => {
  test('changes survive in any combination, and a rename whole or not at all', () => {
    const fs = withFile('')
    fs.rename('/file', '/renamed')
    expect(namesAfterCrash(fs)).toEqual(new Set(['renamed', 'file']))
    writeText(fs, '/a', '')
    writeText(fs, '/b', '')
    const combinations = ['renamed', 'file'].flatMap((first) => [first, `a ${first}`, `b ${first}`, `a b ${first}`])
    expect(namesAfterCrash(fs)).toEqual(new Set(combinations))
  })

  test('a replaced file is the old or the new one', () => {
    const fs = withFile('old')
    writeText(fs, '/file.tmp', 'new')
    fs.open('/file.tmp', 'write', 'other').syncSync()
    fs.rename('/file.tmp', '/file')
    expect(contentsAfterCrash(fs)).toEqual(new Set(['old', 'new']))
  })

  test('moving over directories may keep both names or none, a sync of both settles it', () => {
    const fs = withFile('x')
    fs.makeDirectory('/d')
    fs.syncDirectorySync('/')
    fs.rename('/file', '/d/file')
    const where = () =>
      everyOutcome((choose) => fs.crash(choose)).map((image) => image.list('/d').length * 2 + image.list('/').length)
    expect(new Set(where())).toEqual(new Set([1, 2, 3, 4]))
    fs.syncDirectorySync('/d')
    fs.syncDirectorySync('/')
    expect(new Set(where())).toEqual(new Set([3]))
  })

  test('choosing 0 everywhere loses nothing, and what it leaves is durable', () => {
    const fs = withFile('a')
    fs.open('/file', 'write', 'other').appendSync(bytesOf('b'))
    writeText(fs, '/other', 'c')
    const image = fs.crash().powerCut()
    expect([readText(image, '/file'), readText(image, '/other')]).toEqual(['ab', 'c'])
  })
})

type Step = ['append', string] | ['write', string, number] | ['truncate', number] | ['sync']
const text = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'b', 'c') })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constant('append' as const), text),
  fc.tuple(fc.constant('write' as const), text, fc.nat(10)),
  fc.tuple(fc.constant('truncate' as const), fc.nat(12)),
  fc.tuple(fc.constant('sync' as const)),
)

test('after any history all of it is cached, what the last sync saw is durable, and each prefix is a state that was', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const fs = withFile('')
      const handle = fs.open('/file', 'write', 'other')
      let states = ['']
      for (const [kind, value, offset] of steps) {
        if (kind === 'append') handle.appendSync(bytesOf(value))
        if (kind === 'write') handle.writeSync(bytesOf(value), offset)
        if (kind === 'truncate') handle.truncateSync(value)
        if (kind === 'sync') {
          handle.syncSync()
          states = states.slice(-1)
        } else states.push(readText(fs, '/file'))
      }
      expect(readText(fs.killed(), '/file')).toBe(states.at(-1))
      expect(readText(fs.powerCut(), '/file')).toBe(states[0])
      const prefixes = everyOutcome((choose) =>
        readText(
          fs.crash((options, label) => (label.startsWith('contents') ? 2 : choose(options, label))),
          '/file',
        ),
      )
      for (const state of states) expect(prefixes).toContain(state)
    }),
    { numRuns: 200 },
  )
})
