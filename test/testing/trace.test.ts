import { describe, expect, test } from 'vitest'
import { seededChoices } from '../../src/testing/choices.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { bytesOf, readText, writeText } from '../support/bytes-text.ts'

describe('a trace', () => {
  test('has all calls with their outcomes, over all lives', async () => {
    const disk = new SimulatedFileSystem({ trace: true })
    const handle = disk.open('/log', 'create', 'wal')
    const appended = handle.append(bytesOf('abc'))
    disk.faults = () => ({ error: 'EIO' })
    expect(() => handle.syncSync()).toThrow()
    await appended
    handle.close()
    const next = disk.killed()
    next.rename('/log', '/log2')
    const calls = next.trace.map(({ operation, result, begun, ended, life }) => [operation, result, begun, ended, life])
    expect(calls).toEqual([
      ['open', 'ok', 0, 1, 0],
      ['append', 'ok', 2, 5, 0],
      ['sync', 'IO', 3, 4, 0],
      ['close', 'ok', 6, 7, 0],
      ['killed', 'ok', 8, 9, 1],
      ['rename', 'ok', 10, 11, 1],
    ])
    expect(next.trace[1]).toMatchObject({ path: '/log', category: 'wal', offset: 0, bytes: 3 })
    expect(next.trace.at(-1)).toMatchObject({ path: '/log', to: '/log2', category: undefined })
    expect([disk.trace.length, next.life, next.fork().life, next.callCount]).toEqual([4, 1, 1, 1])
    expect(new SimulatedFileSystem().trace).toEqual([])
  })

  test('has marks of the test, and what was written where bytes are asked for', () => {
    for (const trace of [true, 'bytes'] as const) {
      const disk = new SimulatedFileSystem({ trace })
      const hash = disk.traceHash()
      disk.note('told')
      expect(disk.traceHash()).toBe(hash)
      const handles = ['create', 'write'].map((mode) => disk.open('/log', mode as 'create' | 'write', 'wal'))
      const bytes = bytesOf('abc')
      handles[1]!.appendSync(bytes)
      bytes.fill(0)
      const [note, first, second, append] = disk.trace
      expect(note).toMatchObject({ operation: 'note', path: 'told', result: 'ok' })
      expect([first, second, append].map((entry) => [entry?.mode, entry?.handle])).toEqual([
        ['create', 1],
        ['write', 2],
        [undefined, 2],
      ])
      expect(append?.data).toEqual(trace === 'bytes' ? bytesOf('abc') : undefined)
      expect(disk.crash().trace.at(-1)).toMatchObject({ operation: 'power-cut', life: 1 })
    }
  })

  test('has a hash that every difference changes, with or without a list', () => {
    const hashAfter = (act: (disk: SimulatedFileSystem) => void, trace = false): string => {
      const disk = new SimulatedFileSystem({ trace })
      writeText(disk, '/a', 'x')
      act(disk)
      return disk.traceHash()
    }
    const acts: ((disk: SimulatedFileSystem) => void)[] = [
      () => {},
      (disk) => disk.status('/a'),
      (disk) => disk.status('/b'),
      (disk) => disk.unlinkSync('/a'),
      (disk) => writeText(disk, '/b', 'y'),
      (disk) => writeText(disk, '/b', 'z'),
      (disk) => disk.rename('/a', '/b'),
      (disk) => disk.rename('/a', '/c'),
      (disk) => void disk.open('/a', 'read').readSync(new Uint8Array(1), 0),
      (disk) => void disk.open('/a', 'read').readSync(new Uint8Array(1), 1),
      (disk) => void disk.open('/a', 'read').readSync(new Uint8Array(2), 1),
    ]
    expect(new Set(acts.map((act) => hashAfter(act))).size).toBe(acts.length)
    for (const act of acts) expect(hashAfter(act)).toBe(hashAfter(act, true))
    expect(hashAfter((disk) => disk.killed().status('/a'))).toBe(hashAfter(() => {}))
    const before = new SimulatedFileSystem()
    writeText(before, '/a', 'x')
    expect(before.crash().traceHash()).toBe(before.traceHash())
  })
})

