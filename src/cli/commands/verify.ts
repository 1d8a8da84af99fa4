import { basename } from 'node:path'
import { VarveError } from '../../errors.ts'
import type { VerifyReport } from '../../index.ts'
import { escaped, printable } from '../bytes-text.ts'
import type { Call } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { damageAdvice } from '../failure.ts'
import { interruptible } from '../interruptible.ts'
import { reading } from '../opening.ts'
import { bytesText, counted } from '../quantity-text.ts'

export async function run(call: Call): Promise<ExitCode> {
  const { operands, json, out, style } = call
  const directory = operands[0]!
  const { kind, inLogs, report } = await reading(call, directory, async (opened) => ({
    kind: opened.kind,
    inLogs: opened.store.recovery.operationsReplayed,
    report: await verified(call, opened.store.verify()),
  }))
  const { files, bytes, entries, orphans, problems } = report
  const isSound = problems.length === 0
  if (json) {
    await out.document({ isSound, ...report })
    return isSound ? ExitCode.ok : ExitCode.fault
  }
  for (const { file, offset, what } of problems) {
    const place = offset === undefined ? basename(file) : `${basename(file)} at byte ${offset}`
    await out.line(`${style.paint('red', escaped(place))}: ${printable(what.split(` in ${file}`)[0]!)}`)
  }
  for (const name of orphans) await out.line(`${escaped(basename(name))}: nothing needs this file; it only takes space`)
  const where = kind === 'lsm' ? ` in tables and ${counted(inLogs, 'write')} in logs` : ''
  const read = `${counted(files, 'file')}, ${bytesText(bytes)}, ${counted(entries, 'entry', 'entries')}${where}`
  await out.line(isSound ? `sound: ${read}` : `${counted(problems.length, 'problem')} in ${read}`)
  if (!isSound) await out.line(`To do: ${printable(damageAdvice(kind, directory))}`)
  return isSound ? ExitCode.ok : ExitCode.fault
}

async function verified(call: Call, work: Promise<VerifyReport>): Promise<VerifyReport> {
  try {
    return await call.progress.during(interruptible(call.signal, work), (seconds) => `verifying, ${seconds} s`)
  } catch (error) {
    const report = error instanceof VarveError ? error.report : undefined
    if (report === undefined) throw error
    return report
  }
}
