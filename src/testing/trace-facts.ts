import { parentOf } from '../fs/absolute-path.ts'
import type { TraceEntry } from './file-calls.ts'

/** When a call had taken effect; never, for one that was still under way when its life ended. */
export function endOf(entry: TraceEntry): number {
  return entry.ended < 0 ? Infinity : entry.ended
}

export function isDone(entry: TraceEntry): boolean {
  return entry.result === 'ok'
}

export function hasFailed(entry: TraceEntry): boolean {
  return entry.result !== 'ok' && entry.result !== 'pending'
}

/** When the first of the syncs that were begun after `step` has ended well: several may be under way at once. */
export function firstEnd(syncs: readonly TraceEntry[], step: number): number {
  let end = Infinity
  for (const sync of syncs) if (isDone(sync) && sync.begun > step) end = Math.min(end, sync.ended)
  return end
}

/** A descriptor. */
export interface TracedHandle {
  readonly opened: number
  /** When it was closed, at the latest by the end of its life. */
  closed: number
}

/** A file as a trace tells of it: not a path, which may be given to another one. */
export class TracedFile {
  readonly path: string
  /** Appends, writes and truncations in the order of their calls, and so the syncs. */
  readonly changes: TraceEntry[] = []
  readonly syncs: TraceEntry[] = []
  readonly handles: Map<number, TracedHandle> = new Map()

  constructor(path: string) {
    this.path = path
  }

  /** From when on a change cannot be lost any more: a sync that was begun behind it has ended well. */
  durableFrom(change: TraceEntry): number {
    return firstEnd(this.syncs, endOf(change))
  }

  /** Whether all that was written to it by `step` is durable then. */
  isDurableAt(step: number): boolean {
    return this.changes.every((change) => change.begun > step || this.durableFrom(change) < step)
  }
}

/** That a path was the name of a file for some time. */
export interface TracedName {
  readonly file: TracedFile
  readonly from: number
  /** True where it was there before the trace, or a power cut had left it: then it is durable. */
  readonly isFound: boolean
  /** When it was taken away, or a power cut came. */
  to: number
}

/** What a trace says, by file and by name. */
export class TraceFacts {
  readonly trace: readonly TraceEntry[]
  readonly files: TracedFile[] = []
  readonly directorySyncs: TraceEntry[] = []
  readonly notes: TraceEntry[] = []
  /** The ends of lives by a loss of power. */
  readonly powerCuts: TraceEntry[] = []
  readonly #names: Map<string, TracedName[]> = new Map()
  readonly #byHandle: Map<number, TracedFile> = new Map()

  constructor(trace: readonly TraceEntry[]) {
    this.trace = trace
    for (const entry of trace) this.#add(entry)
  }

  /** The file that a call on a descriptor was about. */
  fileOfCall(call: TraceEntry): TracedFile | undefined {
    return this.#byHandle.get(call.handle)
  }

  /** What a path was the name of just before `step`, if the trace has ever heard of it. */
  nameAt(path: string, step: number): TracedName | undefined {
    return this.#names.get(path)?.findLast(({ from, to }) => from <= step && step <= to)
  }

  /** From when on a change of names in a directory, made at `step`, cannot be undone by a power cut. */
  namesDurableFrom(directory: string, step: number): number {
    const syncs = this.directorySyncs.filter(({ path }) => path === directory)
    const end = firstEnd(syncs, step)
    // What a power cut has settled is no work of a later sync.
    return this.powerCuts.some(({ begun }) => begun > step && begun < end) ? Infinity : end
  }

  /** Whether a name that a path had at `step` would outlast a power cut then. */
  isNameDurableAt(path: string, { from, isFound }: TracedName, step: number): boolean {
    return isFound || this.namesDurableFrom(parentOf(path), from) < step
  }

  #add(entry: TraceEntry): void {
    switch (entry.operation) {
      case 'open':
        if (isDone(entry)) this.#open(entry)
        else if (entry.mode === 'create' && this.nameAt(entry.path, entry.begun) === undefined) {
          // What has failed may have been done all the same.
          this.#give(entry.path, entry.ended, new TracedFile(entry.path))
        }
        break
      case 'append':
      case 'write':
      case 'truncate':
        this.fileOfCall(entry)?.changes.push(entry)
        break
      case 'sync':
        this.fileOfCall(entry)?.syncs.push(entry)
        break
      case 'close':
        this.#close(entry.handle, entry.begun)
        break
      case 'rename':
        if (isDone(entry)) this.#rename(entry)
        break
      case 'unlink':
        if (isDone(entry)) this.#take(entry.path, entry.ended)
        break
      case 'syncDirectory':
        this.directorySyncs.push(entry)
        break
      case 'note':
        this.notes.push(entry)
        break
      case 'killed':
      case 'power-cut':
        this.#endLife(entry)
    }
  }

  #open(entry: TraceEntry): void {
    const file =
      entry.mode === 'create' ? this.#give(entry.path, entry.ended, new TracedFile(entry.path)) : this.#find(entry)
    file.handles.set(entry.handle, { opened: entry.ended, closed: Infinity })
    this.#byHandle.set(entry.handle, file)
  }

  #close(handle: number, step: number): void {
    const known = this.#byHandle.get(handle)?.handles.get(handle)
    if (known !== undefined) known.closed = Math.min(known.closed, step)
  }

  #rename(entry: TraceEntry): void {
    const file = this.#find(entry)
    this.#take(entry.path, entry.ended)
    this.#take(entry.to!, entry.ended)
    this.#give(entry.to!, entry.ended, file)
  }

  /** The file of a name, which the trace may not have heard of. */
  #find({ path, begun }: TraceEntry): TracedFile {
    const known = this.nameAt(path, begun)
    if (known !== undefined) return known.file
    return this.#give(path, begun, new TracedFile(path), true)
  }

  #give(path: string, from: number, file: TracedFile, isFound = false): TracedFile {
    const names = this.#names.get(path) ?? []
    names.push({ file, from, isFound, to: Infinity })
    this.#names.set(path, names)
    if (!this.files.includes(file)) this.files.push(file)
    return file
  }

  #take(path: string, step: number): void {
    const last = this.#names.get(path)?.at(-1)
    if (last !== undefined) last.to = Math.min(last.to, step)
  }

  /** A kill leaves everything as it is. What a power cut leaves is found anew, and durable. */
  #endLife(entry: TraceEntry): void {
    for (const handle of this.#byHandle.keys()) this.#close(handle, entry.begun)
    if (entry.operation === 'killed') return
    this.powerCuts.push(entry)
    for (const path of this.#names.keys()) this.#take(path, entry.begun)
  }
}
