import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runScript } from '../../bench/simulator/run-script.ts'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'

const DIRECTORY = 'data/simulator'
const scripts = readdirSync(DIRECTORY).filter((name) => name.endsWith('.txt'))

describe('the simulator prints what it did before', () => {
  test.each(scripts)('for %s', (name) => {
    const text = readFileSync(`${DIRECTORY}/${name}`, 'utf8')
    // Made by `npm run --silent simulate -- data/simulator/x.txt > data/simulator/x.out`, and read by a human.
    expect(`${runScript(text).join('\n')}\n`).toBe(readFileSync(`${DIRECTORY}/${name.replace(/txt$/, 'out')}`, 'utf8'))
  })

  test('of as many scripts as there are strategies, and more', () => {
    expect(scripts.length).toBeGreaterThan(4)
  })
})

describe('a script', () => {
  test('may name a strategy of the caller', () => {
    const own = (): ReturnType<typeof sizeTiered> => ({ ...sizeTiered({ mergeWidth: 2 }), name: 'own' })
    expect(runScript('strategy own\nflush a-c 3\nflush b-z 3\nstep', { own })).toEqual(['merge b-z@3 a-c@3 -> L1.2'])
  })

  test('deletes keys, the first one too, and drops what hides nothing', () => {
    const lines = runScript('strategy size-tiered mergeWidth=2\nflush 0-9 10\ndelete 0-4 5\nprint\ndrain\nprint')
    expect(lines[0]).toBe('L0.2: 0-4@5')
    expect(lines.at(-2)).toBe('L1.2: 5-9@5')
    expect(lines.at(-1)).toContain('write 1.33, space 1.00, read 1')
  })

  test.each([
    ['flush everything 3', "line 1: 'everything' names no keys"],
    ['\n\nfly', "line 3: 'fly' is no command"],
    ['flush a-f many', "line 1: 'many' is no amount"],
    ['advance 3 weeks\nadvance 3weeks', "line 2: '3weeks' is no amount"],
    ['repeat 3', "a 'repeat' has no 'end'"],
    ['end', "line 1: 'end' without 'repeat'"],
    ['strategy none', "there is no strategy 'none'"],
    ['strategy leveled sizeRatio=1', 'sizeRatio must be an integer'],
    ['strategy fifo mergeWidth=4', "fifo has no option 'mergeWidth'"],
    ['repeat 2\nflush next 600000\nend', 'at most 1048576 entries'],
  ])('that says %j is refused', (text, message) => {
    expect(() => runScript(text)).toThrow(message)
  })
})
