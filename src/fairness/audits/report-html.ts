/** The report as one file of HTML that needs nothing else: it opens without a network, prints, and follows light and dark. */
import { escaped, svgOf } from '../../platform/figures/scene.ts'
import type { DocumentBlock, ReportDocument, TableBlock } from './contract.ts'
import { sceneOf } from './plot-scene.ts'
import { auditText } from './texts.ts'

export function htmlOf(document: ReportDocument): string {
  const { language, title, lead, blocks } = document
  return [
    `<!doctype html>\n<html lang="${language}">\n<head>\n<meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>\n<style>${styles}</style>\n</head>\n<body>\n<main>`,
    `<h1>${escaped(title)}</h1>\n<p class="lead">${escaped(lead)}</p>`,
    ...grouped(blocks),
    `<p class="small">${escaped(auditText(language, 'report.check'))}</p>`,
    '</main>\n</body>\n</html>\n',
  ].join('\n')
}

/** Verdicts that follow each other are one list. */
function grouped(blocks: readonly DocumentBlock[]): string[] {
  return blocks.map((block, i) => {
    if (block.kind !== 'verdict') return blockOf(block)
    const opens = blocks[i - 1]?.kind !== 'verdict' ? '<ul class="verdicts">\n' : ''
    const closes = blocks[i + 1]?.kind !== 'verdict' ? '\n</ul>' : ''
    return `${opens}<li class="v-${block.mark}"><b>${escaped(block.word)}</b> ${escaped(block.text)}</li>${closes}`
  })
}

function blockOf(block: Exclude<DocumentBlock, { kind: 'verdict' }>): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escaped(block.text)}</h${block.level}>`
    case 'text':
      return `<p>${escaped(block.text)}</p>`
    case 'facts':
      return `<dl>\n${block.rows.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('\n')}\n</dl>`
    case 'table':
      return tableOf(block)
    case 'figure': {
      const about = { title: block.title, description: block.describe }
      return [
        `<figure><figcaption>${escaped(block.caption)}</figcaption>`,
        svgOf(sceneOf(block.plot, 'wide'), { ...about, id: `${block.id}-w`, kind: 'wide' }),
        svgOf(sceneOf(block.plot, 'narrow'), { ...about, id: `${block.id}-n`, kind: 'narrow' }),
        `</figure>\n${tableOf(block.table)}`,
      ].join('\n')
    }
  }
}

function tableOf({ caption, columns, rows }: TableBlock): string {
  const head = columns.map(
    ({ word, number }) => `<th scope="col"${number ? ' class="number"' : ''}>${escaped(word)}</th>`,
  )
  const body = rows.map((cells) => {
    const [first = '', ...rest] = cells
    const others = rest.map((cell, i) => `<td${columns[i + 1]?.number ? ' class="number"' : ''}>${escaped(cell)}</td>`)
    return `<tr><th scope="row">${escaped(first)}</th>${others.join('')}</tr>`
  })
  return [
    `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(caption)}"><table><caption>${escaped(caption)}</caption>`,
    `<thead><tr>${head.join('')}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody></table></div>`,
  ].join('\n')
}

const styles = `
:root{color-scheme:light dark;--ink:light-dark(#1b2430,#e8edf2);--subtle:light-dark(#4c5866,#aeb9c5);--sheet:light-dark(#fff,#151b22);--line:light-dark(#d5dbe1,#3a4550);--bad:light-dark(#a8201a,#ff9a8f);--ok:light-dark(#1c6b3a,#7fd6a0);--unknown:light-dark(#5b4b9a,#c3b5ff);--plain:light-dark(#1d4f91,#8fbcff)}
body{margin:0;background:var(--sheet);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{line-height:1.2}.lead{font-size:1.1rem}.small{font-size:.9rem;color:var(--subtle)}
.verdicts{padding:0;list-style:none}.verdicts li{padding:.6rem 0 .6rem .8rem;border-left:4px solid var(--plain);margin:.5rem 0}
.v-bad{border-color:var(--bad)!important}.v-ok{border-color:var(--ok)!important}.v-unknown{border-color:var(--unknown)!important}
figure{margin:1rem 0}figcaption{color:var(--subtle);max-width:44rem}svg{display:block;width:100%;height:auto}svg.narrow{display:none;max-width:24rem}
@media (max-width:40rem){svg.wide{display:none}svg.narrow{display:block}}@media print{svg.wide{display:block}svg.narrow{display:none}}
svg text{font-family:inherit;fill:var(--ink)}svg .t-subtle{fill:var(--subtle)}.t-strong{font-weight:600}
.grid{stroke:var(--line)}.axis{stroke:var(--subtle)}.is-bad{color:var(--bad)}.is-ok{color:var(--ok)}.is-unknown{color:var(--unknown)}
.mark--unsure{fill:var(--sheet);stroke:var(--unknown);stroke-width:2}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem;margin:.5rem 0}caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line)}.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
dl{display:grid;grid-template-columns:minmax(8rem,16rem) 1fr;gap:.3rem 1rem}dt{color:var(--subtle)}dd{margin:0;overflow-wrap:anywhere}
@media (max-width:40rem){dl{display:block}dd{margin-bottom:.5rem}}
`
