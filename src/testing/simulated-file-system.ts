import { cloneTree } from '../fs/crash-image.ts'
import type {
  DirectoryLock,
  FileHandle,
  FileStatus,
  FileSystem,
  LockHolder,
  OpenMode,
  WriteCategory,
} from '../fs/file-system.ts'
import type { MemoryDirectory } from '../fs/memory-directory.ts'
import { MemoryLocks } from '../fs/memory-locks.ts'
import { MemoryTree } from '../fs/memory-tree.ts'
import { nodeRuntime } from '../runtime.ts'
import { benignChoices, type Choices } from './choices.ts'
import { type DiskProfile, type PageFate, type ProfileName, profileNamed } from './disk-profile.ts'
import type { Fault, FaultPlan, FileCall, FileOperation } from './fault-plan.ts'
import { type CallRuntime, FileCalls, type TraceEntry, type TraceMark, withFault } from './file-calls.ts'
import { imageHash } from './image-hash.ts'
import { syncNames } from './names-sync.ts'
import { countUnsynced, powerCut } from './power-cut.ts'
import type { SimulatedFileSystemOptions } from './simulated-disk-options.ts'
import { type HandleDisk, SimulatedFileHandle } from './simulated-file-handle.ts'

/**
 * A disk in memory that can do everything a real one may: lose, tear and reorder what was not synced, and fail any call. Like MemoryFileSystem it is
 * a FileSystem that a store can be opened on. `crash`, `killed` and `fork` return a new one, unlocked and without faults, and leave this one as it
 * is; handles stay with the one that opened them. They cost microseconds: contents are shared until they change.
 */
export class SimulatedFileSystem implements FileSystem {
  readonly downgrades: readonly string[] = []
  readonly profile: ProfileName
  /** May be changed at any time, to fill a disk and to free it. In bytes. */
  capacityBytes: number
  /** How many files are open. */
  openFiles = 0
  readonly #choices: Choices
  readonly #rules: DiskProfile
  readonly #locks = new MemoryLocks()
  /** Made at the first opening of a file: most images are only looked at. */
  #handleDisk: HandleDisk | undefined
  #tree = new MemoryTree()
  #calls: FileCalls

  constructor(options: SimulatedFileSystemOptions = {}) {
    this.profile = options.profile ?? 'posix-minimal'
    this.#rules = profileNamed(this.profile)
    this.#choices = options.choices ?? benignChoices
    this.capacityBytes = options.capacityBytes ?? Infinity
    this.#calls = new FileCalls(options.runtime ?? nodeRuntime, options.trace ?? false)
  }

  /** Which calls fail from now on; undefined: none. A new life begins without. */
  get faults(): FaultPlan | undefined {
    return this.#calls.plan
  }

  set faults(plan: FaultPlan | undefined) {
    this.#calls.plan = plan
  }

  /** Called before each call takes effect: the moment to look at the disk, or to `crash` it. Default: undefined; a new life begins without. */
  get beforeEffect(): ((call: FileCall) => void) | undefined {
    return this.#calls.beforeEffect
  }

  set beforeEffect(watch: ((call: FileCall) => void) | undefined) {
    this.#calls.beforeEffect = watch
  }

  /** May be replaced at any time: a new life has a runtime of its own. */
  get runtime(): CallRuntime {
    return this.#calls.runtime
  }

  set runtime(runtime: CallRuntime) {
    this.#calls.runtime = runtime
  }

  /** What a power cut leaves, as choices decide and a profile allows. Default: the choices and the profile of this file system. */
  crash(choices: Choices = this.#choices, profile: ProfileName = this.profile): SimulatedFileSystem {
    return this.#successor(powerCut(this.#tree.root, profileNamed(profile), choices), 'power-cut')
  }

  /** What a killed process leaves: everything, no more durable than before. */
  killed(): SimulatedFileSystem {
    return this.#successor(cloneTree(this.#tree.root), 'killed')
  }

  /** The same disk a second time, in the same life. */
  fork(): SimulatedFileSystem {
    return this.#successor(cloneTree(this.#tree.root), undefined)
  }

  /** How often this disk was killed or lost its power, its predecessors included. */
  get life(): number {
    return this.#calls.life
  }

  /** Calls made in this life, or since the fork. */
  get callCount(): number {
    return this.#calls.count
  }

  /** All calls and marks, those of earlier lives included, in the order in which they were made; empty unless `trace` was asked for. */
  get trace(): readonly TraceEntry[] {
    return this.#calls.entries ?? []
  }

  /** Leaves a mark in the trace: what a test was told, say. The hash of the trace takes no notice. */
  note(label: string): void {
    this.#calls.mark('note', label)
  }

