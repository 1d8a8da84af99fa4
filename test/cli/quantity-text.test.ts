import { expect, test } from 'vitest'
import { bytesText, columnsText, counted, timeText } from '../../src/cli/quantity-text.ts'

test('bytes have two or three figures and the unit that fits, also where rounding reaches the next one', () => {
  const shown: [bytes: number, text: string][] = [
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.00 KiB'],
    [10_239, '10.0 KiB'],
    [1023.9 * 1024, '1023.9 KiB'],
    [1024 * 1024 - 1, '1.00 MiB'],
    [2 ** 30 - 1, '1.00 GiB'],
    [3 * 2 ** 50, '3072.0 TiB'],
  ]
  for (const [bytes, text] of shown) expect(bytesText(bytes)).toBe(text)
})

test('numbers have their thousands apart, and the plural that they need', () => {
  expect([0, 1, 1_234_567].map((count) => counted(count, 'entry', 'entries'))).toEqual([
    '0 entries',
    '1 entry',
    '1,234,567 entries',
  ])
})

test('a time is that of Greenwich; one that is none is shown as the number it is', () => {
  expect([0, 8.64e15, 8.65e15, -8.65e15].map(timeText)).toEqual([
    '1970-01-01T00:00:00.000Z',
    '+275760-09-13T00:00:00.000Z',
    '8650000000000000',
    '-8650000000000000',
  ])
})

test('columns stand in line, without blanks at the end', () => {
  expect(columnsText([['a', 'bb', ''], ['ccc', '', 'd'], ['e']])).toEqual(['a    bb', 'ccc      d', 'e'])
})
