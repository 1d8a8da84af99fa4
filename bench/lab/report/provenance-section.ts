import { section, table } from '../../report/html.ts'
import { bytes, whole } from '../../report/number-format.ts'
import { element, escaped } from '../../report/svg.ts'
import type { LabResult } from '../lab-result.ts'
import { SECTIONS } from '../result.ts'

const TRAPS: readonly string[] = [
  'Three write amplifications are in use. Flush-based (flushed and merged over flushed bytes) is what RocksDB prints; per user byte ' +
    'without the log is what tables cost; with the log is what the disk takes. Compare like with like.',
  'A run is measured only once flushes and merges are done: stopped early, any LSM-tree looks cheap, because its debt is not paid yet.',
  'Writers wait until merges are done after each flush wherever bytes are counted, so that the figures belong to the strategy and not ' +
    'to the speed of the machine; these runs leave syncs out, which write no bytes. Latencies and rates are taken at full speed, with them.',
  'A B-tree\u2019s figure means nothing without its checkpoint distance, and a comparison nothing without a common budget.',
  'write_bytes counts pages that became dirty, 4 KiB each: small appends that share a page count once, and synced ones count it again.',
  'Everything was in the page cache: blocks per read are what a read asks for, not what a disk delivers.',
]

/** How to read the numbers, and where they come from. */
export function provenanceSection(result: LabResult): string {
  const { calibration } = result
  const facts: [string, string][] = [
    ['machine', `${result.processor}, ${result.cores} cores, ${result.memoryGiB} GiB`],
    ['system', `Linux ${result.kernel}, ${result.fileSystem}, Node.js ${result.node}`],
    ['commit', result.commit],
    ['date, size, seed', `${result.date}, ${result.size}, ${result.seed}`],
    ['took', `${whole(result.seconds)} s for ${result.runs.length} runs`],
    [
      'memcpy, crc32',
      `${whole(calibration.memcpyMegabytesPerSecond)} and ${whole(calibration.crc32MegabytesPerSecond)} MB/s`,
    ],
    ['cached pread of 4 KiB', `${whole(calibration.preadsOf4KiBPerSecond)} a second`],
    ['write + fdatasync', `${whole(calibration.durableWritesPerSecond)} a second`],
  ]
  const list = facts.flatMap(([name, value]) => [element('dt', {}, escaped(name)), element('dd', {}, escaped(value))])
  return section(
    'method',
    'How to read this, and where it comes from',
    element('ul', {}, ...TRAPS.map((trap) => element('li', {}, escaped(trap)))),
    element('dl', {}, ...list),
    settings(result),
    byteChecks(result),
  )
}

function settings({ runs }: LabResult): string {
  const arms = [...new Map(runs.map(({ arm }) => [arm.name, arm])).values()]
  return table(
    'Settings of each arm',
    '',
    [{ head: 'arm' }, { head: 'settings', isWide: true }],
    arms.map(({ title, settings }) => [
      title,
      {
        text: Object.entries(settings)
          .map(
            ([name, value]) => `${name} ${name.endsWith('Bytes') && typeof value === 'number' ? bytes(value) : value}`,
          )
          .join(', '),
      },
    ]),
  )
}

function byteChecks({ runs }: LabResult): string {
  const rows = SECTIONS.flatMap((name) => {
    const mine = runs.filter((run) => run.section === name)
    if (mine.length === 0) return []
    const sum = (pick: (run: (typeof mine)[number]) => number): number => mine.reduce((all, run) => all + pick(run), 0)
    const worst = Math.max(...mine.map(({ bytes: check }) => Math.abs(check.difference)))
    return [
      [
        name,
        String(mine.length),
        bytes(sum(({ bytes: check }) => check.countedBytes)),
        bytes(sum(({ bytes: check }) => check.wcharBytes)),
        `${(100 * worst).toFixed(3)} %`,
        bytes(sum(({ bytes: check }) => check.writeBytes)),
        bytes(sum(({ bytes: check }) => check.cancelledBytes)),
      ],
    ]
  })
  return table(
    'Counted bytes against the operating system\u2019s',
    'The sum of the byte classes and wchar of /proc/self/io; a run that is more than 5 % off fails.',
    ['part', 'runs', 'counted', 'wchar', 'apart at most', 'write_bytes', 'of these cancelled'].map((head) => ({
      head,
    })),
    rows,
  )
}
