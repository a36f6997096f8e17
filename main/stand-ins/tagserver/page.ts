import type { CoreAnswer, CoreRequest } from '../kit/stand-in-core.ts'

/** One line of "last changes" on the page. `at` is an ISO instant. */
export interface ShownChange {
  readonly at: string
  readonly kind: 'created' | 'replaced' | 'deleted'
  readonly collection: string
  readonly id: number
  readonly label: string
}

/** What the page shows. */
export interface PageContent {
  readonly counts: Readonly<Record<string, number>>
  readonly changes: readonly ShownChange[]
}

const security = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const

/**
 * The read-only page of the TagServer stand-in: counts per collection and the last changes,
 * refreshed every second by its own script, nothing loaded from elsewhere.
 * `null` for a request that is not for the page.
 */
export function pageAnswer(request: CoreRequest, content: () => PageContent): CoreAnswer | null {
  if (request.method !== 'GET') return null
  switch (request.target) {
    case '/':
      return asset('text/html', html)
    case '/page.css':
      return asset('text/css', css)
    case '/page.js':
      return asset('text/javascript', script)
    case '/page.json':
      return asset('application/json', JSON.stringify(content()))
    case '/favicon.ico':
      return { status: 204, headers: security, body: '' }
    default:
      return null
  }
}

function asset(type: string, body: string): CoreAnswer {
  return { status: 200, headers: { ...security, 'content-type': `${type}; charset=utf-8` }, body }
}

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>TagServer (stand-in)</title>
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<main>
<h1>TagServer <small>stand-in</small></h1>
<p class="note">It plays the timing system on this computer. Its API is an assumption; nothing here leaves this computer.</p>
<section aria-labelledby="counts-title">
<h2 id="counts-title">What has arrived</h2>
<dl id="counts"></dl>
</section>
<section aria-labelledby="changes-title">
<h2 id="changes-title">Last changes</h2>
<p id="empty">Nothing yet. Start a sync in Marshal.</p>
<table hidden>
<thead><tr><th scope="col">Time</th><th scope="col">Change</th><th scope="col">What</th><th scope="col">Id</th><th scope="col">Who or which</th></tr></thead>
<tbody id="changes"></tbody>
</table>
</section>
<p id="state" role="status"></p>
</main>
</body>
</html>
`

const css = `:root { color-scheme: light dark; --line: #d5dae1; --soft: #5a6472; --box: #f4f6f9; --ink: #17202b }
@media (prefers-color-scheme: dark) { :root { --line: #38414d; --soft: #a3afbd; --box: #1d242d; --ink: #e8edf3 } body { background: #12171d } }
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink) }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.5rem }
h1 { margin: 0; font-size: 1.7rem } h1 small { font-weight: 400; color: var(--soft) }
h2 { margin: 2rem 0 .75rem; font-size: 1.1rem }
.note, #empty, #state { color: var(--soft) } .note { margin: .25rem 0 0 }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .75rem; margin: 0 }
dl div { padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--box) }
dt { color: var(--soft); font-size: .9rem } dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums }
table { width: 100%; border-collapse: collapse; font-size: .95rem }
th, td { padding: .35rem .5rem; text-align: left; border-bottom: 1px solid var(--line) }
th { color: var(--soft); font-weight: 600 } td { font-variant-numeric: tabular-nums }
`

const script = `'use strict'
const words = (name) => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll('-', ' ')
const element = (tag, text) => Object.assign(document.createElement(tag), { textContent: text })
const numbers = new Intl.NumberFormat('en')
function row(change) {
  const line = document.createElement('tr')
  const time = new Date(change.at).toLocaleTimeString()
  for (const text of [time, change.kind, words(change.collection), change.id, change.label])
    line.append(element('td', text))
  return line
}
function box([name, count]) {
  const cell = document.createElement('div')
  cell.append(element('dt', words(name)), element('dd', numbers.format(count)))
  return cell
}
async function refresh() {
  const state = document.getElementById('state')
  try {
    const { counts, changes } = await (await fetch('/page.json')).json()
    document.getElementById('counts').replaceChildren(...Object.entries(counts).map(box))
    document.getElementById('changes').replaceChildren(...changes.map(row))
    document.querySelector('table').hidden = changes.length === 0
    document.getElementById('empty').hidden = changes.length > 0
    state.textContent = ''
  } catch {
    state.textContent = 'TagServer does not answer. Trying again every second.'
  }
  setTimeout(refresh, 1000)
}
refresh()
`
