import { paragraph, tile } from '../../report/html.ts'
import { figures } from '../../report/number-format.ts'
import { element } from '../../report/svg.ts'
import type { PeersResult } from '../peers-result.ts'
import { limitTable, targetTable } from '../targets.ts'

const SHOWN: readonly (readonly [work: string, against: string, says: string])[] = [
  ['durable put, 5,000 writers', 'lmdb', 'lmdb in durable puts of 5,000 writers'],
  ['get, awaited', 'classic-level', 'classic-level in awaited gets'],
  ['scan, for await', 'classic-level', 'classic-level in scans by for await'],
  ['missing key, sync, drained', 'RocksDB C++', 'RocksDB C++ in looking for keys that are not there'],
  ['fillrandom 10 M, drained', 'RocksDB C++', 'RocksDB C++ in filling 10 M random records'],
]

/** What somebody sees who looks for ten seconds. */
export function headline({ cells }: PeersResult): string {
  const targets = targetTable(cells)
  const measured = [...targets, ...limitTable(cells)].filter(({ verdict }) => verdict !== 'not run')
  const reached = measured.filter(({ verdict }) => verdict !== 'MISSED').length
  const tiles = SHOWN.flatMap(([work, against, says]) => {
    const ratio = targets.find((target) => target.work === work && target.against === against)?.ratio
    return ratio === undefined ? [] : [tile(`${figures(ratio.median)}×`, says)]
  })
  return [
    element('div', { class: 'strata' }),
    element('h1', {}, 'Varve beside its peers'),
    paragraph(
      'The other embedded stores that Node programs use, and RocksDB’s own C++ benchmark, on the same data, in turns, each with the ' +
        'settings that its documents recommend. Equal durability stands beside equal durability, caches hold all data, and everything ' +
        'is merged before it is read.',
      'lead',
    ),
    element(
      'div',
      { class: 'tiles' },
      ...(measured.length === 0
        ? []
        : [tile(`${reached} of ${measured.length}`, 'targets that were measured are met')]),
      ...tiles,
    ),
  ].join('\n')
}
