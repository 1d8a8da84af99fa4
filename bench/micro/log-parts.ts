import { VarveError } from '../../src/errors.ts'
import { JobRun } from '../../src/fs/job-run.ts'
import { nodeFileSystem } from '../../src/fs/node-file-system.ts'
import { writeBatchHeader, writePut } from '../../src/key/operations.ts'
import { nodeRuntime } from '../../src/runtime.ts'
import type { CommitEnvironment } from '../../src/wal/commit-environment.ts'
import { CommitQueue } from '../../src/wal/commit-queue.ts'
import { type LogHeader, RECORD_HEADER_BYTES_MAX, RecordType } from '../../src/wal/format.ts'
import { LogWriter } from '../../src/wal/log-writer.ts'
import { freshScratch } from '../project.ts'
import { type Group, KEY_BYTES, VALUE } from './part.ts'

const COMMITS = 1000
const KEY = new Uint8Array(KEY_BYTES).fill(5)

/** A store that takes everything and keeps nothing: what is left is the queue. */
const nothingBehind: CommitEnvironment = {
  runtime: nodeRuntime,
  log: { wait: () => Promise.resolve(), waitSync: () => undefined },
  refusal: () => undefined,
  stoppage: () => undefined,
  makeRoom: () => undefined,
  canApplyAhead: () => false,
  append: () => undefined,
  apply: () => undefined,
  publish: () => undefined,
  repair: () => {
    throw new Error('nothing fails here')
  },
  poison: (cause) => new VarveError('POISONED', String(cause)),
  idle: () => undefined,
}

function put(queue: CommitQueue): Promise<number> {
  const writer = queue.begin(KEY.length + VALUE.length + 16, 'process')
  writeBatchHeader(writer, 1)
  writePut(writer, KEY, VALUE)
  return queue.end(1)
}

export function logParts(): Group {
  const header: LogHeader = {
    databaseId: new Uint8Array(16),
    nonce: new Uint8Array(8),
    number: 1,
    epoch: 1,
    baseSequence: 0,
    baseTimeMs: 0,
  }
  const driver = { fileSystem: nodeFileSystem, runtime: nodeRuntime }
  const created = LogWriter.create(nodeFileSystem, freshScratch('micro-log'), '000001.wal', header, 'wal')
  const log = new JobRun(created, driver).finishSync()
  const frame = new Uint8Array(RECORD_HEADER_BYTES_MAX + 128)
  const append = (): void => {
    for (let i = 0; i < COMMITS; i++) log.append(RecordType.Operations, frame, RECORD_HEADER_BYTES_MAX, frame.length)
  }
  const limits = { lingerMs: 0, maxGroupBytes: 4 << 20, maxPendingBytes: 64 << 20 }
  const queue = new CommitQueue(nothingBehind, limits, 0)
  const commitEach = async (): Promise<void> => {
    for (let i = 0; i < COMMITS; i++) await put(queue)
  }
  const commitTogether = async (): Promise<void> => {
    const all: Promise<number>[] = []
    for (let i = 0; i < COMMITS; i++) all.push(put(queue))
    await Promise.all(all)
  }
  return {
    parts: [
      { name: 'log append of 128 bytes', operations: COMMITS, run: append },
      { name: 'commit queue alone, each awaited', operations: COMMITS, run: commitEach, isAsync: true },
      { name: 'commit queue alone, 1,000 writers', operations: COMMITS, run: commitTogether, isAsync: true },
    ],
    close: async () => log.close(),
  }
}
