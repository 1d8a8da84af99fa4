import type { CountingFileSystem } from '../fs/counting-file-system.ts'
import { FileRemoval } from '../fs/file-removal.ts'
import type { JobDriver } from '../fs/job-run.ts'
import type { Logger } from '../kv-store/store-options.ts'
import type { StoreEvent } from '../observe/store-events.ts'
import { StoreObserver } from '../observe/store-observer.ts'
import type { Runtime } from '../runtime.ts'
import { NONCE_BYTES } from '../wal/format.ts'
import type { Health } from './health.ts'

/** What all parts of one open store share. */
export interface StoreContext<Options> {
  readonly directory: string
  readonly databaseId: Uint8Array
  readonly fileSystem: CountingFileSystem
  readonly runtime: Runtime
  readonly options: Options
  readonly health: Health
  readonly driver: JobDriver
  readonly logger: Logger
  readonly removal: FileRemoval
  /** What is measured and told of the store. */
  readonly observer: StoreObserver
  newNonce(): Uint8Array
  nowMs(): number
}

/** Of the options of either store. */
interface ContextOptions {
  readonly runtime: Runtime
  readonly logger: Logger | undefined
}

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} }

export function createContext<Options extends ContextOptions>(
  engine: StoreEvent['engine'],
  directory: string,
  databaseId: Uint8Array,
  fileSystem: CountingFileSystem,
  options: Options,
  health: Health,
): StoreContext<Options> {
  const { runtime } = options
  // From the moment of a failed sync on nothing is changed any more, whoever still tries.
  health.onPoison((error) => fileSystem.gate.close(error))
  const observer = new StoreObserver({ directory, engine }, runtime, fileSystem.syncLatency)
  health.onStop((error) => observer.error(health.poisoned === undefined ? 'suspended' : 'poisoned', error))
  const logger = options.logger === undefined ? SILENT : guarded(options.logger)
  return {
    directory,
    databaseId,
    fileSystem,
    runtime,
    options,
    health,
    driver: { fileSystem, runtime, lateFailure: (error) => health.poison(error) },
    logger,
    removal: new FileRemoval(fileSystem, (message) => logger.warn(message)),
    observer,
    newNonce: () => runtime.random(new Uint8Array(NONCE_BYTES)),
    nowMs: () => Math.floor(runtime.now()),
  }
}

/** What a logger throws must not reach the engine. */
function guarded(logger: Logger): Logger {
  const call = (level: keyof Logger) => (message: string) => {
    try {
      logger[level](message)
    } catch {}
  }
  return { debug: call('debug'), info: call('info'), warn: call('warn'), error: call('error') }
}
