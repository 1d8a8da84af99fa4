import { describe, expect, test } from 'vitest'
import type { TornPageProtection } from '../../src/btree/options.ts'
import type { ProfileName } from '../../src/testing/disk-profile.ts'
import { crashEverywhere } from '../support/btree-crash.ts'

/** The disks on which each protection is to hold. */
const DISKS: Record<TornPageProtection, ProfileName[]> = {
  none: ['synced-only', 'btrfs'],
  'full-page-images': ['posix-minimal', 'paranoid'],
  'double-write': ['posix-minimal', 'paranoid'],
  'copy-on-write': ['posix-minimal', 'paranoid'],
}

describe('a power cut at any call, and another one amid its recovery, leaves a prefix with all that was promised', () => {
  for (const [protection, profiles] of Object.entries(DISKS) as [TornPageProtection, ProfileName[]][]) {
    for (const profile of profiles) {
      test(`${protection} on ${profile}`, async () => {
        for (const seed of [1, 2]) {
          const looked = await crashEverywhere({ tornPageProtection: protection }, profile, seed, 7)
          expect(looked).toBeGreaterThan(50)
        }
      })
    }
  }
})
