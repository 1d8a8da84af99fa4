export { type FifoOptions, fifo } from './compaction/fifo.ts'
export { type LeveledOptions, leveled } from './compaction/leveled.ts'
export { type SizeTieredOptions, sizeTiered } from './compaction/size-tiered.ts'
export type {
  Choice,
  CompactionState,
  CompactionStrategy,
  Level,
  Pressure,
  Run,
  TableEntry,
} from './compaction/strategy.ts'
export { type TimeWindowOptions, timeWindow } from './compaction/time-window.ts'
export { destroy, open } from './database/open.ts'
export type { OpenOptions, RecoveryMode } from './database/options.ts'
export { type ErrorCode, VarveError, type WriteOutcome } from './errors.ts'
export type { FileHandle, FileSystem, WriteCategory } from './fs/file-system.ts'
export { MemoryFileSystem } from './fs/memory-file-system.ts'
export { nodeFileSystem } from './fs/node-file-system.ts'
export { repair } from './inspect/repair.ts'
export type { RepairOptions } from './inspect/repair-options.ts'
export type { RepairReport, RepairSource, UnreadableRange } from './inspect/repair-report.ts'
export type {
  BatchOperation,
  Bytes,
  Durability,
  Encoding,
  KeyRange,
  KeyValueStore,
  Reader,
  ReadOptions,
  ScanOptions,
  Snapshot,
  Value,
  VerifyReport,
  WriteOptions,
} from './kv-store/kv-store.ts'
export type { RecoveryReport } from './kv-store/recovery-report.ts'
export { type Entry, Scan } from './kv-store/scan.ts'
export type { ScanPart } from './kv-store/scan-part.ts'
export type { LevelStatistics, StoreState, StoreStatistics } from './kv-store/statistics.ts'
export type { Logger } from './kv-store/store-options.ts'
export { observe } from './observe/event-channels.ts'
export { type LatencyStatistics, type LatencySummary, latencyBoundsMs } from './observe/latency-statistics.ts'
export { type AlertRule, alertRules } from './observe/report/alert-rules.ts'
export { type Alert, assess } from './observe/report/assess.ts'
export type { Labels } from './observe/report/metric-family.ts'
export { type LabelledStatistics, prometheusContentType, prometheusText } from './observe/report/prometheus-text.ts'
export type {
  ActivityEvent,
  CheckpointEvent,
  CheckpointStart,
  CompactionEvent,
  CompactionResult,
  CompactionStart,
  ErrorConsequence,
  EventError,
  FlushEvent,
  FlushResult,
  FlushStart,
  RecoveryEvent,
  RecoveryResult,
  RecoveryStart,
  StallEvent,
  StallReason,
  StallStart,
  StoreErrorEvent,
  StoreEvent,
  StoreEvents,
} from './observe/store-events.ts'
export { nodeRuntime, type Runtime } from './runtime.ts'
