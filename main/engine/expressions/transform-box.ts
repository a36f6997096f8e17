/** The box for what others wrote, as adapters are given it (`targets/kit/box.ts`). */
import type { Clock } from '../ports.ts'
import type { Box } from '../targets/kit/box.ts'
import { SyncError } from '../targets/kit/sync-error.ts'
import { createBox, workerFile, type BoxLimits } from './boxed-worker.ts'
import type { TransformAnswer, TransformPage } from './transform-messages.ts'

const limits: BoxLimits = { pageMs: 1_000, memoryMb: 256 }

/** No thread is started before there is something to do. @param worker its file, for tests of the built program */
export function createTransformBox(clock: Pick<Clock, 'timer'>, worker?: string | URL): Box {
  const box = createBox<TransformPage, TransformAnswer>(
    {
      file: worker ?? workerFile('transform-worker.ts', 'transform-worker.js'),
      name: 'marshal-transform',
      start: null,
      limits,
      tooSlow: (page) =>
        `${whatIs(page)} took longer than ${limits.pageMs} ms and was stopped. This page was left; make it simpler, or the pages smaller.`,
      tooLarge: (page) =>
        `${whatIs(page)} needs more than ${limits.memoryMb} MB of memory and was stopped. This page was left; make it simpler, or the pages smaller.`,
    },
    clock,
  )
  const ask = async (page: TransformPage) => {
    const answer = await box.ask(page)
    if (answer.kind === 'unusable') {
      throw new SyncError('config', `${whatIs(page)} cannot be read: ${answer.why}`)
    }
    return answer
  }
  return {
    async map(expression, values) {
      if (values.length === 0) return []
      const answer = await ask({ kind: 'map', expression, values })
      return answer.kind === 'mapped' ? answer.values : []
    },
    async holds(rule, values) {
      if (values.length === 0) return []
      const answer = await ask({ kind: 'holds', rule, values })
      return answer.kind === 'held' ? answer.kept : []
    },
    readXml: async (text) => xmlOf(await ask({ kind: 'read-xml', text })),
    async writeXml(root, value) {
      const read = xmlOf(await ask({ kind: 'write-xml', root, value }))
      return read.ok ? { ok: true, value: String(read.value) } : read
    },
    close: () => box.close(),
  }
}

function xmlOf(answer: TransformAnswer) {
  if (answer.kind !== 'xml') throw new Error(`Asked for XML, got ${answer.kind}`)
  return answer.result
}

function whatIs(page: TransformPage): string {
  switch (page.kind) {
    case 'map':
      return 'The JSONata expression'
    case 'holds':
      return 'The condition'
    case 'read-xml':
      return 'The XML that came'
    case 'write-xml':
      return 'The XML to be sent'
  }
}