  /** A hash of all calls in the order in which they took effect, with their outcomes; 16 hexadecimal digits. */
  traceHash(): string {
    return this.#calls.hash.toString()
  }

  /** A hash of what is durable, names and contents; 16 hexadecimal digits. */
  imageHash(): string {
    return imageHash(this.#tree.root).toString()
  }

  /** How many changes a power cut could take. */
  get unsyncedCount(): number {
    return countUnsynced(this.#tree.root)
  }

  status(path: string): FileStatus | undefined {
    return this.#call('status', 'look at', path, () => this.#tree.status(path))
  }

  list(directory: string): string[] {
    return this.#call('list', 'list', directory, () => this.#tree.list(directory))
  }

  makeDirectory(path: string): string[] {
    return this.#call('makeDirectory', 'make directory', path, () => this.#tree.makeDirectory(path))
  }

  removeDirectory(path: string): void {
    this.#call('removeDirectory', 'remove directory', path, () => this.#tree.removeDirectory(path))
  }

  open(path: string, mode: OpenMode, category?: WriteCategory): FileHandle {
    const verb = mode === 'create' ? 'create' : 'open'
    const counted = mode === 'read' ? undefined : category
    const handle = this.#calls.nextHandle()
    const file = this.#calls.now({ operation: 'open', path, category: counted, mode, handle }, (fault) =>
      withFault(fault, verb, path, () => this.#tree.openFile(path, mode)),
    )
    this.openFiles++
    this.#handleDisk ??= this.#makeHandleDisk()
    return new SimulatedFileHandle(path, file, mode !== 'read', counted, handle, this.#handleDisk)
  }

  rename(from: string, to: string): void {
    this.#calls.now({ operation: 'rename', path: from, to }, (fault) =>
      withFault(fault, 'rename', from, () => this.#tree.rename(from, to)),
    )
  }

  unlinkSync(path: string): void {
    this.#call('unlink', 'unlink', path, () => this.#tree.unlink(path))
  }

  /** At once: what comes later has no effect that a crash could not have anyway. */
  async unlink(path: string): Promise<void> {
    this.unlinkSync(path)
  }

  syncDirectorySync(path: string): void {
    const directory = this.#tree.directory('sync directory', path)
    this.#calls.now({ operation: 'syncDirectory', path }, this.#syncOf(directory, path))
  }

  async syncDirectory(path: string): Promise<void> {
    const directory = this.#tree.directory('sync directory', path)
    await this.#calls.later({ operation: 'syncDirectory', path }, this.#syncOf(directory, path))
  }

  async lock(directory: string): Promise<DirectoryLock> {
    return this.#calls.later({ operation: 'lock', path: directory }, (fault) =>
      withFault(fault, 'lock', directory, () =>
        this.#locks.lock(this.#tree.directory('lock', directory), directory, this.runtime),
      ),
    )
  }

  async lockHolder(directory: string): Promise<LockHolder | undefined> {
    return this.#calls.later({ operation: 'lockHolder', path: directory }, (fault) =>
      withFault(fault, 'lock', directory, () => this.#locks.holderOf(this.#tree.directory('lock', directory))),
    )
  }

  #call<Result>(operation: FileOperation, verb: string, path: string, effect: () => Result): Result {
    return this.#calls.now({ operation, path }, (fault) => withFault(fault, verb, path, effect))
  }

  #syncOf(directory: MemoryDirectory, path: string): (fault: Fault | undefined) => void {
    return (fault) => syncNames(directory, path, fault, (failed) => this.#pageFate(failed, path))
  }

  #pageFate(fault: Fault, path: string): PageFate {
    if ('pages' in fault && fault.pages !== undefined) return fault.pages
    const fates = this.#rules.failedSync
    return fates[fates.length === 1 ? 0 : this.#choices.pick(fates.length, `failed sync of ${path}`)]!
  }

  #successor(root: MemoryDirectory, end: TraceMark | undefined): SimulatedFileSystem {
    const { profile, capacityBytes, runtime } = this
    const next = new SimulatedFileSystem({ profile, capacityBytes, choices: this.#choices })
    next.#tree = new MemoryTree(root, this.#tree)
    next.#calls = new FileCalls(runtime, this.#calls.detail, this.#calls, this.life + (end === undefined ? 0 : 1))
    if (end !== undefined) next.#calls.mark(end, '')
    return next
  }

  #makeHandleDisk(): HandleDisk {
    const calls = (): FileCalls => this.#calls
    return {
      get calls() {
        return calls()
      },
      freeBytes: () => (this.capacityBytes === Infinity ? Infinity : this.capacityBytes - this.#tree.sizeBytes()),
      nextOrder: () => this.#tree.nextOrder(),
      pageFate: (fault, path) => this.#pageFate(fault, path),
      closed: () => {
        this.openFiles--
      },
    }
  }
}
