type Attribute = string | number | undefined

/** Text that stands for itself in HTML and SVG, in attributes too. */
export function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}

/** One element of SVG or HTML. Numbers keep two decimals; children are markup already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, Attribute>>,
  ...children: readonly string[]
): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${typeof value === 'number' ? short(value) : escaped(value)}"`],
  )
  return `<${name}${written.join('')}>${children.join('')}</${name}>`
}

export function text(
  x: number,
  y: number,
  content: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): string {
  return element('text', { x, y, ...attributes }, escaped(content))
}

export function line(x1: number, y1: number, x2: number, y2: number, className: string): string {
  return element('line', { x1, y1, x2, y2, class: className })
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100)
}
