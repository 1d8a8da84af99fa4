import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  documentNames,
  documentOf,
  openPersistence,
  updatesIn,
  Y,
  type YjsPersistence,
} from '../support/level-yjs-documents.ts'
import { runYjsLife, type YjsReport } from '../support/level-yjs-life.ts'
import { seededNumbers } from '../support/seeded-numbers.ts'

const directory = mkdtempSync(join(tmpdir(), 'varve-yjs-'))
afterAll(() => rm(directory, { recursive: true, force: true }), 60_000)

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
  const random = seededNumbers(2026)
  /** The updates below this are stored, and none above. */
  let next = 0

  const reports: YjsReport[] = []

  test.for(upTo(8))('life %i, killed with SIGKILL, loses no update that it acknowledged', async (life) => {
    const acknowledgements = 30 + (random() % 250)
    const delayMs = life % 2 === 0 ? random() % 9 : undefined
    const report = await runYjsLife({ directory, first: next, acknowledgements, delayMs })
    reports.push(report)
    const { acknowledged } = report
    if (delayMs === undefined) expect(acknowledged).toHaveLength(acknowledgements)
    else expect(acknowledged.length).toBeGreaterThanOrEqual(acknowledgements)
    expect(acknowledged).toEqual(acknowledged.map((_, at) => next + at))
    next += acknowledged.length
    const stored = await withPersistence(storedUpdates)
    // The one that was under way may be there, but nothing else.
    expect(stored).toEqual(upTo(Math.max(next, Math.min(stored.length, next + 1))))
    next = stored.length
  })

  test('memtables were flushed and tables merged while they lived', () => {
    const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
    expect(sum(reports.map(({ flushes }) => flushes))).toBeGreaterThan(reports.length)
    expect(sum(reports.map(({ compactions }) => compactions))).toBeGreaterThan(0)
  })

  describe('keeps house in what is left', () => {
    let before: number[] = []
    beforeAll(async () => {
      before = await withPersistence(storedUpdates)
    }, 60_000)

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
