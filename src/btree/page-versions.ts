import { pageLsn } from './page/format.ts'

/** A page as views from `from` up to, and without, `until` see it. */
interface PageImage {
  readonly id: number
  readonly from: number
  /** The group that changed the page. */
  readonly until: number
  readonly bytes: Uint8Array
  older: PageImage | undefined
}

interface View {
  readonly sequence: number
  count: number
  /** Images that this view needs, and no newer one does. */
  readonly images: PageImage[]
}

/**
 * Earlier versions of pages, in memory only: as long as the group that changed a page is not published, nobody may see
 * its change, and a snapshot or a scan sees its page until it is closed. A page without such a version is read as it is
 * now.
 */
export class PageVersions {
  readonly #newest = new Map<number, PageImage>()
  /** Of groups that are not published, oldest first. */
  #unpublished: PageImage[] = []
  /** Ascending by sequence. */
  readonly #views: View[] = []
  readonly #recycle: (bytes: Uint8Array) => void
  count = 0
  /** The most that there have been. */
  mostCount = 0

  /** `recycle` is given the bytes that nobody can read any more. */
  constructor(recycle: (bytes: Uint8Array) => void) {
    this.#recycle = recycle
  }

  /** The page as of a view; undefined where it is the current one. */
  find(id: number, sequence: number): Uint8Array | undefined {
    if (this.count === 0) return undefined
    let found: PageImage | undefined
    for (let image = this.#newest.get(id); image !== undefined && sequence < image.until; image = image.older) {
      found = image
    }
    return found?.bytes
  }

  /** Takes over the bytes of a page that the group `until` is about to change. */
  keep(id: number, until: number, bytes: Uint8Array): void {
    const image = { id, from: pageLsn(bytes), until, bytes, older: this.#newest.get(id) }
    this.#newest.set(id, image)
    this.#unpublished.push(image)
    this.count++
    if (this.count > this.mostCount) this.mostCount = this.count
  }

  /** The group `until` is taken back: its pages are as they were. */
  rollback(until: number): void {
    for (let last = this.#unpublished.at(-1); last?.until === until; last = this.#unpublished.at(-1)) {
      this.#unpublished.pop()
      this.#unlink(last)
    }
  }

  /** Everything up to `sequence` may be seen: what no view needs is dropped. */
  publish(sequence: number): void {
    const images = this.#unpublished
    if (images.length === 0 || images[0]!.until > sequence) return
    let published = 0
    // All views are older than the groups that were not published, so the newest one needs most.
    const view = this.#views.at(-1)
    for (; published < images.length && images[published]!.until <= sequence; published++) {
      this.#settle(images[published]!, view)
    }
    this.#unpublished = published === images.length ? [] : images.slice(published)
  }

  /** REQUIRES that nothing newer is published, or that a view of this sequence is open: that of a scan's snapshot. */
  open(sequence: number): void {
    const view = this.#views.findLast((each) => each.sequence === sequence)
    if (view !== undefined) view.count++
    else this.#views.push({ sequence, count: 1, images: [] })
  }

  close(sequence: number): void {
    const place = this.#views.findIndex((view) => view.sequence === sequence)
    const view = this.#views[place]!
    if (--view.count > 0) return
    this.#views.splice(place, 1)
    const earlier = this.#views[place - 1]
    for (const image of view.images) this.#settle(image, earlier)
  }

  #settle(image: PageImage, view: View | undefined): void {
    if (view !== undefined && view.sequence >= image.from) view.images.push(image)
    else {
      this.#unlink(image)
      // Cursors of open views may hold the bytes of any page.
      if (this.#views.length === 0) this.#recycle(image.bytes)
    }
  }

  #unlink(image: PageImage): void {
    this.count--
    let newer = this.#newest.get(image.id)
    if (newer === image) {
      if (image.older === undefined) this.#newest.delete(image.id)
      else this.#newest.set(image.id, image.older)
      return
    }
    while (newer!.older !== image) newer = newer!.older
    newer!.older = image.older
  }
}
