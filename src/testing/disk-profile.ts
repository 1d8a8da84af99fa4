/** What becomes of the pages of a file, or of the names of a directory, whose sync failed. */
export type PageFate =
  /** They stay dirty: a later sync writes them, and a power cut may find them written. */
  | 'kept'
  /** They are marked clean: read as before, but not on the disk, and no later sync writes them (ext4, XFS). */
  | 'clean-kept'
  /** The system goes back to what is on the disk (btrfs). */
  | 'reverted'
  /** As 'clean-kept', but this sync succeeds, and the next one on the file reports the error. */
  | 'late'

/** Names of disks, from the strictest to the most hostile. */
export type ProfileName =
  | 'synced-only'
  | 'all-persisted'
  | 'file-prefix'
  | 'global-prefix'
  | 'ext4-ordered'
  | 'ext4-writeback'
  | 'btrfs'
  | 'posix-minimal'
  | 'paranoid'

/** What a kind of disk may leave of un-synced changes after a power cut. */
export interface DiskProfile {
  /**
   * Which changes of a file may survive. 'none'; 'all'; 'prefix': the first ones; 'global': those before one instant that is the same for the
   * whole disk; 'sectors': any subset of sectors, each as any of the writes to it left it.
   */
  readonly contents: 'none' | 'all' | 'prefix' | 'global' | 'sectors'
  /** The same of the names in a directory. 'journal': those before one instant, for all directories. 'any': any subset. */
  readonly names: 'none' | 'all' | 'prefix' | 'global' | 'journal' | 'any'
  /** The last write that survives may do so by halves, cut at any byte, sectors that held durable bytes excepted. */
  readonly tornWrites: boolean
  /** A file may have its new size and zeros where bytes were written. */
  readonly sizeWithoutData: boolean
  /** A sector without durable bytes may hold anything. */
  readonly garbage: boolean
  /** A rename may leave both names, or neither. */
  readonly halfRenames: boolean
  /** What a sync that fails may do; the first is what it does where no choices are given. */
  readonly failedSync: readonly [PageFate, ...PageFate[]]
}

const strict = { tornWrites: false, sizeWithoutData: false, garbage: false, halfRenames: false } as const
const anyFate = ['kept', 'clean-kept', 'reverted', 'late'] as const

/**
 * All profiles. In each of them what a sync covered is there, a rename within a directory is atomic but for 'paranoid', and a sector that held durable
 * bytes is old or new, whole.
 */
export const diskProfiles: Readonly<Record<ProfileName, DiskProfile>> = {
  'synced-only': { ...strict, contents: 'none', names: 'none', failedSync: ['kept'] },
  'all-persisted': { ...strict, contents: 'all', names: 'all', failedSync: ['kept'] },
  'file-prefix': { ...strict, contents: 'prefix', names: 'prefix', tornWrites: true, failedSync: ['kept'] },
  'global-prefix': { ...strict, contents: 'global', names: 'global', tornWrites: true, failedSync: ['kept'] },
  // Data is written before the journal names it, so a size never comes without its bytes; in place, sectors come in any order.
  'ext4-ordered': { ...strict, contents: 'sectors', names: 'journal', tornWrites: true, failedSync: ['clean-kept'] },
  // And so does XFS: a size may come without its bytes.
  'ext4-writeback': {
    ...strict,
    contents: 'sectors',
    names: 'journal',
    tornWrites: true,
    sizeWithoutData: true,
    failedSync: ['clean-kept'],
  },
  // Copied on write: a write is there whole or not at all.
  btrfs: { ...strict, contents: 'prefix', names: 'journal', failedSync: ['reverted'] },
  'posix-minimal': {
    ...strict,
    contents: 'sectors',
    names: 'any',
    tornWrites: true,
    sizeWithoutData: true,
    failedSync: anyFate,
  },
  paranoid: {
    contents: 'sectors',
    names: 'any',
    tornWrites: true,
    sizeWithoutData: true,
    garbage: true,
    halfRenames: true,
    failedSync: anyFate,
  },
}

/** The profile of this name. Throws a RangeError where there is none. */
export function profileNamed(name: ProfileName): DiskProfile {
  if (Object.hasOwn(diskProfiles, name)) return diskProfiles[name]
  throw new RangeError(`there is no profile '${name}', but ${profileNames.join(', ')}`)
}

/** The names of all profiles, in the order of `diskProfiles`. */
export const profileNames: readonly ProfileName[] = Object.keys(diskProfiles) as ProfileName[]
