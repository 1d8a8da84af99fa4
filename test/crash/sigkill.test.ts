import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { KillPoint } from '../support/kill-file-system.ts'
import type { LifeReport } from '../support/kill-life.ts'
import { runLineage } from '../support/kill-lineage.ts'

interface Life extends LifeReport {
  readonly point: KillPoint
}

async function liveAndDie(seed: number, lives: number): Promise<Life[]> {
  const directory = mkdtempSync(join(tmpdir(), 'varve-sigkill-'))
  const ended: Life[] = []
  try {
    await runLineage({ directory, seed, lives, onLife: (point, report) => ended.push({ point, ...report }) })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
  return ended
}

describe('a killed process loses nothing that it acknowledged', () => {
  // 10 stores, 10 kills each; every kill is proven within runLineage, which throws at a broken promise.
  test.for([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'ten lives of store %i, killed at random moments and at tagged points',
    async (seed) => {
      const lives = await liveAndDie(seed, 10)
      expect(lives).toHaveLength(10)
      const tagged = lives.filter(({ point }) => point === 'rotation' || point === 'install' || point === 'unlink')
      expect(tagged.filter(({ struck }) => !struck)).toEqual([])
      expect(lives.some(({ acknowledgements }) => acknowledgements > 0)).toBe(true)
      // A kill in recovery comes before opening is over, or after it as a random moment where opening had less to do.
      for (const { point, struck, opened } of lives) expect(point !== 'recovery' || struck !== opened).toBe(true)
    },
  )
})
