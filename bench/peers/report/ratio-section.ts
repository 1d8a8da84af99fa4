import { type Cell, paragraph, section, type TableRow, table } from '../../report/html.ts'
import { figures } from '../../report/number-format.ts'
import type { SubjectName } from '../cell.ts'
import type { PeersResult } from '../peers-result.ts'
import type { CellResult } from '../rounds.ts'
import { ofMostRecords, ratesOf, ratioOf } from '../targets.ts'
import { WORKS } from '../works.ts'
import { LOOKS } from './subjects.ts'

const COLUMNS: readonly SubjectName[] = [
  ...(['classic-level', 'lmdb', 'rocksdb-native', 'memory-level', 'db_bench'] as const),
  ...(['varve-level', 'varve-btree'] as const),
]
const EVEN = 0.05

function ratioCell(own: CellResult | undefined, peer: CellResult | undefined): Cell {
  if (own === undefined || peer === undefined) return { text: '·', className: 'none' }
  const { median } = ratioOf(ratesOf(own), ratesOf(peer))
  const className = median > 1 + EVEN ? 'good' : median < 1 - EVEN ? 'off' : ''
  return { text: `${figures(median)}×`, className }
}

/** Every work against every peer. */
export function ratioSection({ cells }: PeersResult): string {
  const shapes = [...new Map(cells.map(({ shape }) => [shape.valueBytes, shape])).keys()].sort((a, b) => a - b)
  const tables = shapes.map((valueBytes) => {
    const mine = cells.filter(({ shape }) => shape.valueBytes === valueBytes)
    const rows = rowsOf(mine)
    if (rows.length === 0) return ''
    const heads = COLUMNS.map((name) => ({ head: LOOKS[name].title }))
    return table(
      `16 + ${valueBytes} bytes`,
      'How many times the peer’s rate Varve’s is.',
      [{ head: 'work' }, ...heads],
      rows,
    )
  })
  const note =
    'Above 1 Varve is faster. memory-level keeps nothing: it stands for what abstract-level costs by itself. RocksDB C++ is db_bench, ' +
    'without the cost of a language in between.'
  return section('ratios', 'Every work, every peer', paragraph(note), ...tables)
}

function rowsOf(cells: readonly CellResult[]): TableRow[] {
  const rows: TableRow[] = []
  let group = ''
  for (const work of WORKS) {
    if (work.group === 'large' || work.group === 'scaling') continue
    const mine = ofMostRecords(cells.filter((cell) => cell.work === work.name))
    const own = mine.find(({ subject }) => subject === 'varve')
    if (own === undefined || !mine.some(({ subject }) => COLUMNS.includes(subject))) continue
    if (work.group !== group) rows.push({ group: (group = work.group) })
    rows.push([
      work.title,
      ...COLUMNS.map((name) =>
        ratioCell(
          own,
          mine.find(({ subject }) => subject === name),
        ),
      ),
    ])
  }
  return rows
}
