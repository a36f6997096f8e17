/** Who is signed in to the host: seen and ended in the window. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import type { Core } from '../../core.ts'

const os = implement(contract).sessions

export function sessionHandlers({ ports: { signedIn } }: Core) {
  return {
    list: os.list.handler(() => [...(signedIn?.list() ?? [])]),
    end: os.end.handler(async ({ input }) => ({ count: (await signedIn?.end(input.ids)) ?? 0 })),
  }
}
