import { section, table } from '../../report/html.ts'
import { whole } from '../../report/number-format.ts'
import { element, escaped } from '../../report/svg.ts'
import { commandsOf, type PeersResult, type Session } from '../peers-result.ts'

const METHOD: readonly string[] = [
  'Each cell runs in a process of its own; the subjects of a work take turns, round after round. Medians are shown.',
  'A run ends at as many operations as there are records, or by time; those of ten million records are run to their end.',
  'Keys are db_bench’s on every side: a number of 8 bytes, big-endian, and 8 zeros; drawn uniformly, with repetition.',
  'What is read was written in random order, merged into one level, and met once by the caches before the clock starts.',
  '“Durable” is fdatasync before the acknowledgement. “Not synced” survives a killed process, but no power cut; memory-level neither.',
  'Native bindings have 64 threads in their pool, Varve has Node’s four.',
  'Debian builds db_bench with assertions, which it says makes it slower than it must be.',
]

function sessionRow(session: Session, index: number): string[] {
  const { calibration } = session
  return [
    ...[String(index + 1), session.date, session.commit.slice(0, 9), String(session.rounds)],
    `${whole(session.seconds)} s`,
    ...[calibration.memcpyMegabytesPerSecond, calibration.crc32MegabytesPerSecond].map(whole),
    ...[calibration.preadsOf4KiBPerSecond, calibration.durableWritesPerSecond].map(whole),
  ]
}

/** How to read the numbers, and where they come from. */
export function methodSection(result: PeersResult): string {
  const { sessions, skipped } = result
  const last = sessions.at(-1)!
  const versions = Object.entries(last.versions).map(([name, version]) => `${name} ${version}`)
  const facts: [string, string][] = [
    ['machine', `${last.processor}, ${last.cores} cores, ${last.memoryGiB} GiB`],
    ['system', `Linux ${last.kernel}, ${last.fileSystem}, Node.js ${last.node}`],
    ['versions', versions.join(', ')],
    ...skipped.map(({ work, subject, why }): [string, string] => ['skipped', `${subject}, ${work}: ${why}`]),
  ]
  const list = facts.flatMap(([name, value]) => [element('dt', {}, escaped(name)), element('dd', {}, escaped(value))])
  const heads = [
    'session',
    'date',
    'commit',
    'rounds',
    'took',
    'memcpy MB/s',
    'crc32 MB/s',
    'pread 4 KiB /s',
    'write + fdatasync /s',
  ]
  return section(
    'method',
    'How this was measured',
    element('ul', {}, ...METHOD.map((each) => element('li', {}, escaped(each)))),
    element('dl', {}, ...list),
    table(
      'Calibration',
      'What the machine did by itself when each session began. The subjects of one work always come from one session.',
      heads.map((head) => ({ head })),
      sessions.map(sessionRow),
    ),
    element('h3', {}, 'Command lines of db_bench'),
    element('pre', {}, escaped(commandsOf(result).join('\n'))),
  )
}
