import type { PageEdit } from '../page/page-edit.ts'

/** What a page was changed for; the pager's counters and log classes follow it. */
export type WriteCause = 'row' | 'split' | 'free' | 'overflow' | 'heap' | 'meta'

/** What the tree asks of the keeper of pages. */
export interface PageReader {
  readonly pageBytes: number
  /**
   * The bytes of a page as of the view's sequence, proven by `checkPage`; not to be changed, and good until the next
   * call that changes, allocates or frees a page.
   */
  read(id: number): Uint8Array
}

export interface PageAccess extends PageReader {
  /**
   * Applies an edit to the current version, keeps a before-image where a reader may need it, marks the page dirty and
   * queues the redo. The edit and its arrays are the caller's again afterwards.
   */
  edit(id: number, edit: PageEdit, cause: WriteCause): void
  /** The id of a page that nobody uses, never 0; its first edit is a format. */
  allocate(): number
  free(id: number): void
}
