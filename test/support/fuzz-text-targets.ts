import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checksum } from '../../src/bytes/checksum.ts'
import { lockedError, readLockFile } from '../../src/fs/lock-file.ts'
import { decodeCurrent, encodeCurrent } from '../../src/manifest/current-file.ts'
import { manifestName, parseFileName, tableName, walName } from '../../src/manifest/file-names.ts'
import { concatenated, EXTREMES, mutateBytes, randomBytes } from './fuzz-bytes.ts'
import type { Dice } from './fuzz-dice.ts'
import type { FuzzTarget } from './fuzz-target.ts'

const encoder = new TextEncoder()

/** The parsers of CURRENT, LOCK and file names. `cleanup` removes the directory that the LOCK files are in. */
export function textTargets(): { readonly targets: FuzzTarget[]; readonly cleanup: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'varve-fuzz-'))
  const targets: FuzzTarget[] = [
    { name: 'current', weight: 2, prepare: preparedCurrent },
    { name: 'file-name', weight: 1, prepare: preparedName },
    { name: 'lock', weight: 0.3, prepare: (dice) => preparedLock(dice, directory) },
  ]
  return { targets, cleanup: () => rmSync(directory, { recursive: true }) }
}

/** Most often a line of any name and number with the right checksum. */
function preparedCurrent(dice: Dice): ReturnType<FuzzTarget['prepare']> {
  const isRepaired = !dice.oneIn(6)
  let bytes = encodeCurrent(Math.max(1, dice.pick(EXTREMES)))
  if (isRepaired) {
    const text = mutateBytes(dice, bytes.subarray(0, -9))
    const sum = checksum(text, 0, text.length, 0).toString(16).padStart(8, '0')
    bytes = concatenated([text, encoder.encode(`${sum}\n`)])
  } else bytes = dice.oneIn(3) ? randomBytes(dice, dice.below(300)) : mutateBytes(dice, bytes)
  const read: ReturnType<FuzzTarget['prepare']>['read'] = (trial) => {
    const number = trial.attempt(() => decodeCurrent(bytes, 'CURRENT'))
    if (number === undefined) return
    if (Buffer.compare(encodeCurrent(number), bytes) !== 0) throw new Error('two lines mean the same')
  }
  return { bytes, isRepaired, read }
}

/** What is taken for a file of ours is named exactly so: nothing else is ever touched. */
function preparedName(dice: Dice): ReturnType<FuzzTarget['prepare']> {
  const number = Math.max(1, dice.pick(EXTREMES))
  const names = [manifestName(number), walName(number), tableName(number), 'CURRENT', 'LOCK', 'CURRENT.tmp']
  const bytes = mutateBytes(dice, encoder.encode(dice.pick(names)), encoder.encode(dice.pick(names)))
  const read: ReturnType<FuzzTarget['prepare']>['read'] = () => {
    const name = new TextDecoder('latin1').decode(bytes)
    const parsed = parseFileName(name)
    if (parsed === undefined) return
    const again = { wal: walName, table: tableName, manifest: manifestName }[parsed.kind as 'wal']
    if (again !== undefined && again(parsed.number) !== name) throw new Error('a name that is not ours is taken for it')
  }
  return { bytes, isRepaired: true, read }
}

function preparedLock(dice: Dice, directory: string): ReturnType<FuzzTarget['prepare']> {
  const holder = {
    pid: dice.pick<unknown>([1, 0, -1, 1e300, null, '1', ...EXTREMES]),
    host: dice.pick<unknown>(['host', '', '\u001b[2J', 'x'.repeat(300), 5, null]),
    since: dice.pick<unknown>([0, 1.5, -8.64e15, 8.64e15, 8.65e15, '0', null, ...EXTREMES]),
  }
  const text = encoder.encode(JSON.stringify(dice.oneIn(10) ? dice.pick([null, [], 5, 'x']) : holder))
  const bytes = dice.oneIn(2) ? text : mutateBytes(dice, text)
  writeFileSync(join(directory, 'LOCK'), bytes)
  const read = (): void => void lockedError(directory, readLockFile(directory)).message
  return { bytes, isRepaired: true, read }
}
