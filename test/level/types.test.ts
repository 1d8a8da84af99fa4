import type { ChainedBatch, ClassicLevel, DatabaseOptions, OpenOptions } from 'classic-level'
import { describe, expectTypeOf, test } from 'vitest'
import type * as varve from '../../src/level/varve-level.ts'
import type { VarveLevel } from '../../src/level/varve-level.ts'

/** Checked by the compiler alone. */
describe('the types of VarveLevel', () => {
  test('are those of ClassicLevel', () => {
    expectTypeOf<VarveLevel>().toExtend<Pick<ClassicLevel, keyof ClassicLevel>>()
    expectTypeOf<VarveLevel<number, { a: string }>>().toExtend<
      Pick<ClassicLevel<number, { a: string }>, 'get' | 'getMany' | 'put' | 'del' | 'getSync' | 'has' | 'hasMany'>
    >()
    expectTypeOf<typeof VarveLevel.destroy>().toExtend<typeof ClassicLevel.destroy>()
    expectTypeOf<typeof VarveLevel.repair>().toExtend<typeof ClassicLevel.repair>()
  })

  test('take the options of ClassicLevel', () => {
    expectTypeOf<DatabaseOptions<string, string>>().toExtend<varve.DatabaseOptions<string, string>>()
    expectTypeOf<OpenOptions>().toExtend<varve.OpenOptions>()
    expectTypeOf<ChainedBatch<VarveLevel, string, string>['write']>().toExtend<
      varve.ChainedBatch<VarveLevel, string, string>['write']
    >()
    type Read = Parameters<VarveLevel['iterator']>[0]
    expectTypeOf<{ fillCache: false; highWaterMarkBytes: 1; gte: 'a'; signal: AbortSignal }>().toExtend<Read>()
  })
})
