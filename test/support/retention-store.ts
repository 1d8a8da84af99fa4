import type { CompactionStrategy } from '../../src/compaction/strategy.ts'
import { open } from '../../src/database/open.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { ManualRuntime, settle } from './manual-runtime.ts'

/** A store under a clock that stands still until the test moves it, on a memory disk that can be killed. */
export class RetentionStore {
  readonly runtime: ManualRuntime = new ManualRuntime()
  disk: MemoryFileSystem = new MemoryFileSystem()
  store!: KeyValueStore

  static async open(compaction: CompactionStrategy, options: OpenOptions<'bytes'> = {}): Promise<RetentionStore> {
    const retention = new RetentionStore()
    await retention.open(compaction, options)
    return retention
  }

  async open(compaction: CompactionStrategy, options: OpenOptions<'bytes'> = {}): Promise<void> {
    const { runtime, disk: fileSystem } = this
    this.store = await open<'bytes'>('/store', { memtableBytes: 64 << 10, ...options, runtime, fileSystem, compaction })
    await this.rest()
  }

  /** The process ends, or the power fails, and another one opens what is on the disk. */
  async crash(
    how: 'kill' | 'power cut',
    compaction: CompactionStrategy,
    options: OpenOptions<'bytes'> = {},
  ): Promise<void> {
    this.disk = how === 'kill' ? this.disk.killed() : this.disk.powerCut()
    await this.open(compaction, options)
  }

  /** Writes the keys with one value and flushes them: one run. */
  async run(keys: string, value: string): Promise<void> {
    for (const key of keys) await this.store.put(key, value)
    await this.store.flush()
    await this.rest()
  }

  async advance(ms: number): Promise<void> {
    await this.runtime.advance(ms)
    await this.rest()
  }

  /** Lets the event loop turn until the store has nothing to do but to wait. */
  async rest(): Promise<void> {
    for (let i = 0; i < 20; i++) await settle()
  }

  /** All entries as text. */
  get content(): string {
    return [...this.store.scan({ encoding: 'utf8' })].map(([key, value]) => `${key}=${value}`).join(' ')
  }

  get runs(): number {
    return this.store.stats().levels.reduce((sum, level) => sum + level.runs, 0)
  }

  get tables(): number {
    return this.store.stats().levels.reduce((sum, level) => sum + level.tables, 0)
  }

  get tableFiles(): number {
    return this.disk.list('/store').filter((name) => name.endsWith('.sst')).length
  }
}
