import type { Job } from '../fs/job.ts'
import { GROUP_HEADROOM, writeGroupHeader } from '../wal/commit-group.ts'
import { type LogHeader, RecordType } from '../wal/format.ts'
import { LogWriter } from '../wal/log-writer.ts'
import type { BTreeContext } from './btree-context.ts'
import type { CheckpointParts } from './checkpoint-job.ts'
import { logName } from './file-names.ts'
import type { ReplayedGroup } from './log-replay.ts'

/**
 * Before recovered pages go to their places, what they are recovered from must be on disk: a failed sync may have left
 * the end of the logs in the system's memory only, and syncing them again would not tell. So it is written once more,
 * to a log of its own, which the checkpoint then names. Without this a power cut amid the pages could leave some with a
 * change that no log has for the others.
 */
export function* copyLog(
  context: BTreeContext,
  { logs, state, pager }: CheckpointParts,
  groups: readonly ReplayedGroup[],
): Job<void> {
  const { fileSystem, directory, databaseId } = context
  const { epoch, sequence, timeMs } = state.record
  const number = logs.takeNumber()
  // Not a greater epoch: until the checkpoint names it, it must not look like that of a life which the checkpoint lost.
  const header: LogHeader = {
    databaseId,
    nonce: context.newNonce(),
    number,
    epoch,
    baseSequence: sequence,
    baseTimeMs: timeMs,
  }
  const log = yield* LogWriter.create(fileSystem, directory, logName(number), header, 'wal')
  try {
    for (const group of groups) {
      appendGroup(log, group)
      yield { kind: 'slice' }
    }
    yield { kind: 'wait', on: log }
    pager.counts.logBytes.framing += log.length
    yield* state.install({ firstLog: number })
  } finally {
    log.close()
  }
}

function appendGroup(log: LogWriter, { bytes, bodyStart, end, firstSequence, timeMs }: ReplayedGroup): void {
  const frame = new Uint8Array(GROUP_HEADROOM + end - bodyStart)
  frame.set(bytes.subarray(bodyStart, end), GROUP_HEADROOM)
  const start = writeGroupHeader(frame, GROUP_HEADROOM, log.header, firstSequence, timeMs)
  log.append(RecordType.BTree, frame, start, frame.length)
}
