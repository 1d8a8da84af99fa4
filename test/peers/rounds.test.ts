import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { SIZES } from '../../bench/peers/cell.ts'
import { Places } from '../../bench/peers/places.ts'
import { Rounds } from '../../bench/peers/rounds.ts'
import { WORKS } from '../../bench/peers/works.ts'

// No process knows a work of this name: each cell of it fails.
const work = { ...WORKS.find(({ name }) => name === 'put-awaited')!, name: 'unknown' }
const shape = { records: 10, valueBytes: 100 }

test("a peer's cell that fails is noted, and the others go on; Varve's own ends the run", () => {
  const told: string[] = []
  const rounds = (): Rounds => new Rounds({ rounds: 2, milliseconds: 10, seed: 1 }, [], (text) => told.push(text))
  const { cells, skipped } = rounds().run([{ work, shape, subjects: ['memory-level'] }])
  expect(cells).toEqual([])
  const why = '100 B values: memory-level, unknown: its process ended with 1'
  expect(skipped).toEqual([{ work: 'unknown', subject: 'memory-level', why }])
  expect(told).toHaveLength(1)
  expect(() => rounds().run([{ work, shape, subjects: ['varve'] }])).toThrow('varve, unknown: its process ended with 1')
})

test('reads of memory are measured beside gets of a growing store, and nothing is loaded for them', () => {
  const scaled = WORKS.find(({ name }) => name === 'scale-get-sync')!
  expect(scaled.subjects).toEqual(['varve', 'db_bench', 'memory'])
  const rounds = new Rounds({ rounds: 1, milliseconds: 10, seed: 1 }, [], () => {})
  const { cells } = rounds.run([{ work: scaled, shape, subjects: ['memory'] }])
  expect(cells).toMatchObject([{ subject: 'memory', runs: [{ operations: scaled.operations }] }])
  const places = new Places()
  const request = { work: scaled.name, subject: 'memory', shape, milliseconds: 10, seed: 1, sizes: SIZES } as const
  expect(readdirSync(dirname(places.make(scaled, request)))).toEqual(['cell'])
  places.remove()
})
