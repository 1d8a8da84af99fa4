import { expect, test } from 'vitest'
import { nearest } from '../../src/bytes/edit-distance.ts'

const WORDS = ['readOnly', 'encoding', 'syncIntervalMs', 'stats', 'scan', 'get']

test.each([
  ['readonly', 'readOnly'],
  ['READONLY', 'readOnly'],
  ['stat', 'stats'],
  ['scna', undefined],
  ['sacn', undefined],
  ['scann', 'scan'],
  ['gte', undefined],
  ['enconding', 'encoding'],
  ['syncIntervallMs', 'syncIntervalMs'],
  ['', undefined],
  ['compression', undefined],
  ['x'.repeat(100_000), undefined],
])('the word nearest to %.20s is %s', (given, expected) => {
  expect(nearest(given, WORDS)).toBe(expected)
})
