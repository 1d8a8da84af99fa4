import type { Pressure } from '../compaction/strategy.ts'
import type { Job } from '../fs/job.ts'

/** Where background work comes from. Called whenever the scheduler looks for some; undefined: nothing to do now. */
export interface WorkSource {
  flush(): Job<void> | undefined
  merge(): Job<void> | undefined
  /** Whether the merge has come to the manifest: then it has to end. */
  readonly isInstalling: boolean
  /** How far behind compaction is. */
  pressure(): Pressure
  /** Keeps the process alive until the function that it returns is called: somebody waits. */
  keepAlive(): () => void
  /** Resolves when abandoned work has come to rest, too. */
  quiesce(): Promise<void>
}
