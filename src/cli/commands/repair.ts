import { open, repair, VarveError } from '../../index.ts'
import { escaped } from '../bytes-text.ts'
import type { Call } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { bytesText, counted } from '../quantity-text.ts'
import { storeKind } from '../store-kind.ts'
import { UsageError } from '../usage-error.ts'

/** So many unreadable places are listed for people; JSON has them all. */
const PLACES_SHOWN = 20

export async function run(call: Call): Promise<ExitCode> {
  const { operands, json, out, progress, signal, fileSystem, runtime } = call
  const [directory = '', target = ''] = operands
  if (storeKind(fileSystem, directory) === 'btree')
    throw new UsageError('a B-tree cannot be repaired: restore a backup')
  let last = ''
  const note = (message: string): void => {
    last = message
  }
  const logger = { debug: note, info: note, warn: note, error: note }
  const work = repair(directory, target, { fileSystem, runtime, signal, logger })
  const report = await progress.during(work, (seconds) => `repairing, ${seconds} s: ${escaped(last)}`)
  const { complete, summary, sources, unreadable, mayResurrectDeleted } = report
  const code = complete ? ExitCode.ok : ExitCode.fault
  if (json) {
    await out.document(report)
    return code
  }
  for (const { file, used, why } of sources) {
    if (used !== 'whole') await out.line(`${file}: ${used === 'none' ? 'not used' : 'used in part'}: ${why}`)
  }
  for (const { file, offset, length, why, mayHoldEntries } of unreadable.slice(0, PLACES_SHOWN)) {
    const held = mayHoldEntries ? '' : ' (no entry is lost by that)'
    await out.line(`${file}: ${bytesText(length)} at byte ${offset} could not be read: ${why}${held}`)
  }
  if (unreadable.length > PLACES_SHOWN) {
    await out.line(`and ${counted(unreadable.length - PLACES_SHOWN, 'place')} more: see --json`)
  }
  await out.line(summary)
  await out.line(`The new store is in ${escaped(target)}; ${escaped(directory)} is as it was.`)
  if (mayResurrectDeleted) {
    if (await isSound(call, directory)) {
      await out.line(`${escaped(directory)} opens as it is, without the torn end that a crash left, and verify finds`)
      await out.line('nothing wrong with it: you need not repair it.')
    } else await out.line('Look it over before you use it: what was deleted or overwritten may be back.')
  }
  return code
}

/** Whether the store itself opens, and stands every check: then what could not be read is a torn end. */
async function isSound({ fileSystem, runtime, progress }: Call, directory: string): Promise<boolean> {
  try {
    await using store = await open(directory, { fileSystem, runtime, readOnly: true })
    await progress.during(store.verify(), (seconds) => `verifying what was repaired, ${seconds} s`)
    return true
  } catch (error) {
    if (error instanceof VarveError) return false
    throw error
  }
}
