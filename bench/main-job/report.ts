import Table from 'cli-table3'
import type { RecoveryReport } from '../../src/kv-store/recovery-report.ts'
import type { StoreStatistics } from '../../src/kv-store/statistics.ts'
import type { LifeCounters } from './acknowledgements.ts'
import type { Proof } from './proof.ts'

export interface JobResult {
  readonly messages: number
  readonly writers: number
  readonly killedAt: number
  /** Of all messages acknowledged in either life, after the whole load. */
  readonly proof: Proof
  readonly loadSeconds: number
  readonly acknowledged: number
  /** One for each life of the store. */
  readonly lives: readonly LifeCounters[]
  readonly awaitedPerSecond: number
  readonly stats: StoreStatistics
  readonly recoveryMs: number
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function plainTable(rows: [string, string][]): string {
  const chars = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }
  const table = new Table({ chars, style: { head: [], border: [] }, colAligns: ['left', 'right'] })
  table.push(...rows)
  return table.toString()
}

export function recoveryLines(recovery: RecoveryReport): string {
  const { logs, groupsReplayed, operationsReplayed, droppedBytes, droppedReason, tablesFlushed } = recovery
  const why = droppedReason === undefined ? '' : ` (${droppedReason})`
  return [
    `  last life ended          ${recovery.clean ? 'with a close' : 'without a close'}`,
    `  logs replayed            ${logs.join(', ') || 'none'}`,
    `  groups and operations    ${whole(groupsReplayed)} and ${whole(operationsReplayed)}`,
    `  dropped, never promised  ${whole(droppedBytes)} bytes${why}`,
    `  tables written           ${tablesFlushed}`,
    `  unnamed files removed    ${recovery.filesRemoved.join(', ') || 'none'}`,
    `  took                     ${recovery.milliseconds.toFixed(0)} ms`,
  ].join('\n')
}

/** The numbers of the whole job. Those of the first life end with its last report before the kill. */
export function resultTable(result: JobResult): string {
  const sum = (pick: (life: LifeCounters) => number): number => result.lives.reduce((all, life) => all + pick(life), 0)
  const user = sum((life) => life.userBytes)
  const tables = sum((life) => life.flush + life.compaction + life.manifest)
  const wal = sum((life) => life.wal)
  const syncs = sum((life) => life.syncs)
  const rate = result.acknowledged / result.loadSeconds
  const levels = result.stats.levels.map((level, i) => (level.tables === 0 ? '' : `L${i}: ${level.tables}`))
  return plainTable([
    ['messages', whole(result.messages)],
    ['acknowledged before the kill', whole(result.killedAt)],
    ['acknowledged messages lost', whole(result.proof.lost)],
    ['acknowledged messages changed', whole(result.proof.changed)],
    ['concurrent writers', whole(result.writers)],
    ['durable messages per second', whole(rate)],
    ['syncs of the store', whole(syncs)],
    ['messages per sync', whole(result.acknowledged / syncs)],
    ['awaiting each durable write: per second', whole(result.awaitedPerSecond)],
    ['many writers to one by one', `${(rate / result.awaitedPerSecond).toFixed(0)} x`],
    ['user bytes', megabytes(user)],
    ['write amplification', ((wal + tables) / user).toFixed(2)],
    ['write amplification without the log', (tables / user).toFixed(2)],
    ['tables per level', levels.filter(Boolean).join('  ') || 'none'],
    ['recovery', `${result.recoveryMs.toFixed(0)} ms`],
  ])
}

export function howToLook(directory: string): string {
  return [
    `The store stays in ${directory}; the next start makes it anew. To look into it, in this folder:`,
    '',
    "  node --input-type=module -e '",
    '  import { open } from "varve"',
    `  const db = await open("${directory}", { readOnly: true })`,
    '  for (const [, value] of db.scan({ limit: 3, encoding: "utf8" })) console.log(value)\'',
  ].join('\n')
}
