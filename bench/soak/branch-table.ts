import type { Branch } from './branch-coverage.ts'

export const MIN_HITS = 100

const FORGED = 'intact, and against the rules: no crash writes that; test/recovery forges it'
const CALLER = 'asked for by the caller: test/database, test/contract'
const LIFE =
  'a manifest of ours begins with a clean end, or follows the edit that names the first log; only a forged one does not'
const JOB = 'an opening waits for each of its steps, and no synchronous caller takes one over'
const LOCK_FILE =
  'a directory just made holds a lock file at most, and a simulated lock is none: test/database/failing-open'
const OPENERS = 'two openers at once: test/two-openers'
const NEWER = 'written by a newer version: test/recovery/newer-version.test.ts'

/** Branches that no crash reaches, by the file and the beginning of their text, and why. */
const UNREACHABLE: readonly (readonly [file: string, text: string, why: string])[] = [
  ['database/log-replay.ts', "throw corruption('a log does not end with its seal'", FORGED],
  ['database/log-replay.ts', "throw corruption('something was written behind the seal", FORGED],
  ['database/log-replay.ts', "throw corruption('a seal names another sequence", FORGED],
  ['database/log-replay.ts', "throw corruption('a link stands where none belongs'", FORGED],
  ['database/log-replay.ts', "throw corruption('a record of another kind of log'", FORGED],
  ['database/log-replay.ts', "throw corruption('a log does not begin with its link'", FORGED],
  ['database/log-replay.ts', 'throw corruption(`sequence', FORGED],
  ['database/log-replay.ts', "throw corruption('a commit group holds no operation'", FORGED],
  ['database/log-replay.ts', "throw corruption('a sequence is past the last one'", FORGED],
  ['database/log-replay.ts', "throw corruption('a key is longer", FORGED],
  ['database/log-replay.ts', "throw corruption('a value is longer", FORGED],
  ['database/log-replay.ts', "throw corruption('a batch is cut short'", FORGED],
  ['database/log-replay.ts', "throw corruption('the file is longer than a log can be'", FORGED],
  ['database/log-recovery.ts', 'throw corruption(`the log begins behind sequence', FORGED],
  ['database/log-recovery.ts', "throw corruption('two logs link", FORGED],
  ['database/log-recovery.ts', "throw corruption('a log begins with another sequence", FORGED],
  ['database/log-replay.ts', "throw corruption('the log belongs to another store'", FORGED],
  ['database/open.ts', 'nodeFileSystem', CALLER],
  ['database/open.ts', 'async function destroy', CALLER],
  ['database/open.ts', 'throw notADirectory', CALLER],
  ['database/open.ts', 'function notADirectory', CALLER],
  ['database/open.ts', 'throw existsAlready', OPENERS],
  ['database/open.ts', "throw new VarveError('LOCKED'", OPENERS],
  ['database/open.ts', 'error) => health.poison', JOB],
  ['database/open.ts', 'fileSystem.unlinkSync(', LOCK_FILE],
  ['database/log-recovery.ts', 'refuseUnknownLife(replay, state, walNumbers(names));', LIFE],
  ['database/log-replay.ts', "throw corruption('a log holds sequences of one", FORGED],
  ['database/recovery.ts', 'name) => !KNOWN_FEATURES', NEWER],
  ['database/recovery.ts', "throw new VarveError('UNSUPPORTED_FORMAT'", NEWER],
]

/** The branches of recovery and how often each ran; those that ran too seldom, and are not argued for, are missing. */
export function branchTable(branches: readonly Branch[]): { readonly table: string; readonly missing: string[] } {
  const lines: string[] = []
  const missing: string[] = []
  let argued = 0
  for (const { file, line, text, count } of branches) {
    if (count >= MIN_HITS) continue
    const shown = `${String(count).padStart(8)}  ${file}:${line}  ${text.slice(0, 90)}`
    const reason = UNREACHABLE.find(([inFile, start]) => inFile === file && text.startsWith(start))
    // One that did run is not unreachable, whatever is said of it.
    const isArgued = reason !== undefined && count === 0
    if (!isArgued) missing.push(`${file}:${line} ${text.slice(0, 90)}: ${count}`)
    else argued++
    lines.push(isArgued ? `${shown}: ${reason[2]}` : shown)
  }
  const often = branches.length - argued - missing.length
  const head = `branches of recovery: ${branches.length}; ${often} ran ${MIN_HITS} times or more, ${argued} cannot, ${missing.length} are missing`
  return { table: [head, ...lines].join('\n'), missing }
}
