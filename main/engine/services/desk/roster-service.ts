/** Rosters for paper. Read on the second connection: printing never keeps the desk waiting. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { Core } from '../../core.ts'
import { readRosterPage, readRosterParts } from '../../store/desk/roster.ts'

const os = implement(contract).roster

export function rosterHandlers(core: Core) {
  return {
    parts: os.parts.handler(async ({ input }) => ({
      parts: [...(await readRosterParts(core.reader, input))],
    })),
    page: os.page.handler(async ({ input }) => {
      if (input.after !== null && !isPosition(input.after)) throw new ProblemError(noPosition)
      const { rows, next } = await readRosterPage(core.reader, input)
      return { rows: [...rows], next }
    }),
  }
}

const noPosition = {
  code: 'wrong-use',
  message: '"after" is no place in this list.',
  fix: 'Give what the page before answered as "next", or nothing for the first page.',
} as const

function isPosition(text: string): boolean {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null && !Array.isArray(read)
  } catch {
    return false
  }
}
