/** Printing: everybody is read page by page, the sheets are drawn in short steps, then the print dialog opens. */
import { nextTick, onScopeDispose, shallowRef } from 'vue'
import type { RosterRow } from '../../../main/contract/roster.ts'
import { toShownProblem, type ShownProblem } from '../../connection/shown-problem.ts'
import { useEngine } from '../../composables/use-engine.ts'
import type { Sheet } from './paper/sheets.ts'
import { planSheets, type PrintPlan } from './print-plan.ts'
import { pageLines, type RosterAsked } from './use-roster.ts'

/** Sheets are drawn for so long at once, milliseconds; then whatever a person does goes first. */
const stepMs = 25

export type PrintStep =
  | { readonly doing: 'nothing' }
  | { readonly doing: 'reading' | 'drawing'; readonly done: number }
  | { readonly doing: 'printing' }

export interface PrintAsked {
  readonly asked: RosterAsked
  readonly plan: PrintPlan
  /** Name of the document: what a PDF is called. */
  readonly title: string
  /** On each sheet, and true of what is read now, whatever is chosen while it is drawn. */
  readonly remark: string
}

export function usePrintJob() {
  const { client } = useEngine()
  /** What is on paper now; nothing on the screen. */
  const sheets = shallowRef<readonly Sheet[]>([])
  const plan = shallowRef<PrintPlan | null>(null)
  const remark = shallowRef('')
  const step = shallowRef<PrintStep>({ doing: 'nothing' })
  const problem = shallowRef<ShownProblem | null>(null)
  let turn = 0
  let ownTitle: string | null = null

  function clear(): void {
    turn += 1
    sheets.value = []
    plan.value = null
    step.value = { doing: 'nothing' }
    if (ownTitle !== null) document.title = ownTitle
    ownTitle = null
  }

  /** Null when it was given up meanwhile. */
  async function readAll(asked: RosterAsked, mine: number): Promise<readonly RosterRow[] | null> {
    const rows: RosterRow[] = []
    let after: string | null = null
    do {
      step.value = { doing: 'reading', done: rows.length }
      const fields = [...asked.fields]
      const page: Awaited<ReturnType<typeof client.roster.page>> = await client.roster.page({
        ...{ ...asked, fields, after, limit: pageLines },
      })
      if (mine !== turn) return null
      rows.push(...page.rows)
      after = page.next
    } while (after !== null)
    return rows
  }

  async function draw(all: readonly Sheet[], mine: number): Promise<boolean> {
    let many = 1
    for (let done = 0; done < all.length;) {
      const from = performance.now()
      done = Math.min(done + many, all.length)
      sheets.value = all.slice(0, done)
      step.value = { doing: 'drawing', done }
      await nextTick()
      const took = Math.max(performance.now() - from, 1)
      many = Math.max(1, Math.min(many * 2, Math.floor((many * stepMs) / took)))
      await pause()
      if (mine !== turn) return false
    }
    return true
  }

  async function start({ asked, plan: drawn, title, remark: said }: PrintAsked): Promise<void> {
    clear()
    const mine = turn
    problem.value = null
    try {
      const rows = await readAll(asked, mine)
      if (rows === null) return
      plan.value = drawn
      remark.value = said
      if (!(await draw(planSheets(drawn, rows), mine))) return
      await document.fonts.ready
      if (mine !== turn) return
      step.value = { doing: 'printing' }
      ownTitle = document.title
      document.title = title
      await pause()
      window.print()
    } catch (error) {
      if (mine !== turn) return
      clear()
      problem.value = toShownProblem(error)
    }
  }

  addEventListener('afterprint', clear)
  onScopeDispose(() => {
    removeEventListener('afterprint', clear)
    clear()
  })
  return { sheets, plan, remark, step, problem, start, cancel: clear }
}

/** Lets the window take what a person typed and clicked. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0)
  })
}
