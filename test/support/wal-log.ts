import { dirname } from 'node:path'
import type { FileSystem } from '../../src/fs/file-system.ts'
import { JobRun } from '../../src/fs/job-run.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { nodeRuntime } from '../../src/runtime.ts'
import { type LogHeader, RecordType } from '../../src/wal/format.ts'
import { LogReader, type LogRecord } from '../../src/wal/log-reader.ts'
import { LogWriter } from '../../src/wal/log-writer.ts'

export const LOG_NAME = '000007.wal'
export const LOG_PATH: string = `/log/${LOG_NAME}`

export const LOG_HEADER: LogHeader = {
  databaseId: Uint8Array.from({ length: 16 }, (_, i) => 0xa0 + i),
  nonce: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]),
  number: 7,
  epoch: 3,
  baseSequence: 41,
  baseTimeMs: 1_700_000_000_000,
}

export function createLog(fs: FileSystem, header: LogHeader = LOG_HEADER): LogWriter {
  const lateFailure = (error: unknown): never => {
    throw error
  }
  for (const made of fs.makeDirectory('/log')) fs.syncDirectorySync(dirname(made))
  const job = LogWriter.create(fs, '/log', LOG_NAME, header, 'wal')
  return new JobRun(job, { fileSystem: fs, runtime: nodeRuntime, lateFailure }).finishSync()
}

/** What is done to a log: a payload is appended as operations, 'sync' and 'promise' are what they say. */
export type LogStep = Uint8Array | 'sync' | 'promise'

/** The bytes of a log in which all this was done. */
export function logBytes(steps: readonly LogStep[], header: LogHeader = LOG_HEADER): Uint8Array {
  const fs = new MemoryFileSystem()
  const log = createLog(fs, header)
  for (const step of steps) {
    if (step === 'sync') log.waitSync()
    else if (step === 'promise') log.appendPromise()
    else log.appendPayload(RecordType.Operations, step)
  }
  log.close()
  return LogReader.open(fs, LOG_PATH).bytes
}

/** A reader of a log with exactly these bytes. */
export function readerOf(bytes: Uint8Array): LogReader {
  const fs = new MemoryFileSystem()
  fs.makeDirectory('/log')
  const file = fs.open(LOG_PATH, 'create', 'wal')
  file.appendSync(bytes)
  file.close()
  return LogReader.open(fs, LOG_PATH)
}

export function recordsOf(reader: LogReader): LogRecord[] {
  const records: LogRecord[] = []
  for (let record = reader.next(); record !== undefined; record = reader.next()) records.push(record)
  return records
}

export function payloadOf(reader: LogReader, record: LogRecord): Uint8Array {
  return reader.bytes.slice(record.payloadStart, record.end)
}
