import type { RecoveryMode } from '../../src/database/options.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { nodeRuntime, type Runtime } from '../../src/runtime.ts'
import { fixedRuntime } from './fuzz-corpus.ts'
import type { Dice } from './fuzz-dice.ts'
import { joinLog, logPartsOf, mutateLog } from './fuzz-log.ts'
import { mutateTable, tablePartsOf } from './fuzz-table.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import type { Trial } from './fuzz-trial.ts'
import { diskOf, type Files, openOn } from './recovery-disk.ts'

/** Waits for nothing longer than a moment: what fails in the background is tried again after longer and longer ones. */
const HASTY: Runtime = {
  ...fixedRuntime(5),
  timer: (delayMs, wake, keepAlive) => nodeRuntime.timer(Math.min(1, delayMs), wake, keepAlive),
  sleep: (delayMs) => nodeRuntime.sleep(Math.min(1, delayMs)),
}

const MODES: readonly RecoveryMode[] = ['strict-tail', 'absolute', 'point-in-time']

/** Whole stores in which one file, or two, is forged: opening, reading in every way, verifying, writing, closing. */
export function storeTarget(stores: readonly Files[]): FuzzTarget {
  return {
    name: 'store',
    weight: 0.1,
    prepare(dice) {
      const whole = dice.pick(stores)
      const files = new Map(whole)
      const names = [...whole.keys()].filter((name) => name !== 'CURRENT' && name !== 'LOCK')
      for (let count = dice.oneIn(4) ? 2 : 1; count > 0; count--) {
        const name = dice.pick(names)
        files.set(name, forged(dice, name, dice.pick(stores).get(name) ?? whole.get(name)!, whole.get(name)!))
      }
      const recovery = dice.pick(MODES)
      const readOnly = dice.oneIn(4)
      const bytes = [...files.values()].reduce((sum, file) => sum + file.length, 0)
      const read = (trial: Trial): Promise<void> => readStore(files, recovery, readOnly, trial)
      return { bytes: new Uint8Array(bytes), isRepaired: true, read }
    },
  }
}

function forged(dice: Dice, name: string, donor: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (name.endsWith('.sst')) return mutateTable(dice, tablePartsOf(bytes), tablePartsOf(donor))
  return joinLog(mutateLog(dice, logPartsOf(bytes), logPartsOf(donor)))
}

async function readStore(files: Files, recovery: RecoveryMode, readOnly: boolean, trial: Trial): Promise<void> {
  const disk = diskOf(files)
  const options = { recovery, readOnly, runtime: HASTY, memtableBytes: 4096, syncIntervalMs: 3_600_000 }
  let store: KeyValueStore<'utf8'>
  try {
    store = await openOn(disk, options)
  } catch (error) {
    trial.refuse(error)
    return
  }
  try {
    for (const key of ['', 'k-0003', 'late', 'many', 'zz']) trial.attempt(() => store.getSync(key))
    for (const reverse of [false, true]) {
      trial.attempt(() => {
        for (const _entry of store.scan({ reverse })) trial.step()
      })
    }
    const writes = readOnly ? [] : [() => store.put('new', 'n'), () => store.flush(), () => store.compact()]
    for (const action of [() => store.verify(), ...writes]) await action().catch((error) => trial.refuse(error))
  } finally {
    await store.close().catch((error) => trial.refuse(error))
  }
}
