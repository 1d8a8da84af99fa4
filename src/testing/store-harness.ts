import type { KeyValueStore } from '../kv-store/kv-store.ts'
import { benignChoices, type Choices } from './choices.ts'
import type { ProfileName } from './disk-profile.ts'
import { SimulatedFileSystem } from './simulated-file-system.ts'
import { SimulatedRuntime } from './simulated-runtime.ts'

/** What a model test needs of whatever it tests, a store or an application on top of one. Each harness has a place of its own, empty at first. */
export interface Harness<Subject> {
  /** Opens what is at the harness's place: the first time, and after each close. */
  open(): Promise<Subject>
  /** Ends what is open as kill -9 would, before it returns, and opens it again. Absent where the harness cannot. */
  kill?(): Promise<Subject>
  /** The same with a loss of power: whatever was not synced may be lost. */
  powerCut?(): Promise<Subject>
  /**
   * Awaits something for a subject whose time does not pass by itself; asked after the work has begun. Default: the work alone, since everything else
   * takes its course.
   */
  drive?<Result>(work: Promise<Result>): Promise<Result>
  /** Called at the end of each run, also after a failure, with the subject still open. */
  cleanup(): Promise<void>
}

/** A harness whose subject is a store. Blocks of 64 bytes and memtables of 512 bytes make short runs cross every path. */
export type StoreHarness = Harness<KeyValueStore>

/** Options of a `SimulatedHarness`. */
export interface SimulatedHarnessOptions {
  /** Default: 'posix-minimal'. */
  readonly profile?: ProfileName
  /** Decide what is open: which step is next, and what a power cut takes. Default: the benign choice always. */
  readonly choices?: Choices
  /** As of SimulatedFileSystem. Default: false. */
  readonly trace?: boolean | 'bytes'
  /** Of the random bytes of the runtime. Default: 1. */
  readonly seed?: number
}

/** A harness on a simulated disk and a simulated runtime: it can kill its subject, cut its power, and be repeated step by step. */
export class SimulatedHarness<Subject> implements Harness<Subject> {
  /** Those of the present life. */
  disk: SimulatedFileSystem
  runtime: SimulatedRuntime
  readonly #open: (fileSystem: SimulatedFileSystem, runtime: SimulatedRuntime) => Promise<Subject>

  /** `open` opens the subject on a disk, with a runtime, both of which are new after each crash. */
  constructor(
    open: (fileSystem: SimulatedFileSystem, runtime: SimulatedRuntime) => Promise<Subject>,
    options: SimulatedHarnessOptions = {},
  ) {
    const { profile = 'posix-minimal', choices = benignChoices, trace = false, seed = 1 } = options
    this.#open = open
    this.runtime = new SimulatedRuntime({ choices, seed })
    this.disk = new SimulatedFileSystem({ profile, choices, trace, runtime: this.runtime })
  }

  open(): Promise<Subject> {
    return this.#open(this.disk, this.runtime)
  }

  kill(): Promise<Subject> {
    return this.#restart(this.disk.killed())
  }

  powerCut(): Promise<Subject> {
    return this.#restart(this.disk.crash())
  }

  drive<Result>(work: Promise<Result>): Promise<Result> {
    return this.runtime.run(work)
  }

  async cleanup(): Promise<void> {
    this.runtime.nextLife()
  }

  #restart(disk: SimulatedFileSystem): Promise<Subject> {
    this.disk = disk
    this.runtime = this.runtime.nextLife()
    disk.runtime = this.runtime
    return this.open()
  }
}