describe('the hash of an image', () => {
  test('is of names and contents that are durable, in whatever order they came', () => {
    const disk = new SimulatedFileSystem()
    const empty = disk.imageHash()
    writeText(disk, '/a', 'x')
    expect(disk.imageHash()).toBe(empty)
    disk.syncDirectorySync('/')
    const withoutContents = disk.imageHash()
    expect(withoutContents).not.toBe(empty)
    disk.open('/a', 'write', 'other').syncSync()
    expect(disk.imageHash()).not.toBe(withoutContents)
    const images = [
      ['a', 'b'],
      ['b', 'a'],
      ['a', 'c'],
      ['a', 'b', 'c'],
    ].map((names) => {
      const other = new SimulatedFileSystem()
      for (const name of names) writeText(other, `/${name}`, 'same')
      return other.crash().imageHash()
    })
    expect(images[0]).toBe(images[1])
    expect(new Set(images).size).toBe(3)
    expect(disk.crash().imageHash()).toBe(disk.imageHash())
  })

  test('tells the crash images of a history apart', () => {
    const disk = new SimulatedFileSystem()
    writeText(disk, '/a', 'x'.repeat(2000))
    disk.syncDirectorySync('/')
    const seen = new Map<string, string>()
    for (let seed = 0; seed < 300; seed++) {
      const image = disk.crash(seededChoices(seed))
      const text = readText(image, '/a')
      expect(seen.get(image.imageHash()) ?? text).toBe(text)
      seen.set(image.imageHash(), text)
    }
    expect(seen.size).toBe(new Set(seen.values()).size)
    expect(seen.size).toBeGreaterThan(50)
  })
})

describe('copies of a disk', () => {
  test('share nothing that changes, and know their own un-synced changes', () => {
    const disk = new SimulatedFileSystem()
    const handle = disk.open('/a', 'create', 'other')
    handle.appendSync(bytesOf('one'))
    const copies = [disk.fork(), disk.killed(), disk.crash()]
    handle.appendSync(bytesOf('two'))
    handle.writeSync(bytesOf('X'), 0)
    for (const [index, copy] of copies.entries()) {
      const own = copy.open('/a', 'write', 'other')
      own.writeSync(bytesOf(`${index}`), 1)
      own.appendSync(bytesOf('!'))
      expect(readText(copy, '/a')).toBe(`o${index}e!`)
    }
    expect(readText(disk, '/a')).toBe('Xnetwo')
    expect([disk, ...copies].map((each) => each.unsyncedCount)).toEqual([4, 4, 4, 2])
  })

  test('keep the order of changes that were made before them', () => {
    const disk = new SimulatedFileSystem({ profile: 'global-prefix' })
    disk.open('/a', 'create', 'other').appendSync(bytesOf('1'))
    const fork = disk.fork()
    writeText(fork, '/b', '2')
    const lost = fork.crash({ pick: (_options, label) => (label.startsWith('lost') ? 2 : 0) })
    expect([lost.list('/'), readText(lost, '/a')]).toEqual([['a'], '1'])
  })
})

test('a disk can be looked at before each effect, also of a call that was made earlier', async () => {
  const disk = new SimulatedFileSystem({ profile: 'all-persisted' })
  const seen: string[] = []
  disk.beforeEffect = ({ operation, index }) => {
    const image = disk.crash()
    seen.push(`${index} ${operation} ${image.status('/a') === undefined ? 'nothing' : readText(image, '/a')}`)
  }
  const handle = disk.open('/a', 'create', 'other')
  const appends = [handle.append(bytesOf('x')), handle.append(bytesOf('y'))]
  handle.syncSync()
  await Promise.all(appends)
  expect(seen).toEqual(['0 open nothing', '3 sync ', '1 append ', '2 append x'])
  expect(disk.killed().beforeEffect).toBeUndefined()
})

test('a buffer that changes while an asynchronous write is under way stops everything', async () => {
  const disk = new SimulatedFileSystem()
  const handle = disk.open('/a', 'create', 'other')
  const bytes = bytesOf('abc')
  const append = handle.append(bytes)
  bytes[0] = 0
  await expect(append).rejects.toThrow(/asynchronous append to \/a changed while it was under way/)
  expect(() => handle.syncSync()).toThrow(/changed while it was under way/)
})
