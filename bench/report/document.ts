import { STYLE } from './style.ts'
import { element, escaped } from './svg.ts'

/** Where the page of a result lies: beside it, and never in its place, whatever the result is called. */
export function pagePath(resultPath: string): string {
  return `${resultPath.replace(/\.json$/, '')}.html`
}

/** One HTML file with everything in it: no script, no font, no picture comes from elsewhere. */
export function htmlDocument(title: string, sections: readonly string[]): string {
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    element('title', {}, escaped(title)),
    `<style>${STYLE}</style>`,
  ]
  const body = sections.filter((section) => section !== '').join('\n')
  return `<!doctype html>\n<html lang="en"><head>${head.join('')}</head><body><main>${body}</main></body></html>\n`
}
