import { element, escaped } from './svg.ts'

export interface Column {
  readonly head: string
  /** Text that may wrap. */
  readonly isWide?: boolean
}

export interface Cell {
  readonly text: string
  readonly className?: string
  readonly swatch?: string
}

export type TableRow = readonly (string | Cell)[] | { readonly group: string }

/** A table that scrolls by itself where the page is narrow. The first cell of a row is its head. */
export function table(title: string, note: string, columns: readonly Column[], rows: readonly TableRow[]): string {
  const heads = columns.map(({ head, isWide }) =>
    element('th', { scope: 'col', class: isWide ? 'wide' : undefined }, escaped(head)),
  )
  const body = rows.map((row) =>
    'group' in row
      ? element(
          'tr',
          { class: 'group' },
          element('th', { colspan: columns.length, scope: 'rowgroup' }, escaped(row.group)),
        )
      : element('tr', {}, ...row.map((cell, i) => tableCell(cell, i === 0, columns[i]?.isWide === true))),
  )
  const caption = element('div', { class: 'caption' }, element('b', {}, escaped(title)), escaped(note))
  const whole = element(
    'table',
    { 'aria-label': title },
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...body),
  )
  return element('div', { class: 'table' }, caption, element('div', { class: 'scroll', tabindex: 0 }, whole))
}

function tableCell(cell: string | Cell, isHead: boolean, isWide: boolean): string {
  const { text, className, swatch }: Cell = typeof cell === 'string' ? { text: cell } : cell
  const mark = swatch === undefined ? '' : element('span', { class: `swatch ${swatch}` })
  const classes = [isWide ? 'wide' : '', className ?? ''].filter(Boolean).join(' ')
  const attributes = { class: classes === '' ? undefined : classes, scope: isHead ? 'row' : undefined }
  return element(isHead ? 'th' : 'td', attributes, mark + escaped(text))
}

export function figure(title: string, caption: string, svg: string): string {
  return element('figure', {}, element('figcaption', {}, element('h3', {}, escaped(title)), escaped(caption)), svg)
}

export function tile(value: string, meaning: string): string {
  return element('div', { class: 'tile' }, element('b', {}, escaped(value)), element('span', {}, escaped(meaning)))
}

export function grid(...figures: readonly string[]): string {
  return element('div', { class: 'grid' }, ...figures)
}

export function paragraph(content: string, className?: string): string {
  return element('p', { class: className }, escaped(content))
}

export function section(id: string, title: string, ...content: readonly string[]): string {
  return element('section', { id }, element('h2', {}, escaped(title)), ...content)
}
