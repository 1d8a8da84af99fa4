import { ByteWriter } from '../../src/bytes/writer.ts'
import type { FileSystem } from '../../src/fs/file-system.ts'
import { JobRun } from '../../src/fs/job-run.ts'
import { writeBatchHeader, writeDelete, writePut } from '../../src/key/operations.ts'
import { manifestName, parseFileName, walName } from '../../src/manifest/file-names.ts'
import { loadManifest } from '../../src/manifest/manifest-reader.ts'
import type { ManifestState } from '../../src/manifest/manifest-state.ts'
import type { VersionEdit } from '../../src/manifest/version-edit.ts'
import { encodeVersionEdit } from '../../src/manifest/version-edit-codec.ts'
import { nodeRuntime } from '../../src/runtime.ts'
import { GROUP_HEADROOM, writeGroupHeader } from '../../src/wal/commit-group.ts'
import { encodeLink } from '../../src/wal/control-records.ts'
import { type LogHeader, RecordType } from '../../src/wal/format.ts'
import { decodeLogHeader } from '../../src/wal/log-header.ts'
import { LogWriter } from '../../src/wal/log-writer.ts'
import { readFile, STORE } from './recovery-disk.ts'

/** The header of the newest log on the disk. */
export function newestLogHeader(disk: FileSystem): LogHeader {
  const names = disk.list(STORE).filter((name) => parseFileName(name)?.kind === 'wal')
  const path = `${STORE}/${names.sort().at(-1)}`
  return decodeLogHeader(readFile(disk, path), path)
}

/** Writes a log whose records are intact, whatever they say. What it replaces is removed. */
export class ForgedLog {
  readonly header: LogHeader
  readonly #writer: LogWriter

  constructor(fileSystem: FileSystem, like: LogHeader, changes: Partial<LogHeader> = {}) {
    this.header = { ...like, nonce: nodeRuntime.random(new Uint8Array(8)), ...changes }
    const name = walName(this.header.number)
    if (fileSystem.status(`${STORE}/${name}`) !== undefined) fileSystem.unlinkSync(`${STORE}/${name}`)
    const job = LogWriter.create(fileSystem, STORE, name, this.header, 'wal')
    this.#writer = new JobRun(job, { fileSystem, runtime: nodeRuntime, lateFailure: () => {} }).finishSync()
  }

  get length(): number {
    return this.#writer.length
  }

  record(type: number, payload: Uint8Array): this {
    this.#writer.appendPayload(type as RecordType, payload)
    return this
  }

  /** One group of one batch that puts `keys` with the value 'v'. */
  puts(firstSequence: number, ...keys: readonly string[]): this {
    return this.group(firstSequence, (writer) => {
      writeBatchHeader(writer, keys.length)
      for (const key of keys) writePut(writer, new TextEncoder().encode(key), new TextEncoder().encode('v'))
    })
  }

  deletes(firstSequence: number, key: string): this {
    return this.group(firstSequence, (writer) => {
      writeBatchHeader(writer, 1)
      writeDelete(writer, new TextEncoder().encode(key))
    })
  }

  group(firstSequence: number, fill: (writer: ByteWriter) => void): this {
    const writer = new ByteWriter(64)
    writer.bytes(new Uint8Array(GROUP_HEADROOM))
    fill(writer)
    const frame = writer.finish()
    const { baseTimeMs } = this.header
    const start = writeGroupHeader(frame, GROUP_HEADROOM, this.header, firstSequence, baseTimeMs)
    return this.record(RecordType.Operations, frame.slice(start))
  }

  link(number: number, length: number, lastSequence: number): this {
    return this.record(RecordType.Link, encodeLink({ number, length, lastSequence }))
  }

  /** What was written so far is durable: records from here on promise it. */
  synced(): this {
    this.#writer.waitSync()
    return this
  }

  promise(): this {
    this.#writer.appendPromise()
    return this
  }
}

/** Appends an edit to the manifest in force, and a promise that it is durable. */
export function appendEdit(fileSystem: FileSystem, edit: VersionEdit): void {
  const { header, length, syncedUpTo } = loadManifest(fileSystem, STORE)
  const path = `${STORE}/${manifestName(header.number)}`
  const writer = LogWriter.reopen(fileSystem, path, header, length, syncedUpTo, 'manifest')
  writer.appendPayload(RecordType.ManifestEdit, encodeVersionEdit(edit))
  writer.waitSync()
  writer.appendPromise()
  writer.close()
}

export function manifestStateOf(fileSystem: FileSystem): ManifestState {
  return loadManifest(fileSystem, STORE).state
}
