import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { open } from '../../src/index.ts'
import {
  documentNames,
  documentOf,
  openPersistence,
  updatesIn,
  Y,
  type YjsPersistence,
} from '../support/level-yjs-documents.ts'
import { runYjsLife } from '../support/level-yjs-life.ts'
import { seededNumbers } from '../support/seeded-numbers.ts'

const directory = mkdtempSync(join(tmpdir(), 'varve-yjs-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

// y-leveldb catches what fails, and warns.
const warnings = vi.spyOn(console, 'warn')

async function withPersistence<T>(use: (persistence: YjsPersistence) => Promise<T>): Promise<T> {
  const persistence = openPersistence(directory)
  const result = await use(persistence).finally(() => persistence.destroy())
  expect(warnings).not.toHaveBeenCalled()
  return result
}

/** The numbers of the updates in all documents, ascending; each is in its own document. */
async function storedUpdates(persistence: YjsPersistence): Promise<number[]> {
  const all: number[] = []
  for (const name of documentNames) {
    const numbers = updatesIn(await persistence.getYDoc(name))
    expect(numbers.filter((n) => documentOf(n) !== name)).toEqual([])
    all.push(...numbers)
  }
  return all.sort((a, b) => a - b)
}

const upTo = (end: number): number[] => Array.from({ length: end }, (_, n) => n)

describe('y-leveldb, which keeps the documents of Yjs', () => {
  const random = seededNumbers(20_26)
  /** The updates below this are stored, and none above. */
  let next = 0

  test.for(upTo(8))('life %i, killed with SIGKILL, loses no update that it acknowledged', async (life) => {
    const kill = { acknowledgements: 30 + (random() % 250), delayMs: random() % 9 }
    const acknowledged = await runYjsLife({ directory, first: next }, kill)
    expect(acknowledged.length).toBeGreaterThanOrEqual(kill.acknowledgements)
    expect(acknowledged).toEqual(acknowledged.map((_, at) => next + at))
    next += acknowledged.length
    const stored = await withPersistence(storedUpdates)
    // The one that was under way may be there, but nothing else.
    expect(stored, `life ${life}`).toEqual(upTo(Math.max(next, Math.min(stored.length, next + 1))))
    next = stored.length
  })

  test('tables were written and merged meanwhile', async () => {
    const store = await open(directory)
    const { levels } = store.stats()
    await store.close()
    expect(levels.slice(1).some(({ tables }) => tables > 0)).toBe(true)
  })

  describe('keeps house in what is left', () => {
    let before: number[] = []
    beforeAll(async () => {
      before = await withPersistence(storedUpdates)
    })

    test('state vector and difference are those of the document', async () => {
      await withPersistence(async (persistence) => {
        for (const name of documentNames) {
          const document = await persistence.getYDoc(name)
          expect(await persistence.getStateVector(name)).toEqual(Y.encodeStateVector(document))
          const copy = new Y.Doc()
          Y.applyUpdate(copy, await persistence.getDiff(name, Y.encodeStateVector(copy)))
          expect(updatesIn(copy)).toEqual(updatesIn(document))
        }
      })
    })

    test('a flushed document stays what it was', async () => {
      await withPersistence(async (persistence) => {
        for (const name of documentNames) await persistence.flushDocument(name)
        expect(await storedUpdates(persistence)).toEqual(before)
      })
      expect(await withPersistence(storedUpdates)).toEqual(before)
    })

    test('a cleared document is gone, and no other', async () => {
      const [cleared] = documentNames
      await withPersistence(async (persistence) => {
        expect((await persistence.getAllDocNames()).sort()).toEqual([...documentNames].sort())
        await persistence.clearDocument(cleared!)
      })
      await withPersistence(async (persistence) => {
        expect((await persistence.getAllDocNames()).sort()).toEqual(documentNames.slice(1).sort())
        expect(await storedUpdates(persistence)).toEqual(before.filter((n) => documentOf(n) !== cleared))
      })
    })
  })
})
